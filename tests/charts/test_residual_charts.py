from causal_core.charts.residuals import all_arms, residual_plot
from causal_core.estimation.arm_scores import ArmScores
from causal_core.estimation.residuals import ArmResiduals, Residuals

NASTY = "a <b>b</b> $x$"


def arm(name):
    return ArmResiduals(
        name, 50, (1.0, 2.0), (0.1, -0.1), (0.05, 0.05), ((1.0, 0.1), (2.0, -0.1)), (1, 1), 0.5, 0.5, 0.0
    )


def test_residuals_of_each_arm_have_their_own_mark_and_line():
    figure = residual_plot(Residuals((arm("0"), arm(NASTY)), (), False, 0.0, False), "wage_$", "$ an hour")
    assert [trace.mode for trace in figure.data] == ["markers", "lines", "markers", "lines"]
    assert figure.data[0].marker.symbol != figure.data[2].marker.symbol
    assert figure.data[1].line.dash != figure.data[3].line.dash
    assert "&lt;b&gt;" in figure.data[2].name
    assert figure.layout.xaxis.title.text == "Fitted wage_&#36; (&#36; an hour)"
    assert list(figure.data[0].error_y.array) == [0.05 * 1.96] * 2


def test_all_arms_stand_above_and_the_others_hang_below():
    arms = ("none", "one", NASTY)
    shares = ((0.5, 0.5), (0.2, 0.8), (1.0, 0.0))
    figure = all_arms([ArmScores(name, arms, (0, 0.5, 1), shares, False, (0.01, 0.05)) for name in arms])
    assert len(figure.data) == 9
    assert [trace.showlegend for trace in figure.data] == [True] * 3 + [False] * 6
    assert list(figure.data[0].y) == [0.5, 0.5]
    assert list(figure.data[1].y) == [-0.2, -0.8]
    assert list(figure.data[4].y) == [0.2, 0.8]
    assert "&lt;b&gt;" in figure.layout.annotations[2].text
