import numpy as np
import pandas as pd
import pytest

from causal_core import policy
from causal_core.charts.colours import BLUE, GREY
from causal_core.charts.policy_tree import FONT, action_colour, answer, arm_names, policy_tree, question
from causal_core.policy.tree_node import Split


def texts(figure):
    return [each.text for each in figure.layout.annotations]


def world(name="age", rows=400):
    random = np.random.default_rng(0)
    frame = pd.DataFrame({name: random.integers(20, 60, rows), "member": random.random(rows) < 0.5})
    wanted = (frame[name] > 40) & frame["member"]
    scores = np.column_stack([np.zeros(rows), np.where(wanted, 2.0, -1.0)])
    return frame, scores + random.normal(size=(rows, 2))


def drawn(actions=("offer = none", "offer = call"), name="age", **options):
    frame, scores = world(name)
    tree = policy.fit_tree(frame, scores, actions=actions)
    return policy_tree(tree, tree.leaves(frame, scores), **options)


def test_questions_answers_and_what_each_leaf_gains():
    figure = drawn(unit="EUR", ink="#123456")
    said = texts(figure)
    assert sorted(each for each in said if each.endswith("?")) == ["age ≤ 40?", "member?"]
    assert sorted(each for each in said if each in {"yes", "no"}) == ["no", "no", "yes", "yes"]
    leaf = next(each for each in said if each.startswith("<b>call</b>"))
    assert "% of people<br>gain 1.93 (1.65 to 2.21)" in leaf
    nobody = [each for each in said if each.startswith("<b>none</b>")]
    assert len(nobody) == 2
    assert all("<br>call: −" in each for each in nobody)
    assert said[-1].replace("<br>", " ") == (
        "Gain per person over offer = none, in EUR, with 95 % intervals, on 400 rows that the tree was "
        "not found on. Where the control is best: what the runner-up would bring."
    )
    assert figure.layout.title.text == "The policy tree: offer"
    assert {each.font.color for each in figure.layout.annotations} == {"#123456"}
    assert {each.font.size for each in figure.layout.annotations} == {FONT}
    assert {each.fillcolor for each in figure.layout.shapes if each.line.width == 0} == {BLUE, GREY}


def test_names_are_text_cut_to_their_boxes_and_told_in_full():
    name = (
        "<b>age</b> of the customer at the time of the very first contact with any of our shops in the city"
    )
    figure = drawn(("usual letter <i>", "$call$ of the customer service within a week of the order"), name)
    said = texts(figure)
    box = next(each for each in said if "≤ 40?" in each)
    assert box.startswith("&lt;b&gt;age&lt;/b&gt;")
    assert "…<br>≤ 40?" in box
    assert box.count("<br>") <= 3
    hover = next(each.hovertext for each in figure.layout.annotations if each.text == box)
    assert hover.replace("<br>", " ").endswith("any of our shops in the city ≤ 40?")
    assert all("<i>" not in each and "$" not in each for each in said)


def test_one_action_for_everybody():
    tree = policy.fit_tree(np.arange(20.0), np.tile([0.0, 1.0], (20, 1)))
    figure = policy_tree(tree)
    assert figure.layout.title.text == "The policy tree, the same for everybody"
    assert texts(figure) == [
        "<b>action 1</b>",
        "No tree over 19 cut points scores higher on the 20 rows it was found on.",
    ]


def test_leaves_of_few_rows_tell_no_gain():
    frame, scores = world()
    tree = policy.fit_tree(frame, scores)
    found = [
        each for each in texts(policy_tree(tree, tree.leaves(frame[:12], scores[:12]))) if "people" in each
    ]
    assert any("rows: no gain told" in each for each in found)


def test_deep_trees_stand_in_order():
    random = np.random.default_rng(1)
    x = random.integers(0, 2, (400, 3)).astype(float)
    odd = np.where(x.sum(axis=1) % 2, 1.0, -1.0)
    figure = policy_tree(policy.fit_tree(x, np.column_stack([np.zeros(400), odd]), depth=3))
    heights = [each.y for each in figure.layout.annotations if each.text.startswith("<b>")]
    assert heights == [7, 6, 5, 4, 3, 2, 1, 0]
    boxes = [each for each in figure.layout.shapes if each.line.width == 1.5]
    assert len(boxes) == 7
    assert all(-0.5 < each.y0 < each.y1 < 7.5 for each in figure.layout.shapes)
    assert all(0 <= each.x0 < each.x1 <= 1 for each in figure.layout.shapes)


def test_words_of_the_parts():
    region = Split(0, "region", None, ("north", "east"), (0, 1), gaps=True)
    assert (question(region), answer(region, low=False)) == ("region is north or east?", "no")
    member = Split(0, "member", 0.0, pair=("no", "yes"))
    assert (question(member), answer(member, low=True)) == ("member?", "no")
    assert arm_names(("a = 1 = none", "a = 1 = call")) == ("a = 1", ("none", "call"))
    assert arm_names(("none", "call")) == ("", ("none", "call"))
    assert arm_names(("a = none", "b = call")) == ("", ("a = none", "b = call"))
    assert len({action_colour(action) for action in range(7)}) == 7
    assert action_colour(7) == action_colour(1)


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_every_depth_has_room_for_its_leaves(depth):
    random = np.random.default_rng(2)
    x = random.normal(size=(300, 2)).round()
    tree = policy.fit_tree(x, random.normal(size=(300, 3)), depth=depth)
    figure = policy_tree(tree, tree.leaves(x, random.normal(size=(300, 3))))
    assert figure.layout.height == 110 + 88 * len(tree.root.leaves)
