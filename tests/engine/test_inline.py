from __future__ import annotations

import pytest

from causal_core.engine import Call, Plan, run_inline
from causal_core.engine.progress import report
from causal_core.problem import Problem


def test_result_and_progress(plan_of):
    seen = []
    plan = plan_of(("report_through", {"times": 2}), ("double", {"number": 3}), combine=("total", {}))
    assert run_inline(plan, lambda done, total: seen.append((done, total))) == 8
    assert seen == [(0.5, 3), (1.0, 3), (1, 3), (2, 3), (3, 3)]


def test_a_problem_is_raised_as_it_is(plan_of):
    with pytest.raises(Problem) as caught:
        run_inline(plan_of(("raise_problem", {"column": "age"})))
    assert (caught.value.message, caught.value.column) == ("The column age is constant.", "age")


def test_an_unexpected_error_is_a_problem_with_its_cause(plan_of):
    with pytest.raises(Problem, match=r"unexpected error \(KeyError: 'secret'\)") as caught:
        run_inline(plan_of(("raise_unexpected", {})))
    assert isinstance(caught.value.__cause__, KeyError)


@pytest.mark.parametrize(
    "name", ["", "math", "math:", ":sqrt", "math:pi", "math:nothing", "nowhere.at.all:sqrt"]
)
def test_names_that_are_no_function(name):
    with pytest.raises(Problem, match=f"There is no step called “{name}”"):
        run_inline(Plan("key", "Test", (Call(name),)))


def test_reporting_to_nobody_does_nothing():
    assert report(1, 2) is None


def test_a_system_library_that_is_missing_is_named(monkeypatch, plan_of):
    import engine_steps

    def fail(number):
        raise OSError("libgomp.so.1: cannot open shared object file: No such file or directory")

    monkeypatch.setattr(engine_steps, "double", fail)
    with pytest.raises(Problem, match="libgomp is missing") as caught:
        run_inline(plan_of(("double", {"number": 1})))
    assert "apt install libgomp1" in caught.value.remedy
