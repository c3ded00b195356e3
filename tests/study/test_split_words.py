import numpy as np

from causal_core import estimation
from causal_core.data.design import Design
from causal_core.graph import CausalGraph
from causal_core.identification import explain
from causal_core.study.check_words import check_rows
from causal_core.study.split_words import alone_sentences, split_sentences


def design_of(outcome, arm):
    return Design(outcome, arm, ("no", "yes"), np.empty((len(arm), 0)), (), (), "t", "y", np.arange(len(arm)))


def found_in(effect):
    random = np.random.default_rng(0)
    arm = random.integers(0, 2, 4000)
    m = arm[:, None] + random.normal(size=(4000, 2))
    outcome = effect * (arm + m.sum(axis=1)) + random.normal(size=4000)
    return estimation.estimate_mediation(design_of(outcome, arm), m)


def test_the_whole_its_parts_the_share_and_the_held_one():
    said = split_sentences(found_in(1.0), ("m", "k"), "t", "y", "kg")
    assert said[0].startswith("Setting t to yes instead of no changes y by +3")
    assert "kg on average over everybody" in said[0]
    assert "through m, k (natural indirect effect, NIE(1))" in said[0]
    assert said[1].startswith("66 % of the total effect runs through the mediators")
    assert said[2].startswith("Each mediator held at its mean")
    assert said[3] == "m, k count jointly."


def test_which_mediators_share_can_be_told_by_itself():
    beside = explain(CausalGraph([("t", "m"), ("t", "k"), ("m", "y"), ("k", "y")]), "t", "y")
    assert alone_sentences(beside, ("k", "m")) == (
        "What runs through k or through m alone can be told too: choose it as the mediator.",
    )
    behind = explain(CausalGraph([("t", "k"), ("k", "m"), ("m", "y"), ("k", "y")]), "t", "y")
    able, unable = alone_sentences(behind, ("k", "m"))
    assert able.startswith("What runs through k alone can be told too")
    assert unable.startswith("The share of m alone cannot. m: The path m <- k -> y cannot be closed")
    assert alone_sentences(behind, ("m",)) == ()


def test_no_share_of_what_may_be_zero_and_no_sentence_without_an_answer():
    said = split_sentences(found_in(0.0), ("m",), "t", "y", "")
    assert "not clearly different from zero" in said[1]
    refused = estimation.estimate_mediation(design_of(np.arange(40.0), np.arange(40) % 2), np.ones(40))
    assert split_sentences(refused, ("m",), "t", "y", "") == ()


def test_checks_are_a_table_of_words():
    rows = check_rows(found_in(1.0))
    assert [row[:3] for row in rows] == [("Mediation", "yes", "Share mediated")]
    assert rows[0][3].startswith("0.66")
    assert rows[0][4] == "–"
    assert (
        check_rows(estimation.estimate("difference_in_means", design_of(np.arange(40.0), np.arange(40) % 2)))
        == ()
    )
