import numpy as np
import pandas as pd
import pytest

from causal_core.data.frames import arrow_of
from causal_core.data.table import write_table
from causal_core.gap.plan import gap_plan
from causal_core.graph import CausalGraph
from causal_core.problem import DoesNotApply, Problem
from causal_core.stages.asked import Asked
from causal_core.study.options import Data, PolicyOptions, Question
from causal_core.study.policy_check import check_known_before, policy_problems
from causal_core.study.steps import inputs
from causal_core.study.study import Study
from causal_core.study.worth import worth_factor

GRAPH = CausalGraph(edges=[("x", "y"), ("arm", "y"), ("arm", "kept"), ("arm", "clicked")])
BOUND = {"quota_by": "region", "policies": ("top_share",)}


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    random = np.random.default_rng(0)
    frame = pd.DataFrame({"x": random.normal(size=90), "arm": np.arange(90) % 3, "kept": np.arange(90) % 2})
    frame["y"] = frame["x"] + frame["arm"]
    frame["region"] = np.where(np.arange(90) % 4 == 0, "north", "south")
    frame["price"] = np.where(np.arange(90) % 7 == 0, np.nan, 1.0)
    frame["saving"], frame["word"] = -1.0, frame["region"]
    frame["clicked"], frame["many"] = frame["kept"], np.arange(90)
    study = Study(Data(path="t.csv"), GRAPH, Question(treatment="arm", outcome="y", randomised=True))
    return study, write_table(arrow_of(frame), tmp_path_factory.mktemp("tables"))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"cost": {"3": 1.0}}, "no arm 3 to give a cost to"),
        ({"cost": {"1": -2.0}}, "cost of arm 1 is -2; a cost is 0 or more"),
        ({"cost": {"1": "saving"}}, "cost of arm 1 is negative in 90 rows"),
        ({"cost": {"1": "word"}}, "cost column word holds a category"),
        ({"cost": {"1": "kept"}}, "cost of 1 is read from kept, which is measured after the treatment"),
        ({"budget": float("inf")}, "budget is inf"),
        ({"policies": ("budget",)}, "no budget is given"),
        ({"benefit": float("nan")}, "benefit is nan"),
        ({"benefit_by": "word"}, "benefit is multiplied by word, which holds a category"),
        ({"benefit_by": "kept"}, "multiplied by kept, which is not known before the treatment"),
        ({"threshold": float("inf")}, "threshold is inf"),
        ({"capacity": {"0": 0.5}}, "0 is the control"),
        ({"capacity": {"7": 0.5}}, "no arm 7 to limit"),
        ({"quota": {"north": (0.1, 0.2)}}, "no column says who is in which group"),
        ({"quota_by": "gone", "parity": 0.1}, "not a column of the table"),
        ({"quota_by": "kept", "parity": 0.1}, "kept is not known when treatment is given out"),
        ({"quota_by": "many", "parity": 0.1}, "tells 90 groups"),
        ({**BOUND, "quota": {"east": (0.0, 0.2)}}, "no group east in region"),
        ({**BOUND, "quota": {"north": (0.5, 0.2)}}, "At least 50 % of north"),
        ({**BOUND, "quota": {"north": (0.9, 1.0)}, "share": 0.1}, "treat at least .* of all people"),
        ({**BOUND, "quota": {"south": (0.0, 0.1), "north": (0.0, 0.1)}, "share": 0.5}, "treat at most 10 %"),
        ({**BOUND, "parity": 0.1, "capacity": {"1": 0.5}}, "cannot be held at once"),
        ({"paid_per": {"1": "kept"}}, "1 is paid by kept, and has no cost"),
        ({"cost": {"1": 1.0}, "paid_per": {"1": "x"}}, "measured before the treatment"),
        ({"cost": {"1": 1.0}, "paid_per": {"9": "kept"}}, "no arm 9"),
        ({"cost": {"1": 1.0}, "paid_per": {"1": "y"}}, "y: it is negative in"),
    ],
)
def test_what_cannot_be_is_said_before_anything_runs(opened, options, said):
    study, table = opened
    found = policy_problems(study.replace(policy=PolicyOptions(**options)), table)
    assert any(pd.Series([problem.message]).str.contains(said)[0] for problem in found), found
    assert all(problem.message.startswith("[policy] ") for problem in found)


def test_what_can_be_is_not_questioned(opened):
    study, table = opened
    options = PolicyOptions(
        policies=("top_share", "budget"),
        share=0.3,
        budget=10.0,
        cost={"1": "price", "2": 3.0},
        paid_per={"2": "clicked"},
        quota_by="region",
        quota={"north": (0.2, 0.5)},
        parity=0.4,
    )
    assert policy_problems(study.replace(policy=options), table) == ()
    assert policy_problems(study, table) == ()


def test_what_counts_one_benefit_for_all_is_refused_in_words(opened):
    study, table = opened
    own = study.replace(
        policy=PolicyOptions(benefit_by="x", stages=({"treatment": "arm"}, {"treatment": "kept"}))
    )
    for refused in (lambda: gap_plan(own, table, None), lambda: Asked.of(own, table)):
        with pytest.raises(DoesNotApply, match="its benefit is multiplied by x"):
            refused()
    assert worth_factor(inputs(study, table), own.policy, np.arange(3)).shape == (3,)
    with pytest.raises(Problem, match="multiplied by price, which is missing in 1 rows"):
        worth_factor(inputs(study, table), PolicyOptions(benefit_by="price"), np.arange(3))


@pytest.mark.parametrize("options", [{"cost": {"1": "kept"}}, {"benefit_by": "kept"}])
def test_the_page_asks_only_what_names_say(opened, options):
    study, _ = opened
    with pytest.raises(Problem, match="kept"):
        check_known_before(study.replace(policy=PolicyOptions(**options)))
    check_known_before(study.replace(policy=PolicyOptions(cost={"1": "x"}, benefit_by="x")))
