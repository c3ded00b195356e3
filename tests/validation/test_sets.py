import pytest

from causal_core.graph import CausalGraph
from causal_core.identification.adjustment import check_adjustment
from causal_core.study.options import Data, Question
from causal_core.study.steps import identification
from causal_core.study.study import Study
from causal_core.validation.sets import admissible_sets

EDGES = [("z", "t"), ("c", "t"), ("c", "m"), ("m", "y"), ("t", "y"), ("p", "y"), ("y", "late")]
COLUMNS = ("t", "y", "z", "c", "m", "p", "late")


@pytest.fixture
def study():
    return Study(Data(path="x.csv"), CausalGraph(EDGES), Question(treatment="t", outcome="y"))


def of(study, columns=COLUMNS, in_use=("c",), limit=100):
    return admissible_sets(study, columns, identification(study), in_use, limit)


def test_all_valid_sets_are_found_and_the_named_come_first(study):
    found = of(study)
    names = {"".join(each.columns) for each in found.sets}
    assert names == {
        "".join(sorted(base + more)) for base in ("c", "m", "cm") for more in ("", "p", "z", "pz")
    }
    assert found.complete
    assert found.sets[0].columns == ("c",)
    roles = {"".join(each.columns): each.roles for each in found.sets if each.roles}
    assert roles == {
        "c": ("in use", "minimal"),
        "m": ("minimal",),
        "mp": ("least variance",),
        "cz": ("causes of the treatment",),
        "cmpz": ("every cause", "every column"),
    }
    graph = study.graph
    assert all(check_adjustment(graph, "t", "y", each.columns).valid for each in found.sets)


def test_a_limit_is_said(study):
    found = of(study, limit=3)
    assert [each.columns for each in found.sets] == [("c",), ("m",), ("m", "p")]
    assert not found.complete


def test_what_the_table_lacks_or_was_measured_late_is_in_no_set(study):
    found = of(study, columns=("t", "y", "z", "m", "p"), in_use=("m",))
    assert {"".join(each.columns) for each in found.sets} == {"m", "mp", "mz", "mpz"}
    assert found.unmeasured == ("c", "late")
    late = study.replace(data=Data(path="x.csv", measured={"p": "after", "z": "after"}))
    assert {"".join(each.columns) for each in of(late).sets} == {"c", "m", "cm"}


def test_a_set_in_use_that_is_wrong_is_not_among_them(study):
    assert all("late" not in each.columns for each in of(study, in_use=("late",)).sets)
    none = of(study, columns=("t", "y", "z"))
    assert none.sets == ()


def test_random_assignment_admits_the_empty_set(study):
    trial = study.replace(question=Question(treatment="t", outcome="y", randomised=True))
    found = of(trial, in_use=("c", "m", "p"))
    assert found.sets[0].roles == ("in use", "every cause")
    assert found.sets[1].columns == ()
