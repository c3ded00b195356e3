import pytest

from causal_core.engine.call import Failure
from causal_core.problem import DoesNotApply, GraphError, Problem


@pytest.mark.parametrize(
    ("kind", "inapplicable"), [(DoesNotApply, True), (Problem, False), (GraphError, False)]
)
def test_a_failure_knows_a_reason_from_an_error(kind, inapplicable):
    failure = Failure.of(kind("No set identifies the effect.", column="x", remedy="Draw another graph."))
    assert failure == Failure("No set identifies the effect.", "x", "Draw another graph.", inapplicable)


@pytest.mark.parametrize("kind", [Problem, DoesNotApply])
def test_a_failure_raised_again_stays_what_it_was(kind):
    failure = Failure.of(kind("No set identifies the effect.", "x", "Draw another graph."))
    again = failure.problem()
    assert type(again) is kind
    assert Failure.of(again) == failure
