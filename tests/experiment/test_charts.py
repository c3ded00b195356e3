import json

import pytest

from causal_core.charts.experiment_power import holdout_curve, power_curves
from causal_core.experiment import words
from causal_core.experiment.holdout import holdout
from causal_core.experiment.power import PowerCurve
from causal_core.experiment.result import Comparison, FalseFindings, Planned, Point
from causal_core.graph import CausalGraph
from causal_core.study.experiment_options import ExperimentOptions
from causal_core.study.options import Data, Question
from causal_core.study.study import Study

BAD = "<img src=x onerror=alert(1)> $a$"


def planned(arms=("a", "b"), goal="average", **more):
    curve = PowerCurve(-1.96, 0.1, ((0.01, -0.0004), (-0.0004, 2e-5)))
    points = tuple(
        Point.of(people, 400, found, formula)
        for people, found, formula in ((300, 160, 0.41), (785, 320, 0.8), (1200, 370, 0.93))
    )
    names = arms[1:] if goal == "average" else ("",)
    comparisons = tuple(Comparison(name, 1 / len(arms), points, curve) for name in names)
    about = {
        "goal": goal,
        "against": "none",
        "size": 0.5,
        "labels": arms,
        "shares": (1 / len(arms),) * len(arms),
        "correction": "dunnett",
        "adjusted": 3,
        "explained": 0.4,
        "cluster_size": None,
        "whole": True,
        "source": "the 500 rows without treatment",
        "rows": 500,
        "mean": 10.0,
        "spread": 2.0,
        "binary": False,
        "comparisons": comparisons,
        "false": FalseFindings(785, 400, 21, (0.033, 0.079)),
        "policy": "top_share" if goal == "gain" else "",
        "learner": "" if goal == "average" else "t",
    }
    return Planned(**{**about, **more})


def study(**options):
    question = Question(treatment="t", outcome="y", unit="points", clusters="home")
    return Study(Data(path="x.csv"), CausalGraph(), question, experiment=ExperimentOptions(**options))


def test_the_power_picture_has_its_parts():
    figure = power_curves(planned(), 0.8, 100, 2)
    assert figure.layout.title.text == "The chance of finding it, for every number of people"
    assert [trace.name for trace in figure.data if trace.showlegend is not False] == [
        "simulated",
        "by formula",
        "785 people",
    ]
    assert figure.layout.xaxis2.range[0] == 2
    assert figure.layout.xaxis2.range[1] == pytest.approx(figure.layout.xaxis.range[1] / 100 + 2)
    assert max(len(trace.x) for trace in figure.data if trace.mode == "lines") <= 200


def test_names_of_arms_are_text_in_the_picture():
    figure = power_curves(planned(arms=("a", BAD, "c")), 0.8, 100)
    assert "<img" not in json.dumps(figure.to_plotly_json(), default=str)
    assert len([trace for trace in figure.data if trace.error_y.array is not None]) == 2


def test_the_holdout_picture_with_and_without_an_answer():
    found = holdout_curve(holdout(1.0, 10.0, 10_000), "EUR")
    assert found.layout.yaxis.title.text == "Gain given up a month (EUR)"
    assert found.data[1].text[0] == "<b>8.6 %</b>"
    assert len(holdout_curve(holdout(0.1, 10.0, 1000)).data) == 1


def test_sentences_of_every_goal():
    assert words.answer_sentence(study(delay=2.0), planned()) == (
        f"It takes {words.range_text(planned().needed(0.8))} people to find an average effect of 0.5 points "
        "with 80 % power: 10 weeks at 100 a week and 2 weeks until the last outcome."
    )
    assert planned().needed(0.8).people == 785
    several = words.answer_sentence(study(), planned(arms=("a", "b", "c")))
    assert "an average effect in every arm of 0.5 points" in several
    assert "effects differ as T predicts (AUTOC 0.5 points)" in words.answer_sentence(
        study(goal="autoc"), planned(goal="autoc")
    )
    assert "a gain of 0.5 points a person by “Top share” over treating nobody" in words.answer_sentence(
        study(goal="gain"), planned(goal="gain")
    )
    assert words.at_hand_sentence(study(), planned()) == ""
    assert words.at_hand_sentence(study(people=3144), planned()).startswith(
        "With 3,144 people the power is 100 %"
    )


def test_the_table_and_the_remarks():
    rows = words.rows_of(study(), planned(arms=("a", "b", "c")))
    assert [row[:3] for row in rows] == [
        ("a", "33.3 %", "262"),
        ("b", "33.3 %", "262"),
        ("c", "33.3 %", "262"),
    ]
    assert rows[0][3] == ""
    assert rows[1][5] == "785"
    assert words.rows_of(study(goal="gain"), planned(goal="gain"))[-1][:3] == ("all", "100 %", "785")
    assert words.false_sentence(planned()) == (
        "Where nothing is there, 5.2 % of 400 simulated experiments with 785 people found something (3.3 % "
        "to 7.9 %); 5 % are meant to."
    )
    plain = " ".join(words.method_sentences(study(), planned()))
    assert "3 covariates, which predict 40 %" in plain
    clustered = planned(arms=("a", "b", "c"), cluster_size=4.0, correction="none", adjusted=0, binary=True)
    said = " ".join(words.method_sentences(study(), clustered))
    assert "not corrected" in said
    assert "Whole clusters of home are drawn, 4 people each on average, and each gets one arm." in said
    assert "drawn by lot" in said
    assert "learns none" in " ".join(words.method_sentences(study(), planned(goal="autoc")))
