"""Counts and spreads on the What-if page: told, shown with their fit, and open to choice."""

import numpy as np
import pandas as pd

from causal_core.graph import CausalGraph
from tests.app.shown import by_label, tables

GRAPH = CausalGraph(edges=[("use", "calls<i>"), ("calls<i>", "paid")])


def test_a_count_is_told_and_its_ways_are_offered(open_frame, said_by, until):
    random = np.random.default_rng(0)
    use = random.normal(size=400)
    calls = random.poisson(np.exp(0.4 + 0.5 * use))
    frame = pd.DataFrame({"use": use, "calls<i>": calls, "paid": calls + random.normal(size=400)})
    question = {"treatment": "use", "outcome": "calls<i>"}
    page = open_frame(frame, "what_if", graph=GRAPH, question=question)
    page.button[0].click().run()
    page = until(page, lambda app: bool(app.segmented_control))
    page.segmented_control[0].set_value("One row").run()
    assert not page.exception
    assert "open: several values give this count" in tables(page)
    assert "on average" in tables(page)
    page.segmented_control[0].set_value("The model").run()
    assert "count, linear" in tables(page)
    assert "as count, linear. Higher is better" in said_by(page)
    picked = by_label(page.radio, "Mechanism")
    assert picked.options[:3] == ["as the data say", "linear", "boosted"]
    assert picked.options[-2:] == ["count, linear", "count, boosted"]


def test_a_spread_that_depends_on_parents_is_shown_and_can_be_refused(open_frame, said_by, until):
    random = np.random.default_rng(1)
    use = random.normal(size=400)
    frame = pd.DataFrame({"use": use, "paid<b>": use + np.exp(0.8 * use) * random.normal(size=400)})
    graph = CausalGraph(edges=[("use", "paid<b>")])
    page = open_frame(frame, "what_if", graph=graph, question={"treatment": "use", "outcome": "paid<b>"})
    page.button[0].click().run()
    page = until(page, lambda app: bool(app.segmented_control))
    page.segmented_control[0].set_value("One row").run()
    assert not page.exception
    assert " × spread " in tables(page)
    page.segmented_control[0].set_value("The model").run()
    assert "linear, linear spread" in tables(page)
    assert "sizes of left-out noise have a mean log score 0." in said_by(page)
    assert "the spread of paid" not in said_by(page)
    by_label(page.radio, "Mechanism").set_value("linear").run()
    next(each for each in page.button if each.label == "Use it").click().run()
    page.button(key="start-what_if").click().run()
    page = until(page, lambda app: "linear, by hand" in tables(app))
    assert "the spread of paid" in said_by(page)
