"""What the Uplift page shows for results of every kind, written by hand so that nothing is learned here."""

import json

import numpy as np
import pandas as pd
import pytest

from causal_core.graph import CausalGraph
from causal_core.study.options import PolicyOptions, UpliftOptions
from causal_core.uplift.composition import Component
from causal_core.uplift.findings import Difference
from causal_core.uplift.result import Evaluation, HeldOut, UpliftResult
from causal_core.uplift.toc import Rate
from pages.shared.jobs import how_far
from tests.app.shown import figures, tables
from tests.uplift.made import made, pair

GRAPH = CausalGraph(edges=[("early", "y"), ("arm", "y")])
QUESTION = {"treatment": "arm", "outcome": "y", "control": "a", "randomised": True, "unit": "points"}
EFFECTS = np.array([[3.0, 0.0], [2.0, 5.0], [1.0, 0.5], [0.5, 1.0], [0.2, 0.1], [-1.0, -2.0]])
BAD = "<img src=x onerror=alert(1)> $a$ _b_ :red[c] *d*"


@pytest.fixture
def showing(open_frame, monkeypatch):
    """Call with results: the Uplift page as it shows them; keywords are the evaluation's and the study's."""

    def show(
        *results,
        paired=(),
        overlap=(),
        sentence="",
        question=(),
        evaluation="held_out",
        arms=("a", "b"),
        apart=False,
        **parts,
    ):
        held_out = HeldOut(
            rows=np.arange(6),
            arms=arms,
            predicted={each.learner: EFFECTS[:, : len(arms) - 1] for each in results},
            baseline={},
            scores=np.column_stack([np.zeros(6), EFFECTS])[:, : len(arms)],
            outcome_model=np.zeros((6, len(arms))),
            arm=np.arange(6) % len(arms),
            outcome=np.zeros(6),
            propensity=np.eye(len(arms))[np.arange(6) % len(arms)]
            if apart
            else np.full((6, len(arms)), 1 / len(arms)),
            clusters=None,
            total_rows=10,
            evaluation=evaluation,
        )
        found = Evaluation(results, held_out, paired, overlap, sentence)
        monkeypatch.setattr("pages.shared.jobs.result_of", lambda *_, **__: found)
        frame = pd.DataFrame({"early": [0, 1] * 6, "arm": ["a", "b", "c"] * 4, "y": range(12)})
        learners = tuple(dict.fromkeys(result.learner for result in results))
        options = parts.pop("uplift", UpliftOptions(learners=learners))
        return open_frame(
            frame, "uplift", graph=GRAPH, question={**QUESTION, **dict(question)}, uplift=options, **parts
        )

    return show


def title(figure):
    return figure["layout"]["title"]["text"]


def names(figure):
    return [trace["name"] for trace in figure["data"]]


def pick(page, kind):
    token = page.session_state["open_study"].token
    return page.segmented_control(key=f"uplift-curve-{token}").set_value(kind).run()


def test_each_learner_tells_how_far_it_is():
    parts = ("S-learner", "T-learner", "T-learner", "Scores", "Scores")
    assert how_far((1.0, 1.0, 0.5, 0.0, None), parts) == ["S-learner ✓", "T-learner 75 %", "Scores 0 %"]
    assert how_far((1.0,) * 5, parts, "Judging")[2:] == ["Scores ✓", "Judging now"]
    assert how_far((1.0, 1.0, 0.5, 0.0, None), parts, "Judging")[-1] == "Judging waiting"
    assert how_far((None,) * 5, parts) == ["S-learner waiting", "T-learner waiting", "Scores waiting"]


def test_several_learners_stand_on_one_chart_and_in_one_table(showing, said_by):
    page = showing(
        made("s", 0.1),
        made("dr", 0.2),
        paired=(pair("s", "dr", -0.05), pair("s", "dr", -0.01, measure="qini")),
        sentence="Of two rankings tried, both hold when both are counted.",
    )
    assert not page.exception
    said = said_by(page)
    (box,) = page.success
    assert box.value.startswith("**S\\-learner.** Effects differ, and the ranking finds those who gain more")
    assert "above 0 is good news" in said
    assert "Of two rankings tried, both hold when both are counted." in said
    assert "in points. In parentheses 95 % intervals" in said
    assert "S-learner: it ranks worse than DR-learner." in said
    assert "This is one of 2 rankings: what is left when all are counted stands below." in said
    assert tables(page).count("effects differ") == 2
    assert "<td class='num'>0.05 (0.03 to 0.07)</td>" in tables(page)
    curves, pairs, groups = figures(page)
    assert names(curves) == ["95 % pointwise", "DR", "S", "random"]
    assert pairs["layout"]["yaxis"]["ticktext"] == ["S less DR"]
    assert "−0.05 (−0.09 to −0.01): <b>DR ranks better</b>" in json.dumps(pairs, ensure_ascii=False)
    assert title(groups) == "Effect by group, S-learner: b against a"

    page = page.selectbox(key=f"uplift-focus-{page.session_state['open_study'].token}").set_value("dr").run()
    assert "DR-learner: it ranks better than S-learner." in said_by(page)
    assert figures(page)[1]["layout"]["yaxis"]["ticktext"] == ["DR less S"]

    token = page.session_state["open_study"].token
    page = page.segmented_control(key=f"uplift-pairs-by-{token}").set_value("qini").run()
    pairs = figures(page)[1]
    assert "+0.01 (−0.03 to 0.05): not told apart" in json.dumps(pairs, ensure_ascii=False)
    assert "RATE-QINI" in pairs["layout"]["xaxis"]["title"]["text"]


def test_the_curves_are_one_picture_with_a_switch(showing, said_by):
    page = showing(made("s", 0.1), made("dr", 0.2))
    for kind, begins in {"Qini": "Qini curve", "TOC": "Targeting operator"}.items():
        page = pick(page, kind)
        assert not page.exception
        assert title(figures(page)[0]).startswith(begins)
        assert len(figures(page)) == 2
    assert "AUTOC is the area under the curve" in said_by(page)


def test_a_cost_curve_needs_costs(showing, said_by):
    page = pick(showing(made("s", 0.1)), "Cost")
    assert "No cost is set in this study yet." in said_by(page)
    assert "policy" in {link.proto.page for link in page.get("page_link")}
    assert len(figures(page)) == 1

    page = pick(showing(made("s", 0.1), policy=PolicyOptions(cost={"b": 0.5}, unit="EUR")), "Cost")
    assert not page.exception
    assert title(figures(page)[0]) == "Cost curve: b against a"
    assert names(figures(page)[0]) == ["95 % pointwise", "S", "gain equals cost"]
    line = figures(page)[0]["data"][1]
    assert (line["x"][-1], line["y"][-1]) == (pytest.approx(2.5 / 6), pytest.approx(6.7 / 6))
    assert not page.toggle

    page = pick(showing(made("s", 0.1), policy=PolicyOptions(cost={"z": 0.5})), "Cost")
    assert len(page.warning) == 1
    page = pick(showing(made("s", 0.1), policy=PolicyOptions(cost={"a": 0.5})), "Cost")
    assert "Money is no limit then." in said_by(page)


def test_several_arms_have_a_cost_curve_of_their_best_mix(showing):
    arms = ("a", "b", "c")
    results = (made("s", 0.1), made("s", 0.1, ("a", "c")))
    page = pick(showing(*results, arms=arms, policy=PolicyOptions(cost={"b": 0.5, "c": 1.0})), "Cost")
    page = page.toggle[0].set_value(True).run()
    assert not page.exception
    assert "for each the arm" in title(figures(page)[0])
    line = figures(page)[0]["data"][1]
    assert line["y"][-1] == pytest.approx((3 + 5 + 1 + 1 + 0.2) / 6)


def test_the_perfect_order_is_offered_only_where_there_is_one(showing, said_by):
    page = pick(showing(made("s", 0.1)), "Qini")
    assert page.toggle[0].disabled
    assert "only in trials with a yes-or-no outcome" in page.toggle[0].help
    page = pick(
        showing(made("s", 0.1, perfect=((0.0, 0.0), (0.4, 2.0), (1.0, 0.3)), qini_normalised=0.0432)), "Qini"
    )
    assert "perfect order, known only afterwards" not in names(figures(page)[0])
    page = page.toggle[0].set_value(True).run()
    assert names(figures(page)[0])[-1] == "perfect order, known only afterwards"
    assert "That of the S-learner is 4.3 % of the perfect order's (normalised Qini)." in said_by(page)


def test_nothing_detected_is_said_in_blue_and_not_taken_for_proof(showing, said_by):
    page = showing(made("s", 0.0))
    (box,) = page.info
    assert box.value.startswith("**S\\-learner.** No detectable heterogeneity by this ranking")
    assert "the intervals of RATE-QINI and calibration slope hold 0 too" in said_by(page)
    assert not page.success
    assert "does not prove that everybody responds alike" in said_by(page)
    assert "nothing detected" in tables(page)


def test_a_sign_beside_autoc_is_said_with_what_gives_it(showing, said_by):
    page = showing(made("s", 0.0, extremes=Difference(0.4, 0.1, (0.2, 0.6))))
    assert len(page.info) == 1
    assert "but highest less lowest group (0.4 points, 0.2 to 0.6) does: some sign" in said_by(page)
    assert "No detectable heterogeneity" not in said_by(page)
    assert "some signs" in tables(page)
    assert "nothing detected" not in tables(page)


def test_one_effect_for_everybody_is_no_order_to_judge(showing, said_by):
    everybody = made("auto", 0.0).segments[:1]
    flat = Rate(0.0, 0.0, (0.0, 0.0))
    page = showing(
        made("auto", 0.0, segments=everybody, autoc=flat, rate_qini=flat, calibration=None),
    )
    assert not page.exception
    assert "Tested on rows kept out" not in said_by(page)
    assert "<td>the same effect for all</td>" in tables(page)
    assert "(0 to 0)" not in tables(page)
    assert "pointwise 95 % band of the automatic choice" in said_by(page)
    assert "All predictions are alike, so there are no groups." in said_by(page)


def test_a_ranking_upside_down_is_a_warning(showing):
    page = showing(made("s", -0.2))
    assert len(page.warning) == 1
    assert "worse than chance" in tables(page)


def test_one_learner_has_nobody_to_be_compared_with(showing):
    page = showing(made("t", 0.1))
    assert not [box for box in page.selectbox if box.label == "In detail"]
    assert [trace.label for trace in page.expander if "against" in trace.label] == []
    assert names(figures(page)[0]) == ["95 % pointwise", "T", "random"]


def test_with_three_arms_the_verdict_names_the_arm(showing):
    page = showing(made("t", 0.1), made("t", 0.0, ("a", "c")))
    assert page.success[0].value.startswith("**T\\-learner, b against a.**")
    page = page.selectbox(key=f"uplift-arm-{page.session_state['open_study'].token}").set_value("c").run()
    assert page.info[0].value.startswith("**T\\-learner, c against a")
    assert title(figures(page)[0]) == "Uplift curve: c against a"


def test_curves_of_scores_are_said_to_be_so(showing, said_by):
    page = showing(made("t", 0.1, source="scores", clipped=7), question={"randomised": False})
    assert (
        "curves come from doubly robust scores, as it is not known that all had the same chance"
        in said_by(page)
    )
    assert "7 estimated probabilities were raised" in said_by(page)


def test_a_learner_that_failed_says_why_in_its_row_and_the_others_stay(showing, said_by):
    failed = UpliftResult("x", ("a", "b"), error="An arm has <too> few rows.")
    page = showing(made("s", 0.1), failed)
    assert "no answer: An arm has &lt;too&gt; few rows." in tables(page)
    assert names(figures(page)[0]) == ["95 % pointwise", "S", "random"]

    page = showing(failed)
    assert not page.exception
    assert not figures(page)
    assert "no answer: An arm has &lt;too&gt; few rows." in tables(page)


def test_missing_overlap_is_a_plain_warning(showing, said_by):
    page = showing(made("s", 0.1), overlap=("Of 500 rows 40 had _little_ chance.", "Leave them out."))
    assert len(page.warning) == 1
    assert "- Of 500 rows 40 had _little_ chance.\n- Leave them out.\n\nWhat to do:" in said_by(page)


def test_where_arms_are_hardly_comparable_no_average_is_given(showing, said_by):
    page = showing(
        made("s", 0.1, source="scores"), overlap=("These arms are hardly comparable.",), apart=True
    )
    assert not page.exception
    said = said_by(page)
    assert not page.success
    assert len(page.warning) == 1
    assert said.count("An average effect is not given: the arms are hardly comparable") == 2
    assert "average effect is 0" not in said
    assert "on average (95 % interval" not in said


def test_automatic_is_a_choice_of_its_own_and_tells_its_mix(showing, said_by):
    parts = (
        Component("dr", 0.7, 0.02, 0.01, 0.0, 0.0, 0.0, 0.0),
        Component("constant", 0.3, 0.0, 0.0, 0.02, 0.004, 0.01, 0.005),
    )
    page = showing(made("auto", 0.1, composition=parts))
    assert page.radio[0].value is True
    assert not [box for box in page.multiselect if box.label == "Learners"]
    assert "The automatic choice is here 70 % DR-learner, 30 % the same effect for everybody." in said_by(
        page
    )
    assert "<td>The same effect for everybody</td><td class='num'>30 %</td>" in tables(page)
    assert "0.02 ± 0.004" in tables(page)

    page = page.radio[0].set_value(False).run()
    assert page.session_state["open_study"].study.uplift.learners == ("s", "t", "x", "dr")
    page = page.multiselect[0].set_value(["s", "r"]).run()
    page = page.radio[0].set_value(True).run()
    assert page.session_state["open_study"].study.uplift.learners == ("auto",)
    page = page.radio[0].set_value(False).run()
    assert page.session_state["open_study"].study.uplift.learners == ("s", "r")


def test_automatic_among_others_is_looked_at_first(showing):
    page = showing(made("s", 0.1), made("auto", 0.1))
    assert page.radio[0].value is False
    assert page.success[0].value.startswith("**Automatic.**")


def test_what_learners_are_built_from_and_judged_on_is_kept(showing, said_by):
    page = showing(made("s", 0.1))
    token = page.session_state["open_study"].token
    assert "Learned on 500 rows, judged on 500 held out; 2 dropped" in said_by(page)
    page = page.selectbox(key=f"uplift-base-{token}").set_value("linear").run()
    assert page.session_state["open_study"].study.uplift.base == "linear"
    page = page.radio(key=f"uplift-evaluation-{token}").set_value("sequential").run()
    assert page.session_state["open_study"].study.uplift.evaluation == "sequential"
    page = showing(made("s", 0.1, rows_used=(480, 400)), evaluation="sequential")
    assert "Judged on 400 rows in four folds, by learners of the folds before (480 at most)" in said_by(page)


def test_calibration_is_told_in_words(showing, said_by):
    assert "Where predictions differ by 1, effects differ by 0.9 (0.5 to 1.3)." in said_by(
        showing(made("s", 0.1))
    )
    page = showing(made("s", 0.1, calibration=None, r_score=None, extremes=Difference(0.4, 0.1, (0.2, 0.6))))
    assert not page.exception
    assert "Where predictions differ" not in said_by(page)
    assert "The highest group less the lowest: +0.4 points (0.2 to 0.6)." in said_by(page)


def test_where_less_is_better_the_reader_is_reminded(showing, said_by):
    page = showing(made("s", 0.1), policy=PolicyOptions(benefit=-2.0))
    assert "Less of y counts as better here" in said_by(page)


def test_names_from_data_are_text(showing, texts_of):
    contrast = ("a", BAD)
    page = showing(
        made("s", 0.1, contrast),
        made("t", 0.1),
        UpliftResult("x", contrast, error=BAD),
        overlap=(BAD,),
        sentence=BAD,
        question={"unit": BAD},
    )
    assert not page.exception
    assert "<img" not in tables(page)
    assert "<img" not in json.dumps(figures(page))
    for text in texts_of(page).splitlines():
        assert ":red[c]" not in text
        assert "<img" not in text.replace("\\<img", "")
