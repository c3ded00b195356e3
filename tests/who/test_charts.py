import json

import numpy as np
import pandas as pd

from causal_core.charts.who_column import column_chart
from causal_core.charts.who_draw import drawing_board
from causal_core.charts.who_tree import effect_tree
from causal_core.charts.who_why import importance_bars, person_bars
from causal_core.who.board import Board
from causal_core.who.column import asked_of, column_effect
from causal_core.who.groups import honest_groups
from causal_core.who.region import Axis
from causal_core.who.tree import grow
from causal_core.who.why import Importance, Person, Why
from tests.who.worlds import columns_of, held_out

BAD = "<b>$x$</b> name"


def world(rows=900):
    random = np.random.default_rng(1)
    frame = pd.DataFrame({BAD: random.normal(size=rows), "day": random.integers(0, 400, rows).astype(float)})
    frame["plan"] = pd.Categorical(random.choice([BAD, "plus", "pro"], rows))
    frame.loc[:40, "plan"] = np.nan
    effect = (frame[BAD] > 0) * 1.0 + (frame["plan"] == "pro") * 2.0
    return columns_of(frame, day_zero={"day": "2020-01-01"}), effect.to_numpy()


def drawn(figure):
    text = figure.to_json()
    assert "<b>$" not in text
    return json.loads(text)


def test_the_tree_is_drawn_with_the_higher_side_on_top_and_its_rules_safe():
    columns, effect = world()
    root = grow(columns, effect, 2, 0.05)
    groups = honest_groups(root, columns, held_out(effect), 2, 0.05)
    figure = drawn(effect_tree(groups, "EUR", randomised=True))
    effects = next(trace for trace in figure["data"] if trace.get("name") == "effect, 95 % interval")
    heights = dict(zip(effects["customdata"], effects["y"], strict=True))
    top = max(heights, key=heights.get)
    assert top.startswith("A: plan is pro and &lt;b&gt;&#36;x&#36;&lt;/b&gt; name &gt; ")
    assert top.endswith("rows")
    assert effects["marker"]["symbol"] == "circle"
    # Every leaf has a row of its own.
    assert sorted(heights.values()) == list(range(len(groups.groups)))
    letters = [note["text"] for note in figure["layout"]["annotations"] if note["text"][3:4] in "ABCD"]
    assert len(letters) >= len(groups.groups)
    lines = [trace for trace in figure["data"] if trace["mode"] == "lines"]
    # Two branches and their stem for each of three questions.
    assert len(lines) == 9
    hollow = drawn(effect_tree(groups))
    symbols = [trace["marker"]["symbol"] for trace in hollow["data"] if "markers" in trace["mode"]]
    assert symbols[0] == "circle-open"


def test_a_tree_of_one_group_is_drawn_too():
    columns, effect = world(200)
    groups = honest_groups(grow(columns, effect * 0, 2, 0.1), columns, held_out(effect), 2, 0.1)
    figure = drawn(effect_tree(groups))
    assert [note["text"] for note in figure["layout"]["annotations"]] == ["<b>A</b><br>100 %"]


def test_a_column_is_drawn_with_at_most_200_points_a_curve_and_dates_as_dates():
    columns, effect = world()
    for place, name in enumerate((BAD, "day", "plan")):
        asked = asked_of(columns, place)
        found = column_effect(columns, place, held_out(effect), asked, np.zeros(len(asked.points)))
        figure = drawn(column_chart(found, "EUR"))
        assert all(len(trace["x"]) <= 200 for trace in figure["data"])
        assert figure["layout"]["yaxis"]["title"]["text"] == "Effect (EUR)"
        if name == "day":
            assert figure["layout"]["xaxis"]["ticktext"][0].startswith("2020-01-")
        if name == "plan":
            ticks = figure["layout"]["xaxis"]["ticktext"]
            assert ticks[-1] == "<i>missing</i><br>5 %"
            assert any(text.startswith("&lt;b&gt;") for text in ticks)


def test_importance_and_a_person_add_up_the_columns_that_have_no_bar():
    many = tuple(Importance(f"c{place}", 1.0 - place / 20, 0.9 if place else -0.9) for place in range(14))
    figure = drawn(importance_bars(Why(0.95, 0.0, many, 100), "EUR"))
    names = figure["layout"]["yaxis"]["ticktext"]
    assert names[0] == "c0 ↓"
    assert names[1] == "c1 ↑"
    assert names[-1] == "<i>4 other columns</i>"
    parts = tuple((f"c{place}", BAD, 0.1) for place in range(14))
    figure = drawn(person_bars(Person(0.5, parts, 1.9), 2.0))
    steps = figure["data"][0]["x"]
    assert np.isclose(sum(steps[:-1]), steps[-1])
    assert figure["layout"]["yaxis"]["ticktext"][-2] == "<i>not explained</i>"
    assert np.isclose(steps[-2], 0.1)


def test_the_drawing_board_marks_by_shape_and_names_levels():
    random = np.random.default_rng(1)
    plane = Board(
        Axis(BAD, ("a", "b" * 30)),
        Axis("day", day_zero="2020-01-01"),
        random.uniform(size=50),
        random.uniform(0, 300, 50),
        random.normal(size=50),
        np.arange(50),
        3,
    )
    figure = drawn(drawing_board(plane, lasso=True))
    assert [trace["marker"]["symbol"] for trace in figure["data"]] == ["triangle-up", "triangle-down-open"]
    assert figure["layout"]["xaxis"]["ticktext"] == ["a", "b" * 17 + "…"]
    assert figure["layout"]["yaxis"]["ticktext"][0].startswith("2020-01-")
    assert figure["layout"]["dragmode"] == "lasso"
    assert drawn(drawing_board(plane))["layout"]["dragmode"] == "select"
