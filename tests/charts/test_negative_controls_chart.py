from causal_core.charts.negative_controls import controls
from causal_core.validation.control_candidates import Candidate
from causal_core.validation.negative_controls import ControlsTested, ControlTest, Effect


def made(column, kind, verdict, value):
    return ControlTest(
        Candidate(kind, column, (), True, "", ""),
        "1 against 0",
        scaled=value,
        scaled_ci=(value - 0.2, value + 0.2),
        p_adjusted=0.2,
        rows_used=100,
        verdict=verdict,
    )


def test_each_control_is_a_row_under_the_effect_in_question():
    effect = Effect("1 against 0", "ipw", 2.0, (1.0, 3.0), 0.4, (0.2, 0.6), 100)
    tests = (
        made("a_$b", "outcome", "pass", 0.01),
        made("c", "exposure", "fail", -0.5),
        ControlTest(Candidate("outcome", "d", (), True, "", ""), "", error="no"),
    )
    figure = controls(ControlsTested(tests, (effect,), "ipw"))
    assert [trace.name for trace in figure.data] == [
        "effect in question",
        "no sign of a hidden cause",
        "something is left that should not be",
    ]
    assert figure.layout.yaxis.ticktext[:2] == ("<b>Effect in question</b>", "on a_&#36;b")
    assert figure.layout.yaxis.ticktext[2].startswith("of c<br>")
    band = figure.layout.shapes[0]
    assert (band.x0, band.x1) == (-0.4, 0.4)
    assert "[−0.70, −0.30]" in figure.layout.annotations[2].text
