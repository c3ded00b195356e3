"""The memo's part on rules for groups."""

from causal_core.graph import CausalGraph
from causal_core.study.options import PolicyOptions, UpliftOptions
from tests.app.shown import figures, tables
from tests.app.test_policy import QUESTION, decided, show_part, trial

GRAPH = CausalGraph(edges=[("<i>early</i>", "y"), ("calm", "y"), ("arm", "y")])


def test_rules_for_groups_say_who_is_treated_and_what_they_give_up(open_frame, until, texts_of):
    page = open_frame(
        trial().rename(columns={"early": "<i>early</i>"}),
        "policy",
        graph=GRAPH,
        question=QUESTION,
        uplift=UpliftOptions(learners=("t",)),
        policy=PolicyOptions(
            policies=("treat_none", "top_share", "best_arm"),
            share=0.4,
            cost={"b": 0.3, "c": 0.3},
            unit="EUR",
            quota_by="<i>early</i>",
            quota={"0": (0.3, 1.0)},
        ),
    )
    page = until(page.button(key="start-uplift").click().run(), decided)
    page = show_part(page, "Rules for groups")
    assert not page.exception
    said = texts_of(page).replace("\\", "")
    assert "The rules for groups give up" in said
    assert "paired on the same rows" in said
    (figure,) = [each for each in figures(page) if "Who is treated by" in str(each["layout"]["title"])]
    assert "&lt;i&gt;early" in figure["layout"]["title"]["text"]
    assert "Gain per person of the group (EUR), 95 % interval" in tables(page)
    assert "30 % to 100 %" in tables(page)
    assert "<i>early" not in tables(page)


def test_without_rules_there_is_no_such_part(open_frame, until):
    page = open_frame(
        trial(),
        "policy",
        graph=CausalGraph(edges=[("early", "y"), ("calm", "y"), ("arm", "y")]),
        question=QUESTION,
    )
    page = until(page.button(key="start-uplift").click().run(), decided)
    assert "Rules for groups" not in [tab.label for tab in page.tabs]
    assert "Who gets what" in [tab.label for tab in page.tabs]
