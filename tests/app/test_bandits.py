import json

import numpy as np
import pandas as pd
import pytest

from causal_core.graph import CausalGraph
from causal_core.study.options import BanditOptions, PolicyOptions, UpliftOptions
from tests.app.shown import by_label, figures, settled, tables

BAD = "<img src=x onerror=alert(1)> $a$ _b_ :red[c] *d*"
GRAPH = CausalGraph(edges=[("early", "y"), ("calm", "y"), ("arm", "y")])
QUESTION = {"treatment": "arm", "outcome": "y", "control": "a", "randomised": True, "unit": "points"}
FEW = ("linucb", "experiment", "fixed_policy")


def trial(arms=2, rows=1200, binary=False):
    """The second arm helps those who are early and harms the others."""
    random = np.random.default_rng(3)
    early, calm = random.integers(0, 2, rows), random.normal(size=rows)
    arm = random.permutation(np.arange(rows) % arms)
    mean = early + (arm > 0) * (3 * early - 1) + (arm == 2) * calm
    outcome = mean + random.normal(size=rows)
    if binary:
        outcome = (random.random(rows) < 0.3 + 0.15 * mean / 3).astype(float)
    return pd.DataFrame({"early": early, "calm": calm, "arm": np.array(list("abc"))[arm], "y": outcome})


@pytest.fixture
def opened(open_learned):
    """Call with options of the simulation: its page with who responds learned."""

    def show(frame=None, graph=GRAPH, question=(), policy=(), learn=True, **bandit):
        options = {"strategies": FEW, "rounds": 20, "per_round": 50, "seeds": 4, "experiment": 4, **bandit}
        return open_learned(
            trial() if frame is None else frame,
            "bandits",
            graph=graph,
            question={**QUESTION, **dict(question)},
            uplift=UpliftOptions(learners=("t",), base="linear"),
            policy=PolicyOptions(**dict(policy)),
            bandit=BanditOptions(**options),
            learn=learn,
        )

    return show


def bandit_of(page):
    return page.session_state["open_study"].study.bandit


def verdict(page):
    boxes = (*page.success, *page.warning, *page.info)
    return boxes[0].value.replace("\\", "") if boxes else ""


def test_without_who_responds_the_page_says_so(opened, said_by):
    page = opened(learn=False)
    assert "simulated from the fitted models. Learn who responds first" in said_by(page)
    assert page.get("page_link")[0].proto.page == "uplift"
    assert not page.exception


def test_a_verdict_a_picture_and_the_numbers(opened, said_by, until):
    page = opened(policy={"unit": "EUR", "benefit": 10.0, "cost": {"b": 1.0}})
    assert not page.exception
    assert verdict(page).startswith("**Under this fitted model LinUCB")
    assert "an experiment of 4 rounds and then committing to each person's best arm" in verdict(page)
    assert "over 1,000 people" in verdict(page)
    assert "the policy learned from the data" in verdict(page)
    assert "EUR (" in verdict(page)
    regret, exploring, arms, lengths = figures(page)
    assert regret["layout"]["yaxis"]["title"]["text"] == "Cumulative regret (EUR)"
    names = [trace["name"] for trace in regret["data"] if trace.get("showlegend") is not False]
    assert names == [
        "LinUCB",
        "Experiment, then each person&#x27;s best arm".replace("&#x27;", "'"),
        "Policy learned from the data",
        "Best single arm",
    ]
    assert max(len(trace["x"]) for trace in regret["data"][1::2]) <= 201
    assert [trace["name"] for trace in exploring["data"]] == names[:2]
    assert [trace["name"] for trace in arms["data"]] == ["a", "b"]
    assert lengths["layout"]["title"]["text"] == "How long to experiment"
    assert [trace["name"] for trace in lengths["data"]] == [names[1], names[0]]
    for head in ("Benefit less cost", "Short of each person", "Explored"):
        assert head in tables(page)
    said = said_by(page)
    assert "A bandit, or an experiment first?" in [each.value for each in page.subheader]
    assert "people are drawn from 600 rows of the table" in said
    assert "do not hold the uncertainty of the model itself" in said

    page = until(
        by_label(page.slider, "Rounds of the experiment").set_value(10).run(),
        lambda each: "an experiment of 10 rounds" in verdict(each),
    )
    assert bandit_of(page).experiment == 10
    page = until(page.multiselect[0].set_value(["uniform"]).run(), settled)
    assert bandit_of(page).strategies == ("uniform",)
    assert "No strategy that learns while it acts is chosen." in verdict(page)
    page = until(by_label(page.number_input, "Rounds, such as").set_value(100_000).run(), settled)
    assert "100,000 rounds of 50 people are over 1,000,000 people." in said_by(page)
    assert not page.exception


def test_the_log_is_replayed_and_a_run_is_written_down(opened, said_by, until):
    page = opened(trial(arms=3, binary=True), policy={"benefit": -5.0, "cost": {"c": 0.1}})
    assert not page.exception
    page = page.button(key="start-bandit_replay").click().run()
    page = until(page, lambda each: "Each pass uses about" in said_by(each))
    said = said_by(page)
    assert "On your own log, without a model of outcomes, LinUCB brings" in said
    assert "200 of 600 logged rows" in said
    assert "Li, Chu, Langford & Wang 2011" in said
    assert figures(page)[-1]["layout"]["title"]["text"] == "What the log says, without a model of outcomes"
    page = page.button(key="start-bandit_log").click().run()
    page = until(page, lambda each: len(each.get("download_button")) == 2)
    assert "Outcomes in it are simulated." in said_by(page)
    assert not page.exception


def test_chances_that_are_not_known_are_refused_in_words(opened, said_by):
    graph = CausalGraph(edges=[*GRAPH.edges, ("early", "arm")])
    page = opened(graph=graph, question={"randomised": False})
    assert "The chances could only be estimated" in said_by(page).replace("the chances", "The chances")
    assert not page.exception


@pytest.mark.parametrize(
    ("policy", "said"),
    [
        ({"benefit": 0.0}, "At a benefit of 0 nothing about y need be learned"),
        ({"cost": {"z": 1.0}}, "There is no arm z to give a cost to."),
    ],
)
def test_what_cannot_be_simulated_is_refused_in_words(opened, said_by, policy, said):
    page = opened(policy=policy)
    assert said in said_by(page)
    assert "Traceback" not in said_by(page)
    assert not page.exception


def test_a_dose_is_refused_in_words(opened, said_by):
    frame = trial()
    frame["arm"] = np.random.default_rng(0).normal(size=len(frame))
    page = opened(frame, question={"control": 0}, learn=False)
    assert "A policy chooses among arms, and a dose has none" in said_by(page)


def test_names_from_the_data_are_text(opened, texts_of):
    frame = trial()
    frame["arm"] = frame["arm"].replace("b", f"{BAD} b")
    page = opened(frame, policy={"unit": BAD}, strategies=("epsilon_greedy",))
    assert not page.exception
    assert "<img" not in tables(page)
    assert "<img" not in json.dumps(figures(page))
    for line in texts_of(page).splitlines():
        assert ":red[c]" not in line
