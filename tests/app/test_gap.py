import json
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from causal_core.graph import CausalGraph
from causal_core.study.options import GapOptions, PolicyOptions, UpliftOptions
from tests.app.shown import by_label, figures, study_of, tables

BAD = "<img src=x onerror=alert(1)> $a$ _b_ :red[c] *d*"


def trial(binary=False, arms=2, rows=1200):
    """A trial in which those worst off gain least: outcome and effect both rise with `early`."""
    random = np.random.default_rng(3)
    early, calm = random.integers(0, 2, rows), random.normal(size=rows)
    arm = random.permutation(np.arange(rows) % arms)
    if binary:
        chance = 0.25 + 0.3 * early + np.where(arm > 0, 0.35 * early - 0.1 * (1 - early), 0.0)
        outcome = (random.random(rows) < chance).astype(int)
    else:
        outcome = 2 * early + (arm > 0) * (3 * early - 1) + (arm == 2) * calm + random.normal(size=rows)
    score = 10 - 5 * early + random.normal(size=rows)
    frame = pd.DataFrame({"early": early, "calm": calm, "arm": np.array(list("abc"))[arm], "y": outcome})
    frame["score"], frame["after"], frame["word"] = score, outcome + 1.0, np.where(early, "x", "z")
    frame["flat"], frame["gaps"] = 1.0, np.where(random.random(rows) < 0.1, np.nan, score)
    return frame


GRAPH = CausalGraph(edges=[("early", "y"), ("calm", "y"), ("arm", "y"), ("arm", "after"), ("y", "after")])
QUESTION = {"treatment": "arm", "outcome": "y", "control": "a", "randomised": True, "unit": "points"}


@pytest.fixture
def opened(open_learned):
    """Call with options of the comparison: its page with who responds learned."""

    def show(frame=None, graph=GRAPH, question=(), policy=(), learners=("t",), learn=True, **gap):
        return open_learned(
            trial() if frame is None else frame,
            "gap",
            graph=graph,
            question={**QUESTION, **dict(question)},
            data={"row_is": "a customer"},
            uplift=UpliftOptions(learners=learners),
            policy=PolicyOptions(**dict(policy)),
            gap=GapOptions(**gap),
            learn=learn,
        )

    return show


def test_without_who_responds_the_page_says_so(opened, said_by):
    page = opened(learn=False)
    assert "Ranking by effect needs predicted effects." in said_by(page)
    assert page.get("page_link")[0].proto.page == "uplift"
    assert not page.exception


def test_a_number_as_outcome_with_a_model_of_risk(opened, said_by):
    page = opened()
    assert not page.exception
    said = said_by(page)
    assert "Ranking by effect gains more: with 20 % treated" in said
    assert "points (" in said
    assert "For 10,000 people, ranking by risk instead of effect costs" in said
    assert "A good predictor need not be a good targeter" in [each.value for each in page.subheader]
    assert "Makarov 1982" in said
    assert "No data can say which kind a person is" in said
    assert "known only because this world is made" not in said + str([each.label for each in page.expander])
    curves, difference, harm, predicts = figures(page)
    assert harm["layout"]["title"]["text"].startswith("Of those treated, how many are harmed")
    assert predicts["layout"]["xaxis"]["title"]["text"].startswith("Spearman rank correlation")
    assert [trace["name"] for trace in curves["data"]][2:] == [
        "ranked by effect",
        "ranked by risk",
        "picked at random",
        "the gap",
    ]
    assert max(len(trace["x"]) for trace in curves["data"][2:]) <= 200
    assert curves["layout"]["yaxis"]["title"]["text"] == "Gain per person (points)"
    assert difference["layout"]["title"]["text"].startswith("What ranking by effect gains")
    for kind in ("persuadable", "sure thing", "lost cause", "sleeping dog"):
        assert f"like a <b>{kind}</b>" in tables(page)

    page = page.slider[0].set_value(100).run()
    assert study_of(page).gap.share == 1
    assert "both rankings treat the same people" in said_by(page)
    page = by_label(page.number_input, "High y without").set_value(5.0).run()
    assert study_of(page).gap.baseline == 5.0
    page = page.button(key="gap-usual").click().run()
    assert study_of(page).gap.baseline is None


def test_a_binary_outcome_of_which_less_is_better_with_costs_and_a_budget_of_money(opened, said_by):
    frame = trial(binary=True)
    frame["y"] = 1 - frame["y"]
    page = opened(frame, policy={"benefit": -100.0, "cost": {"b": 4.0}, "unit": "EUR"}, share=0.5)
    assert not page.exception
    said = said_by(page)
    assert "with 50 % treated" in said
    assert "EUR" in said
    assert figures(page)[-1]["layout"]["xaxis"]["title"]["text"].startswith("AUC")
    assert "Less of the outcome counts as a gain." in said
    assert "Kallus 2022" in said
    assert "Less of it is better, so low counts as high." in said
    page = by_label(page.radio, "Both rankings get").set_value(True).run()
    assert study_of(page).gap.budget == pytest.approx(0.5 * 1200 * 4)
    assert "with 2 EUR to spend per customer" in said_by(page)
    assert figures(page)[0]["layout"]["xaxis"]["title"]["text"] == "Money spent per person (EUR)"
    page = by_label(page.radio, "Gains are shown").set_value("outcome").run()
    assert figures(page)[0]["layout"]["yaxis"]["title"]["text"] == "Gain per person (points)"


def test_three_arms_one_chosen_or_the_best(opened, said_by):
    page = opened(trial(arms=3), learners=("t", "s"))
    assert not page.exception
    said = said_by(page)
    assert "Ranking by effect gives each person the arm predicted best for them" in said
    verdict = next(line for line in said.splitlines() if "Ranking by effect gains more" in line)
    assert "ranking by effect also chooses the arm for each person, which a risk score cannot." in verdict
    assert " for both, the order alone, by effect less by risk, is worth " in verdict
    assert " for all instead of effect with each person's arm costs " in verdict
    page = by_label(page.selectbox, "Treat with").set_value("c").run()
    assert study_of(page).gap.arm == "c"
    assert "also chooses the arm" not in said_by(page)
    page = by_label(page.selectbox, "Effects predicted by").set_value("s").run()
    assert study_of(page).gap.learner == "s"


def test_a_score_of_the_users_own(opened, until, said_by):
    page = opened()
    box = by_label(page.selectbox, "Risk comes from")
    # Neither text, nor what the treatment can change, nor the question's own columns.
    assert box.options == ["a model learned here", "early", "calm", "score", "flat", "gaps"]
    page = until(box.set_value("gaps").run(), lambda each: "left out" in texts(each))
    said = said_by(page)
    assert study_of(page).gap.score == "gaps"
    assert "were left out, because their score is missing" in said
    assert "The score gaps predicts the outcome" in said
    assert "the study does not say when gaps was measured" in said
    page = by_label(page.radio, "At risk are").set_value(False).run()
    assert not study_of(page).gap.high_is_risky
    page = until(page, lambda each: "the wrong way round" in texts(each))
    page = by_label(page.selectbox, "Risk comes from").set_value("flat").run()
    page = until(page, lambda each: "no better than chance" in texts(each))
    assert not page.exception


def texts(page):
    return "\n".join(str(element.value) for element in (*page.markdown, *page.caption))


@pytest.mark.parametrize(
    ("score", "said"),
    [
        ("word", 'The risk score "word" holds a category, not numbers.'),
        ("after", 'The column "after" cannot be the risk score: in the graph arm can change it.'),
        ("nowhere", 'The risk score "nowhere" is not a column of the table.'),
        ("y", "it is the outcome"),
    ],
)
def test_a_score_that_cannot_rank_is_refused_in_words(opened, until, said_by, score, said):
    page = opened(score=score)
    page = until(page, lambda each: bool(each.error) or bool(each.warning))
    assert said in said_by(page)
    assert "Traceback" not in said_by(page)
    assert not page.exception


def test_worth_nothing_is_refused_in_words(opened, said_by):
    page = opened(policy={"benefit": 0.0})
    assert "At a benefit of 0 neither more nor less of y is bad" in said_by(page)
    assert not page.exception


def test_names_from_the_data_are_text(opened, texts_of):
    frame = trial().rename(columns={"score": BAD})
    frame["arm"] = frame["arm"].replace("b", f"{BAD} b")
    page = opened(frame, score=BAD, question={"unit": BAD})
    assert not page.exception
    assert "<img" not in tables(page)
    for line in texts_of(page).splitlines():
        assert ":red[c]" not in line
    assert "<img" not in json.dumps(figures(page))


def test_true_kinds_are_shown_of_a_made_world_only(opened, monkeypatch, tmp_path):
    frame = trial(binary=True)
    frame.to_csv(tmp_path / "data.csv", index=False)
    early = frame["early"].to_numpy()
    truth = pd.DataFrame({"y: a": 1 - early, "y: b": early})
    truth.to_parquet(tmp_path / "truth.parquet")
    made = SimpleNamespace(folder=tmp_path, truth_path=tmp_path / "truth.parquet")
    monkeypatch.setattr("causal_core.gap.truth.demos", lambda: (made,))
    page = opened(frame)
    assert not page.exception
    assert "What they really are: known only because this world is made" in [e.label for e in page.expander]
    assert "Really: sleeping dog" in tables(page)
    # Half of them early: good only with the treatment; the others good only without it.
    everybody = tables(page).partition("<td>Everybody</td>")[2].split("</tr>")[0]
    assert everybody.count(">0 %<") == 2
    assert "What they really are" not in str([e.label for e in opened(trial(binary=True, rows=900)).expander])
