import json

import numpy as np
import pandas as pd
import pytest

from causal_core.graph import CausalGraph
from causal_core.study.options import UpliftOptions
from tests.app.shown import figures, tables

BAD = "<img src=x onerror=alert(1)> $a$ _b_ :red[c] *d*"


@pytest.fixture(scope="module")
def trial():
    """A trial of 1,200 rows; b gains 2 where `early` is 1, c gains 1; the treatment changes `later`."""
    random = np.random.default_rng(1)
    early, calm = random.integers(0, 2, 1200), random.normal(size=1200)
    drawn = random.choice(["a", "b", "c"], 1200)
    effect = np.where(drawn == "b", 2 * early, np.where(drawn == "c", 1.0, 0.0))
    outcome = effect + calm + random.normal(size=1200)
    frame = pd.DataFrame({"early": early, "calm": calm, "arm": drawn, "later": outcome + 1, "y": outcome})
    frame.loc[:9, "y"] = np.nan
    return frame


GRAPH = CausalGraph(edges=[("early", "y"), ("calm", "y"), ("arm", "later"), ("arm", "y"), ("later", "y")])
QUESTION = {"treatment": "arm", "outcome": "y", "control": "a", "randomised": True, "unit": "points"}


@pytest.fixture
def opened(open_frame, trial):
    def show(page="uplift", learners=("t",), graph=GRAPH, frame=trial, question=(), **uplift):
        options = UpliftOptions(learners=learners, **uplift)
        return open_frame(frame, page, graph=graph, question={**QUESTION, **dict(question)}, uplift=options)

    return show


def learned(page, until):
    page = page.button(key="start-uplift").click().run() if not found(page) else page
    return until(page, found)


def found(page):
    return bool(page.get("plotly_chart"))


def test_without_a_graph_the_page_links_to_graph(opened, said_by):
    page = opened(graph=CausalGraph())
    assert "The graph does not hold arm and y yet." in said_by(page)
    assert page.get("page_link")[0].proto.page == "graph"
    assert not page.exception


def test_the_sentence_the_curves_the_numbers_the_groups_and_the_rows(opened, until, said_by):
    page = opened(learners=("s", "t"))
    assert "The other half, which they never see" in said_by(page)
    page = learned(page, until)
    assert not page.exception
    said, tabled = said_by(page), tables(page)
    assert "**S-learner, b against a.** Effects differ, and the ranking finds those who gain more" in said
    assert "Learned on 595 rows, judged on 595 held out; 10 dropped" in said
    assert "curves compare the arms directly" in said
    assert tabled.count("effects differ") == 2
    assert "<td>early</td>" in tabled
    curves, pairs, groups = figures(page)
    assert [trace["name"] for trace in curves["data"]] == ["95 % pointwise", "T", "S", "random"]
    assert max(len(trace["x"]) for trace in curves["data"][1:]) <= 200
    assert curves["layout"]["yaxis"]["title"]["text"] == "Gain per person (points)"
    assert pairs["layout"]["yaxis"]["ticktext"] == ["S less T"]
    assert groups["layout"]["title"]["text"] == "Effect by group, S-learner: b against a"
    assert page.session_state["open_study"].seen.keys() == {"uplift"}

    token = page.session_state["open_study"].token
    page = page.segmented_control(key=f"uplift-curve-{token}").set_value("Qini").run()
    assert figures(page)[0]["layout"]["title"]["text"].startswith("Qini curve")

    selects = {box.label: box for box in page.selectbox}
    page = selects["Against a"].set_value("c").run()
    assert "**S-learner, c against a.** No detectable heterogeneity by this ranking" in said_by(page)
    assert figures(page)[0]["layout"]["title"]["text"].endswith("c against a")


def test_another_learner_makes_the_result_out_of_date(opened, until, said_by):
    page = learned(opened(), until)
    page = page.multiselect[0].set_value(["x", "t"]).run()
    assert page.session_state["open_study"].study.uplift.learners == ("t", "x")
    assert "Out of date" in said_by(page)
    assert "Uplift out of date" in tables(page)
    assert not found(page)
    page = page.multiselect[0].set_value(["t"]).run()
    assert found(page)
    page = page.multiselect[0].set_value([]).run()
    assert "Choose at least one learner." in said_by(page)


def test_columns_after_the_treatment_are_not_offered_and_that_is_said(opened, said_by):
    page = opened()
    said = said_by(page)
    assert "Left out: later; in the graph arm can change it." in said
    box = page.multiselect[1]
    assert box.options == ["early", "calm"]
    page = box.set_value(["early"]).run()
    assert page.session_state["open_study"].study.uplift.features == ("early",)
    page = page.multiselect[1].set_value(["early", "calm"]).run()
    assert page.session_state["open_study"].study.uplift.features is None


def test_a_study_that_asks_for_a_late_column_is_refused_in_words(opened, said_by):
    page = opened(features=("early", "later"))
    assert "The column later cannot say who will respond: in the graph arm can change it" in said_by(page)
    assert not page.exception
    page = page.multiselect[1].set_value(["early"]).run()
    assert "cannot say who" not in said_by(page)


def test_values_that_nothing_can_be_learned_from_are_refused_before_the_start(opened, said_by, trial):
    texts = trial.assign(y=np.where(trial["early"] == 1, "stays", "leaves"))
    page = opened(frame=texts)
    assert 'The outcome "y" holds the two texts "leaves" and "stays".' in said_by(page)
    assert "Write 1 for one and 0 for the other" in said_by(page)
    assert "start-uplift" not in {button.key for button in page.button}
    assert {link.proto.page for link in page.get("page_link")} == {"data", "graph"}
    assert not page.exception


def test_columns_that_tell_nobody_apart_are_left_out_with_their_reason(opened, said_by, trial):
    frame = trial.assign(early=1, calm=[f"town {row % 60}" for row in range(len(trial))], age=trial["calm"])
    graph = CausalGraph(edges=[*GRAPH.edges, ("age", "y")])
    page = opened(frame=frame, graph=graph)
    assert page.multiselect[1].options == ["age"]
    assert "Left out: early; it has the same value in every row." in said_by(page)
    assert "Left out: calm; its 60 different texts are as good as names" in said_by(page)
    page = opened(frame=frame, graph=graph, features=("age", "calm"))
    assert "The column calm cannot say who will respond: its 60 different texts" in said_by(page)
    assert not page.exception


def test_columns_adjusted_for_are_always_used(open_demo, said_by):
    page = open_demo("retention_observational", "uplift")
    assert "Always used, because they are adjusted for: tenure, engagement, support_calls." in said_by(page)
    page = page.multiselect[1].set_value(["age"]).run()
    assert page.session_state["open_study"].study.uplift.features == (
        "age",
        "tenure",
        "engagement",
        "support_calls",
    )


@pytest.mark.parametrize(
    ("demo", "help_"),
    [
        ("encouragement", "The instrument (letter) gives the average effect over those it moves"),
        ("smoking_tar", "The front-door set (tar) gives the average effect"),
    ],
)
@pytest.mark.parametrize("name", ["uplift", "policy"])
def test_an_effect_not_identified_by_adjustment_says_why_and_what_would_help(
    open_demo, said_by, demo, help_, name
):
    page = open_demo(demo, name)
    said = said_by(page)
    assert "Who responds cannot be learned here: No set exists" in said
    assert help_ in said
    assert "A trial that draws the treatment by lot" in said
    assert {link.proto.page for link in page.get("page_link")} == {"identify", "graph"}


def test_an_arm_with_too_few_rows_fails_in_words(opened, until, said_by, trial):
    few = pd.concat([trial[trial.arm != "c"], trial[trial.arm == "c"].head(12)])
    page = opened(frame=few)
    page = page.button(key="start-uplift").click().run()
    page = until(page, lambda each: bool(each.error))
    assert "c" in page.error[0].value
    assert "Traceback" not in said_by(page)
    assert any(button.label == "Try again" for button in page.button)


def test_names_from_the_data_are_text(opened, until, texts_of, trial):
    frame = trial.rename(columns={"early": BAD})
    frame["arm"] = frame["arm"].replace("b", BAD)
    graph = CausalGraph(edges=[(BAD, "y"), ("calm", "y"), ("arm", "y")])
    page = learned(opened(frame=frame, graph=graph, question={"unit": BAD}), until)
    assert not page.exception
    assert "<img" not in tables(page)
    assert "&lt;img src=x" in tables(page)
    for text in texts_of(page).splitlines():
        assert ":red[c]" not in text
    assert "<img" not in json.dumps(figures(page))
