import tomllib
from pathlib import Path

import pandas as pd
import pytest

from causal_core import identification
from causal_core.data.demos import demo, demos
from causal_core.graph import CausalGraph, read_text

STUDIES = [study for each in demos() for study in each.studies]


def facts(study: Path) -> dict:
    return tomllib.loads(study.read_text(encoding="utf-8"))


def graph_of(name: str) -> CausalGraph:
    return CausalGraph.from_text(facts(demo(name).study)["graph"]["text"])


@pytest.mark.parametrize("study", STUDIES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_the_graph_of_a_study_fits_its_table_and_question(study):
    read = read_text(facts(study)["graph"]["text"])
    question = facts(study)["question"]
    columns = set(pd.read_csv(study.parent / "data.csv", nrows=1))
    assert set(read.graph.observed) <= columns
    assert not set(read.graph.latent) & columns
    assert tuple(read.treatments) == (question["treatment"],)
    assert tuple(read.outcomes) == (question["outcome"],)


@pytest.mark.parametrize("study", STUDIES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_node_has_a_place_of_its_own(study):
    graph = CausalGraph.from_text(facts(study)["graph"]["text"])
    assert set(graph.positions) == set(graph.nodes)
    places = list(graph.positions.values())
    for i, (x, y) in enumerate(places):
        for other_x, other_y in places[:i]:
            assert (x - other_x) ** 2 + (y - other_y) ** 2 >= 0.9**2


@pytest.mark.parametrize(
    ("name", "sets"),
    [
        ("retention_offers", [set()]),
        ("retention_observational", [{"engagement", "support_calls", "tenure"}]),
        ("service", [{"calls_before", "customer_value"}]),
        ("premium", [{"age"}]),
        ("encouragement", []),
        (
            "nhefs",
            [
                {
                    "active",
                    "age",
                    "education",
                    "exercise",
                    "race",
                    "sex",
                    "smokeintensity",
                    "smokeyrs",
                    "wt71",
                }
            ],
        ),
        ("kidney_stones", [{"stone_size"}]),
        ("berkeley", [set()]),
        ("smoking_tar", []),
        ("follow_up", [set()]),
        ("credit", [{"age"}]),
    ],
)
def test_what_must_be_adjusted_for(name, sets):
    question = facts(demo(name).study)["question"]
    found = identification.adjustment_sets(graph_of(name), question["treatment"], question["outcome"])
    assert [set(each) for each in found] == sets


def test_no_set_identifies_the_effect_of_the_emails():
    assert tuple(identification.adjustment_sets(graph_of("premium"), "engaged", "purchase")) == ()


def test_the_traps_are_refused_as_adjustment():
    base = {"engagement", "support_calls", "tenure"}
    graph = graph_of("retention_observational")
    assert identification.check_adjustment(graph, "offer", "kept", base).valid
    for trap in ("app_opens_after", "satisfaction"):
        answer = identification.check_adjustment(graph, "offer", "kept", base | {trap})
        assert not answer.valid
        assert trap in answer.reason


def test_the_direct_effect_of_gender_needs_the_department():
    sets = identification.adjustment_sets(graph_of("berkeley"), "gender", "admitted", effect="direct")
    assert tuple(sets) == (frozenset({"department"}),)


def test_the_letter_is_the_only_instrument():
    found = identification.instruments(graph_of("encouragement"), "visit", "energy")
    assert [(each.variable, frozenset(each.given)) for each in found] == [("letter", frozenset())]


def test_tar_is_the_front_door():
    found = identification.frontdoor_sets(graph_of("smoking_tar"), "smoking", "cancer")
    assert tuple(found) == (frozenset({"tar"}),)
