import plotly.graph_objects as go
import pytest

from causal_core.charts.style import axis_title, dress, extra_height

LONG = "kilograms of weight gained from the first examination in 1971 to the second one in 1982, clothed"


def test_a_short_unit_stays_on_one_line_as_text():
    assert axis_title("Effect", "<b>kg</b>") == "Effect (&lt;b&gt;kg&lt;/b&gt;)"
    assert axis_title("Effect") == "Effect"


@pytest.mark.parametrize("width", [22, 40, 60])
def test_a_long_unit_is_wrapped_and_at_last_cut(width):
    lines = axis_title("Effect", LONG, width).split("<br>")
    assert 2 <= len(lines) <= 3
    assert max(map(len, lines)) <= width
    assert lines[-1].endswith("…" if width == 22 else ("…", ")"))
    assert extra_height("<br>".join(lines)) == 18 * (len(lines) - 1)


def test_a_unit_without_spaces_is_broken():
    assert max(map(len, axis_title("Effect", "x" * 90, 30).split("<br>"))) <= 30


def test_ticks_of_thousands_are_written_as_in_the_text_beside_them():
    figure = go.Figure()
    dress(figure, "")
    for axis in (figure.layout.xaxis, figure.layout.yaxis):
        assert (axis.separatethousands, axis.minexponent) == (True, 5)
