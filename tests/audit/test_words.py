"""What an audit says."""

from dataclasses import replace

import numpy as np

from causal_core.audit.answer import Number
from causal_core.audit.box import Box, Learned
from causal_core.audit.people import PREDICTION
from causal_core.audit.use import Contrast, Used
from causal_core.audit.words import (
    SHORT,
    beside,
    box_sentence,
    breaks,
    how_known,
    number_with_band,
    step_text,
    use_sentence,
    way_text,
)

MOVED = Number(2.0, 1.5, 2.5)

X = Used(
    Contrast("x", 0, 1, "0 to 1"), 0.3, MOVED, MOVED, MOVED, cause=True, leak=False, verdict="moves both"
)


def test_every_verdict_says_what_would_break():
    said = {verdict: breaks(replace(X, verdict=verdict), "y") for verdict in SHORT}
    assert len(set(said.values())) == 6
    assert said["leak"].startswith("x comes after y")
    assert "as far as seen" in said["proxy"]
    assert "has no way there" in breaks(replace(X, verdict="proxy", cause=False), "y")
    follows = replace(X, verdict="cause unused", naive=Number(0.0))
    assert breaks(follows, "y").endswith("the prediction follows by what it brings about.")


def test_the_first_sentence_names_what_is_wrong():
    assert use_sentence([X], "y") == "every input that the model uses also moves y, the same way."
    apart = replace(X, verdict="opposite", graph=Number(-2.0, -2.5, -1.5))
    found = [replace(X, verdict="leak"), apart, *2 * [replace(X, verdict="proxy")]]
    said = use_sentence(found, "y")
    assert said.startswith("the model uses x, known only after y; acting on x and x moves the prediction")
    assert said.endswith("proxies; acting on x moves the prediction one way and y the other way.")


def test_acting_is_told_from_reading_the_column_by_itself():
    """The graph may turn an answer round: then acting does not mislead, but the column's own curve does."""
    read = replace(X, verdict="opposite", naive=Number(-2.0, -2.5, -1.5))
    assert read.read_wrong
    assert "Acting on it moves both the same way" in breaks(read, "y")
    assert use_sentence([read], "y").startswith("read by itself, the model's answer to x points")
    acted = replace(X, verdict="opposite", graph=Number(-2.0, -2.5, -1.5))
    assert not acted.read_wrong
    assert breaks(acted, "y") == "Acting on x moves the prediction one way and y the other way."


def test_a_proxy_that_moves_the_prediction_hardly_is_not_said_to_move_it():
    idle = replace(X, verdict="proxy", graph=Number(0.1, -0.4, 0.6))
    assert "hardly, if at all" in breaks(idle, "y")
    assert use_sentence([idle], "y").startswith("the model looks at x, yet acting there moves neither")


def test_a_stand_in_says_its_fidelity():
    box = Box(("x",), {}, Learned(None, chance=False), "stand-in for the column s", chance=False)
    assert box_sentence(box) == "Stand-in for the column s, 1 input."
    assert "gives 87.3 % of the variance" in box_sentence(replace(box, explained=0.873, stand_in=True))
    assert "predicts 0.0 % of the outcome" in box_sentence(replace(box, explained=-0.1))


def test_numbers_with_and_without_bands():
    assert number_with_band(MOVED) == "+2 [+1.5, +2.5]"
    assert number_with_band(Number(2.0)) == "+2"
    assert number_with_band(Number(2.0, 2.0, 2.0 + 1e-12)) == "+2"
    assert beside(1e-6, 3.0) == "about 0"
    assert beside(-1.0, 3.0) == "−1"
    assert (-MOVED).low == -2.5
    assert not Number(1.0, np.nan, np.nan).clear


def test_ways_and_knowledge_in_words():
    assert way_text(("a", "m", PREDICTION)) == "a → m → prediction"
    assert step_text("a", PREDICTION) == "a → prediction"
    assert step_text("a", "m") == "a → m → … → prediction"
    assert how_known(X) == "identified, if the drawing is right"
    assert how_known(replace(X, cause=False)) == "none, by the drawing"
