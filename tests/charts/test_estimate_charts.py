import json
from dataclasses import replace

import numpy as np
import pytest

from causal_core.charts.balance import love_plot, overlap
from causal_core.charts.forest import forest
from causal_core.charts.simulations import simulations
from causal_core.estimation.diagnostics import Balance
from causal_core.estimation.result import Estimate
from causal_core.refutation import judge

NASTY = "a <b>b</b> $x$"
ESTIMATE = Estimate("ipw", "backdoor", "ATE", "ATE", (NASTY, "drug_a"), 2.0, 0.5, (1.0, 3.0), 100, 0)
BALANCE = Balance(
    (NASTY, "drug"), "ATE", ("age <i>", "income"), (0.4, -0.5), (0.0, 0.01),
    (0, 0.5, 1), (0.7, 0.3), (0.2, 0.8), (10, 12), (8.0, 9.0), (0.2, 0.1), (0, 0), False,
)  # fmt: skip


def points(figure):
    return [trace for trace in figure.data if trace.mode == "markers" and trace.name]


def whiskers(figure):
    return [trace for trace in figure.data if trace.mode == "lines+markers"]


def test_a_row_for_each_estimate_with_a_value():
    figure = forest(
        [ESTIMATE, replace(ESTIMATE, value=None, error="no"), replace(ESTIMATE, method="aipw")], "kg", "How?"
    )
    assert [trace.x[0] for trace in points(figure)] == [2.0, 2.0]
    assert [trace.y[0] for trace in points(figure)] == [0, 1]
    assert [(trace.x[0], trace.x[-1]) for trace in whiskers(figure)] == [(1.0, 3.0)] * 2
    assert figure.layout.title.text == "How?"
    assert "kg" in figure.layout.xaxis.title.text
    assert "<b>2</b>  [1, 3]" in [note.text for note in figure.layout.annotations]


def test_random_is_filled_observational_hollow_association_a_diamond():
    def symbol(estimate, **options):
        return points(forest([estimate], **options))[0].marker.symbol

    assert symbol(ESTIMATE) == "circle-open"
    assert symbol(ESTIMATE, randomised=True) == "circle"
    assert symbol(replace(ESTIMATE, estimand="association")) == "diamond-open"


def test_open_and_disjoint_intervals_are_arrows():
    open_end = whiskers(forest([replace(ESTIMATE, ci=(None, 3.0))]))
    assert open_end[0].marker.symbol[0] == "triangle-left"
    assert open_end[0].marker.symbol[-1] == "line-ns"
    figure = forest([replace(ESTIMATE, ci=((None, 0.5), (1.5, None)))])
    assert whiskers(figure)[0].x[-1] == 0.5
    assert "[−∞, 0.5] or [1.5, ∞]" in figure.layout.annotations[0].text


def test_figures_escape_names_and_leave_the_ground_to_the_page():
    simulated = judge("bootstrap", ESTIMATE, np.linspace(1, 3, 40))
    curve = judge("unobserved_common_cause", ESTIMATE, np.linspace(2, -1, 10)[None])
    figures = [
        forest([ESTIMATE, replace(ESTIMATE, contrast=(NASTY, "other"))], NASTY, NASTY),
        simulations(simulated, NASTY),
        simulations(curve),
        love_plot(BALANCE),
        overlap(BALANCE),
    ]
    for figure in figures:
        text = figure.to_json()
        assert NASTY not in json.dumps(json.loads(text), ensure_ascii=False)
        assert figure.layout.paper_bgcolor == "rgba(0,0,0,0)"
        assert figure.layout.font.color is None


@pytest.mark.parametrize("estimates", [[], [replace(ESTIMATE, value=0.0, ci=None, std_error=None)]])
def test_nothing_to_draw_is_no_error(estimates):
    assert len(points(forest(estimates))) == len(estimates)


def test_simulations_mark_the_original():
    figure = simulations(judge("placebo_treatment", ESTIMATE, np.linspace(-1, 1, 50)))
    assert sum(figure.data[0].y) == 50
    assert [shape.x0 for shape in figure.layout.shapes] == [2.0, 0.0]
    empty = simulations(judge("bootstrap", replace(ESTIMATE, value=None), np.array([1.0])))
    assert len(empty.data) == 0


def test_the_tipping_strength_is_marked():
    figure = simulations(judge("unobserved_common_cause", ESTIMATE, np.linspace(2, -1, 10)[None]))
    assert "no effect left" in figure.data[1].text[0]


def test_love_plot_puts_the_worst_on_top():
    figure = love_plot(BALANCE)
    assert figure.layout.yaxis.ticktext[0] == "income"
    assert points(figure)[0].x == (-0.5, 0.4)
    assert len(points(love_plot(replace(BALANCE, after=(), error="no overlap")))) == 1


def test_overlap_shows_the_arm_up_and_control_down():
    figure = overlap(BALANCE)
    assert list(figure.data[0].y) == [0.2, 0.8]
    assert list(figure.data[1].y) == [-0.7, -0.3]
    assert len(overlap(replace(BALANCE, arm_share=(), control_share=())).data) == 2
