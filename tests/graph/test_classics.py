from __future__ import annotations

import pytest

from causal_core import CausalGraph, identification
from causal_core.graph import classics
from causal_core.graph.classics import Classic
from causal_core.problem import Problem

EVERY = classics.all()
each = pytest.mark.parametrize("classic", EVERY, ids=lambda classic: classic.key)


def answers(kind: str) -> pytest.MarkDecorator:
    """Those classics of whose answer of this kind the literature speaks."""
    chosen = [classic for classic in EVERY if getattr(classic.known, kind) is not None]
    return pytest.mark.parametrize("classic", chosen, ids=lambda classic: classic.key)


def test_the_library_holds_the_classics_of_a_course() -> None:
    assert len(EVERY) == len({classic.key for classic in EVERY}) == 38
    assert [classic.group for classic in EVERY] == sorted(
        (classic.group for classic in EVERY), key=list(dict.fromkeys(c.group for c in EVERY)).index
    )
    assert len(dict.fromkeys(classic.group for classic in EVERY)) == 5


@each
def test_each_says_what_it_teaches_and_where_it_is_from(classic: Classic) -> None:
    assert classics.named(classic.key) is classic
    assert 40 < len(classic.caption) <= 260
    assert classic.caption.endswith(".")
    assert any(year in classic.reference for year in map(str, range(1946, 2025)))
    assert classic.reference.endswith(".")
    assert classic.title
    assert set(classic.graph.positions) == set(classic.graph.nodes)
    assert {classic.treatment, classic.outcome} | classic.adjusted <= classic.graph.observed
    assert classic.known.adjustment is not None


@each
def test_no_two_nodes_are_drawn_on_each_other(classic: Classic) -> None:
    places = list(classic.graph.positions.values())
    assert all(
        abs(a - c) >= 1 or abs(b - d) >= 0.5 for index, (a, b) in enumerate(places) for c, d in places[:index]
    )


@answers("adjustment")
def test_minimal_adjustment_sets_are_those_of_the_literature(classic: Classic) -> None:
    found = identification.adjustment_sets(classic.graph, classic.treatment, classic.outcome)
    assert found.complete
    assert tuple(found) == classic.known.adjustment


@answers("direct")
def test_sets_for_the_direct_effect_are_those_of_the_literature(classic: Classic) -> None:
    found = identification.adjustment_sets(classic.graph, classic.treatment, classic.outcome, effect="direct")
    assert tuple(found) == classic.known.direct


@answers("frontdoor")
def test_front_doors_are_those_of_the_literature(classic: Classic) -> None:
    found = identification.frontdoor_sets(classic.graph, classic.treatment, classic.outcome)
    assert tuple(found) == classic.known.frontdoor


@answers("instruments")
def test_instruments_are_those_of_the_literature(classic: Classic) -> None:
    found = identification.instruments(classic.graph, classic.treatment, classic.outcome)
    assert tuple((each.variable, each.given) for each in found) == classic.known.instruments


@answers("identifiable")
def test_what_is_identified_is_what_the_literature_says(classic: Classic) -> None:
    found = identification.identify(classic.graph, classic.treatment, classic.outcome)
    assert found.identifiable == classic.known.identifiable


def test_what_the_captions_claim_holds() -> None:
    assert not classics.named("verma").graph.implied_independencies()
    table = classics.named("table-2").graph
    assert set(identification.adjustment_sets(table, "Smoking", "Stroke")) == {frozenset({"Age"})}
    feedback = classics.named("time-varying-confounding").graph
    assert not identification.adjustment_sets(feedback, ["A0", "A1"], "Y")
    assert identification.identify(feedback, ["A0", "A1"], "Y").identifiable
    thoemmes = classics.named("thoemmes-2013")
    assert not identification.check_adjustment(thoemmes.graph, "x", "y", thoemmes.adjusted).valid
    # With s2 adjusted for, DAGitty's own tests give these two sets for the direct effect.
    direct = identification.adjustment_sets(thoemmes.graph, "x", "y", effect="direct", include=["s2"])
    assert tuple(direct) == (frozenset({"e2", "s2"}), frozenset({"s1", "s2"}))
    sprinkler = classics.named("sprinkler").graph
    assert sprinkler.is_d_separated("Sprinkler", "Rain", ["Season"])
    assert not sprinkler.is_d_separated("Sprinkler", "Rain", ["Season", "Wet"])


def test_dense_graph_of_tooth_loss_is_the_published_one() -> None:
    graph = classics.named("polzer-2012").graph
    assert (len(graph.nodes), len(graph.edges)) == (14, 69)
    assert graph.children("Age") == graph.children("Sex")
    assert graph.parents("ToothLoss") == {
        *("Periodontitis", "Caries", "Psychosocial", "Age", "Sex", "Alcohol", "Smoking")
    }


def test_a_trial_keeps_its_randomised_node_and_text_gives_it_back() -> None:
    classic = classics.named("noncompliance")
    assert classic.graph.randomised == {"Assigned"}
    text = classic.graph.to_text("dagitty", classic.treatment, classic.outcome)
    assert CausalGraph.from_text(text) == classic.graph


def test_an_unknown_key_is_answered_with_those_there_are() -> None:
    with pytest.raises(Problem, match="There is no classic graph named nothing") as caught:
        classics.named("nothing")
    assert "m-bias" in str(caught.value)
