import json
import math

import numpy as np
import pandas as pd
import pytest

from causal_core.graph import CausalGraph
from causal_core.study.options import PolicyOptions, UpliftOptions
from tests.app.shown import figures, tables

BAD = "<img src=x onerror=alert(1)> $a$ _b_ :red[c] *d* \"q\" '🙂'"


@pytest.fixture(scope="module")
def trial():
    """A trial of 1,200 rows; b gains 2 in plan plus, c gains 1 everywhere; `gap` has missing values."""
    random = np.random.default_rng(1)
    plan, calm = random.choice(["basic", "plus"], 1200), random.normal(size=1200)
    drawn = random.choice(["a", "b", "c"], 1200)
    effect = np.where(drawn == "b", 2.0 * (plan == "plus"), np.where(drawn == "c", 1.0, 0.0))
    frame = pd.DataFrame({"plan": plan, "calm": calm, "gap": random.normal(size=1200), "arm": drawn})
    frame["y"] = effect + calm + random.normal(size=1200)
    frame.loc[::9, "gap"] = np.nan
    frame.loc[:9, "y"] = np.nan
    return frame


GRAPH = CausalGraph(edges=[(name, "y") for name in ("plan", "calm", "gap", "arm")])
WITHOUT_GAP = CausalGraph(edges=[(name, "y") for name in ("plan", "calm", "arm")])
QUESTION = {"treatment": "arm", "outcome": "y", "control": "a", "randomised": True, "unit": "points"}


@pytest.fixture
def opened(open_frame, trial):
    def show(frame=trial, graph=GRAPH, question=(), base="linear", learners=("t",), **parts):
        options = UpliftOptions(learners=learners, base=base)
        asked = {**QUESTION, **dict(question)}
        return open_frame(frame, "who", graph=graph, question=asked, uplift=options, **parts)

    return show


@pytest.fixture
def found(opened, until):
    """Call as `opened`: the page with everything computed, at its first view."""

    def show(**parts):
        return until(started(learned(opened(**parts), until)), has_chart)

    return show


def learned(page, until):
    """The page with its learners' predictions; equal studies share them, so there may be nothing to start."""
    if offers(page, "start-uplift"):
        page = page.button(key="start-uplift").click().run()
    return until(page, lambda each: has_chart(each) or offers(each, "start-who"))


def started(page):
    """The page with the search for who responds on its way, or done."""
    return page.button(key="start-who").click().run() if offers(page, "start-who") else page


def offers(page, key):
    return any(button.key == key for button in page.button)


def has_chart(page):
    return bool(page.get("plotly_chart"))


def view(page, name):
    return widget(page.segmented_control, "who-view").set_value(name).run()


def widget(group, start):
    return next(each for each in group if each.key.startswith(start))


def draw(page, **drawn):
    """The page after a region was drawn in its first chart."""
    states = page._tree.get_widget_states()
    state = states.widgets.add()
    state.id = page.get("plotly_chart")[0].proto.id
    picked = {"points": [], "point_indices": [], "box": [], "lasso": [], **drawn}
    state.string_value = json.dumps({"selection": picked})
    return page._tree._runner._run(states)


def point_at(page, row):
    """The page after a row of its table was pointed at."""
    states = page._tree.get_widget_states()
    state = states.widgets.add()
    state.id = page.dataframe[0].proto.id
    state.string_value = json.dumps({"selection": {"rows": [row], "columns": [], "cells": []}})
    return page._tree._runner._run(states)


def test_without_a_learner_the_page_says_what_comes_first(opened, said_by):
    page = opened()
    assert "Learn who responds first" in said_by(page)
    assert {link.proto.page for link in page.get("page_link")} == {"uplift"}
    assert not page.exception


def test_the_tree_tells_the_groups_and_follows_its_controls(found, said_by, until):
    page = found()
    said, html = said_by(page), tables(page)
    assert "The groups differ: the effect is" in said
    assert "<td>plan is plus" in html
    assert "<td>plan is basic" in html
    assert "learned on 595 rows; effects told from 595 held-out rows" in said
    (tree,) = figures(page)
    assert tree["layout"]["title"]["text"] == "Groups by the effect of b against a"
    assert tree["layout"]["xaxis2"]["title"]["text"] == "Effect on held-out rows (points)"
    texts = [note["text"].replace("<br>", " ") for note in tree["layout"]["annotations"]]
    assert any("plan is plus" in text for text in texts)
    assert page.session_state["open_study"].seen.keys() == {"uplift"}

    page = widget(page.radio, "who-depth").set_value(1).run()
    page = until(page, lambda each: has_chart(each) and tables(each).count("<td>plan is") == 2)
    letters = [note["text"][:8] for note in figures(page)[0]["layout"]["annotations"]]
    assert [text for text in letters if text.startswith("<b>")] == ["<b>A</b>", "<b>B</b>"]
    assert not page.exception


def test_another_arm_is_another_answer(found, until, said_by):
    page = found()
    page = widget(page.selectbox, "who-arm").set_value("c").run()
    page = until(started(page), has_chart)
    assert figures(page)[0]["layout"]["title"]["text"].endswith("of c against a")
    assert "No detectable" in said_by(page)
    assert not page.exception


def test_the_effect_by_a_column_as_curve_and_as_levels(found, said_by):
    page = view(found(), "By column")
    box = widget(page.selectbox, "who-column")
    assert set(box.options) == {"plan", "calm", "gap"}
    page = box.set_value("plan").run()
    assert [name in tables(page) for name in ("<td>basic</td>", "<td>plus</td>")] == [True, True]
    page = widget(page.selectbox, "who-column").set_value("gap").run()
    (chart,) = figures(page)
    assert max(len(trace["x"]) for trace in chart["data"]) <= 200
    assert "(missing)" in tables(page)
    assert "natural cubic spline" in said_by(page)
    assert not page.exception


def test_what_predictions_are_made_of_and_why_for_one_person(found, until, said_by):
    page = view(found(), "Why")
    page = until(page, lambda each: len(each.get("plotly_chart")) == 2)
    overall, person = figures(page)
    assert overall["layout"]["yaxis"]["ticktext"][0].startswith("plan")
    assert person["layout"]["title"]["text"] == "One person's predicted effect"
    steps = person["data"][0]["x"]
    assert sum(steps[:-1]) == pytest.approx(steps[-1])
    assert "of what predictions differ by (R²)" in said_by(page)
    page = widget(page.number_input, "who-person").set_value(1).run()
    assert "Row 1 is not among the held-out rows" in said_by(page)
    assert not page.exception


def test_people_are_listed_explained_filtered_and_offered_as_files(found, said_by, until):
    page = view(found(policy=PolicyOptions(cost={"b": 0.5})), "People")
    assert not page.exception
    shown = page.dataframe[0].value
    assert list(shown.columns) == [
        "row",
        "predicted effect",
        "recommended",
        "few to compare with",
        "plan",
        "calm",
        "gap",
    ]
    assert len(shown) == 500
    effects = shown["predicted effect"].to_numpy()
    assert (np.diff(effects) <= 0).all()
    assert set(shown["recommended"]) <= {"none", "b", "c"}
    assert "595 of 595 held-out people" in said_by(page)
    assert "the first 500 are shown, the files hold all 595" in said_by(page)
    assert len(page.get("download_button")) == 2
    page = until(point_at(page, 3), has_chart)
    assert f"Row {shown['row'].iloc[3]:,} of the table: predicted effect" in said_by(page)
    assert not page.exception
    page = widget(page.multiselect, "who-arms").set_value(["b"]).run()
    assert set(page.dataframe[0].value["recommended"]) == {"b"}
    page = widget(page.selectbox, "who-filter").set_value("plan").run()
    page = widget(page.multiselect, "who-levels").set_value(["basic"]).run()
    assert set(page.dataframe[0].value["plan"]) <= {"basic"}
    page = widget(page.selectbox, "who-filter").set_value("calm").run()
    page = widget(page.slider, "who-span").set_value((0.0, 1.0)).run()
    assert page.dataframe[0].value["calm"].between(0, 1).all()
    assert not page.exception


def test_a_drawn_group_gets_its_effect_from_rows_that_are_not_in_the_chart(opened, until, said_by, trial):
    # Another study than the other tests', so that no view has shown anything before this one is chosen.
    page = learned(opened(frame=trial.drop(columns="gap"), graph=WITHOUT_GAP), until)
    token = page.session_state["open_study"].token
    page.session_state[f"who-view-{token}"] = "Draw a group"
    page = until(started(page), has_chart)
    assert "none of which is in the chart" in said_by(page)
    page = widget(page.selectbox, "who-Along").set_value("plan").run()
    page = widget(page.selectbox, "who-Upright").set_value("calm").run()
    (chart,) = figures(page)
    assert chart["layout"]["xaxis"]["ticktext"] == ["basic", "plus"]
    assert sum(len(trace["x"]) for trace in chart["data"]) <= 2000

    page = draw(page, box=[{"x": [0.5, 1.5], "y": [-1.0, 1.0]}])
    assert not page.exception
    said = said_by(page)
    assert "**plan is plus and calm from −1 to 1**" in said
    assert "It is larger here" in said
    assert "This is the first group tried on these rows." in said
    assert "Exploratory" not in said

    page = draw(page, box=[{"x": [-0.5, 0.4], "y": [-9.0, 9.0]}])
    said, html = said_by(page), tables(page)
    assert "It is smaller here" in said
    assert "2 groups were tried on these rows in this session. Of twenty groups" in said
    assert html.count("drawn without looking") == 2

    page = draw(page, box=[{"x": [0.5, 1.5], "y": [2.0, 2.2]}])
    assert "an effect is told from 30 rows on" in said_by(page)
    page = draw(page, box=[{"x": [1], "y": []}])
    assert "What was drawn is no region" in said_by(page)
    assert not page.exception


def test_a_group_may_be_given_in_numbers(found, said_by):
    page = view(found(), "Draw a group")
    page = widget(page.selectbox, "who-Along").set_value("plan").run()
    page = widget(page.selectbox, "who-Upright").set_value("calm").run()
    widget(page.select_slider, "who-range-x").set_range(1, 1)
    widget(page.number_input, "who-range-y").set_value(-0.5)
    button = next(each for each in page.button if each.label == "Tell the effect of this group")
    page = button.click().run()
    assert "**plan is plus and calm from −0.5 to " in said_by(page)
    assert "The effect here is" in said_by(page)
    assert not page.exception


def test_a_group_drawn_after_the_held_out_effects_were_shown_is_exploratory(found, said_by):
    page = view(found(), "Draw a group")
    assert "too few to keep some sealed, and Groups showed effects of them" in said_by(page)
    page = widget(page.selectbox, "who-Along").set_value("calm").run()
    upright = widget(page.selectbox, "who-Upright")
    page = upright.select_index(upright.options.index("(predicted effect)")).run()
    page = widget(page.segmented_control, "who-tool").set_value("Lasso").run()
    circle = [2 * math.pi * step / 40 for step in range(40)]
    (chart,) = figures(page)
    assert chart["layout"]["dragmode"] == "lasso"
    page = draw(
        page, lasso=[{"x": [2 * math.cos(a) for a in circle], "y": [9 * math.sin(a) for a in circle]}]
    )
    said = said_by(page)
    assert "a drawn shape within calm from −2 to 2" in said
    assert "Exploratory: Groups had shown effects of these held-out rows before" in said
    assert "on Uplift led you to this range, it is exploratory too" in said
    assert not page.exception


def test_without_heterogeneity_it_is_said_and_nothing_breaks(found, said_by, trial):
    frame = trial[["plan", "calm"]].copy()
    random = np.random.default_rng(3)
    frame["arm"] = random.choice(["a", "b"], len(frame))
    frame["y"] = random.normal(size=len(frame)) + frame["calm"]
    graph = CausalGraph(edges=[("plan", "y"), ("calm", "y"), ("arm", "y")])
    page = found(frame=frame, graph=graph)
    said = said_by(page)
    assert "No detectable" in said
    # Of the groups there is a test below, which the ranking's does not decide.
    assert "A difference found below is a test of its own" in said
    for name in ("By column", "Why", "People", "Draw a group"):
        page = view(page, name)
        assert not page.exception, name
        assert ("A difference found below" in said_by(page)) == (name in {"By column", "Draw a group"})


def test_people_who_had_little_chance_of_an_arm_are_counted(found, said_by, trial):
    frame = trial[["plan", "calm"]].copy()
    random = np.random.default_rng(4)
    frame["chance"] = np.where(random.uniform(size=1200) < 0.1, 0.02, 0.5)
    frame["arm"] = np.where(random.uniform(size=1200) < frame["chance"], "b", "a")
    frame["y"] = random.normal(size=1200) + frame["calm"]
    graph = CausalGraph(edges=[("plan", "y"), ("calm", "y"), ("arm", "y")])
    page = found(frame=frame, graph=graph, question={"propensity": "chance"})
    said = said_by(page)
    assert "had little chance of b or of a: a probability of at most a tenth of the arm's share" in said
    counted = int(said.split(" of the 600 held-out people")[0].split()[-1])
    assert 40 <= counted <= 80
    assert not page.exception


def test_names_from_the_data_are_text(found, texts_of, trial, until):
    frame = trial.rename(columns={"calm": BAD})
    frame["plan"] = frame["plan"].replace("plus", BAD)
    frame["arm"] = frame["arm"].replace("b", BAD)
    graph = CausalGraph(edges=[(name, "y") for name in ("plan", BAD, "gap", "arm")])
    page = found(frame=frame, graph=graph, question={"unit": BAD})
    page = widget(page.selectbox, "who-arm").set_value(BAD).run()
    page = until(started(page), has_chart)
    for name in ("Groups", "By column", "Why", "People", "Draw a group"):
        page = view(page, name)
        page = until(page, has_chart) if name != "People" else page
        assert not page.exception, name
        assert "<img" not in tables(page)
        assert "<img" not in json.dumps(figures(page))
        for text in texts_of(page).splitlines():
            assert ":red[c]" not in text
    page = draw(page, box=[{"x": [-9, 9], "y": [-9, 9]}])
    assert not page.exception
    assert all(":red[c]" not in text for text in texts_of(page).splitlines())


def test_an_effect_that_is_not_identified_says_why(open_demo, said_by):
    page = open_demo("encouragement", "who")
    assert "Who responds cannot be learned here" in said_by(page)
    assert not page.exception
