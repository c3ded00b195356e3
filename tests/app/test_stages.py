import json

import pytest

from causal_core.graph import CausalGraph
from causal_core.study.options import PolicyOptions, UpliftOptions
from tests.app.shown import figures, study_of, tables
from tests.stages.worlds import STAGES, invest

BAD = "<img src=x onerror=alert(1)> $a$ _b_ :red[c] *d*"
GRAPH = CausalGraph(
    edges=[
        ("x", "y"),
        ("first", "y"),
        ("first", "state"),
        ("state", "second"),
        ("state", "y"),
        ("second", "y"),
    ]
)
QUESTION = {"treatment": "first", "outcome": "y", "randomised": True, "unit": "points"}


@pytest.fixture
def opened(open_frame, until):
    """Call with options of the policy: the page of stages with the rules learned."""

    def show(frame=None, graph=GRAPH, question=(), learn=True, **policy):
        page = open_frame(
            invest(3000, 1) if frame is None else frame,
            "stages",
            graph=graph,
            question={**QUESTION, **dict(question)},
            data={"row_is": "a customer"},
            uplift=UpliftOptions(base="linear"),
            policy=PolicyOptions(**{"stages": STAGES, **policy}),
        )
        if learn and not learned(page):
            page = until(page.button(key="start-stages").click().run(), learned)
        return page

    return show


def learned(page):
    return bool(page.get("plotly_chart")) or bool(page.error)


def test_stages_are_chosen_step_by_step_and_kept_in_the_study(opened, said_by):
    page = opened(learn=False, stages=())
    assert "The study names no stages" in said_by(page)
    page = page.button(key="stages-begin").click().run()
    assert study_of(page).policy.stages == (
        {"treatment": "first", "covariates": ("x",)},
        {"treatment": "", "covariates": ()},
    )
    assert "Stage 2 names no treatment" in said_by(page)
    second = [box for box in page.selectbox if box.label == "What was decided"][1]
    assert "first" not in second.options
    assert "y" not in second.options
    page = second.set_value("second").run()
    page = page.multiselect[1].set_value(["state"]).run()
    assert study_of(page).policy.stages[1] == {"treatment": "second", "covariates": ("state",)}
    assert "✓ Stage 2, second: Drawn by lot, the study says." in said_by(page)
    control = [box for box in page.selectbox if box.label == "Compared with"][1]
    page = control.set_value("1").run()
    assert study_of(page).policy.stages[1]["control"] == "1"
    page = page.button(key="stages-add").click().run()
    assert len(study_of(page).policy.stages) == 3
    page = page.button(key="stages-drop").click().run()
    assert len(study_of(page).policy.stages) == 2
    assert not page.exception


def test_the_rule_its_value_and_its_pictures(opened, said_by):
    page = opened(unit="EUR")
    assert not page.exception
    said = said_by(page)
    assert "**Deciding by person at each stage gains" in said
    assert "EUR" in said
    assert "giving everybody 1, then 1, the sequence predicted best on the rows learned from" in said
    assert "Against 0, then 0 for everybody it gains" in said
    assert "Heights are shares of people" in said
    assert "Then: second" in said
    assert "That is not its value" in said
    shown = tables(page)
    for name in ("The learned rule", "The readable rule", "1 → 1 for everybody", "As it was done"):
        assert name in shown
    line, values = figures(page)[:2]
    texts = [note["text"] for note in line["layout"]["annotations"]]
    assert "<b>First: first</b>" in texts
    assert "1 <b>100 %</b>" in texts
    assert len(values["data"]) == 8
    assert values["layout"]["xaxis"]["title"]["text"] == "Value per person (EUR)"


def test_other_rules_are_shown_on_demand(opened):
    page = opened()
    token = page.session_state["open_study"].token
    page = page.segmented_control(key=f"stages-shown-{token}").set_value("As it was done").run()
    texts = [note["text"] for note in figures(page)[0]["layout"]["annotations"]]
    assert any(text.startswith(("0 <b>5", "0 <b>4")) for text in texts)


def test_costs_of_every_stage_are_set_here(opened, said_by):
    page = opened(learn=False)
    cost = next(box for box in page.number_input if box.label == "Cost per person of 1")
    page = cost.set_value(0.25).run()
    page = next(box for box in page.number_input if box.label.startswith("Benefit")).set_value(2.0).run()
    assert (study_of(page).policy.cost, study_of(page).policy.benefit) == ({"1": 0.25}, 2.0)


def test_stages_that_are_not_comparable_say_why_and_show_the_path(opened, said_by):
    graph = CausalGraph(edges=[*GRAPH.edges, ("u", "second"), ("u", "y")], latent=["u"])
    page = opened(graph=graph, question={"randomised": False}, learn=False)
    said = said_by(page)
    assert "Stage 2: those who got different arms of second are not comparable" in said
    assert "The path second <- u -> y stays open" in said
    assert "✓ Stage 1, first: holding fixed x closes every back-door path from first." in said
    assert not page.button(key="stages-add").disabled
    assert "start-stages" not in [button.key for button in page.button]


def test_names_from_the_data_are_text(opened, texts_of):
    frame = invest(1500, 1).rename(columns={"state": BAD})
    frame["second"] = frame["second"].map({0: "no", 1: BAD})
    stages = ({"treatment": "first", "covariates": ("x",)}, {"treatment": "second", "covariates": (BAD,)})
    graph = CausalGraph(edges=[("x", "y"), ("first", "y"), (BAD, "y"), ("second", "y")])
    page = opened(frame, graph, stages=stages, unit=BAD, cost={BAD: 0.1})
    assert not page.exception
    assert "<img" not in tables(page)
    assert "<img" not in json.dumps(figures(page))
    labels = [element.label for element in page.number_input]
    for text in (*texts_of(page).splitlines(), *labels):
        assert ":red[c]" not in text


def test_the_demo_opens_with_its_stages(open_demo, said_by):
    page = open_demo("follow_up", "stages")
    assert not page.exception
    assert [box.value for box in page.selectbox if box.label == "What was decided"] == [
        "contact",
        "follow_up",
    ]
    assert page.button(key="start-stages").label == "Learn the rules"
    assert "Cost per person of discount" in [box.label for box in page.number_input]


def test_the_policy_page_lists_the_rule_over_stages(open_demo, until, said_by):
    page = open_demo(
        "follow_up",
        "policy",
        uplift=UpliftOptions(learners=("t",), base="linear"),
    )
    page = until(page.button(key="start-uplift").click().run(), lambda each: bool(each.get("plotly_chart")))
    assert not page.exception
    assert "which is not an arm" not in said_by(page)
    page = until(
        page.button(key="start-policy_tree").click().run(),
        lambda each: "The rule for each stage is worth" in said_by(each),
    )
    assert not page.exception
