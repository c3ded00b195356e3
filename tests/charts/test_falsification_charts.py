from causal_core.charts.falsification import dependences, relabellings, shortened
from causal_core.falsification.result import Falsified, Tested

STRONG = Tested("$a_b$", "<b>y</b>", ("z",), effect=-0.4, ci=(-0.5, -0.3), p_value=0.0, rows_used=100)
WEAK = Tested("a", "c", (), effect=0.02, ci=(-0.05, 0.09), p_value=0.6, rows_used=100)
NOT = Tested("a", "d", (), error="why")


def test_bars_are_strengths_with_folded_intervals_coloured_by_verdict():
    tested = [STRONG.judged(0.0), WEAK.judged(1.0), NOT]
    figure = dependences(tested, 0.1)
    assert [bar.name for bar in figure.data] == ["contradicted", "not contradicted"]
    strong, weak = figure.data
    assert (list(strong.x), list(strong.error_x.array), list(strong.error_x.arrayminus)) == (
        [0.4],
        [0.09999999999999998],
        [0.10000000000000003],
    )
    assert (list(weak.x), list(weak.error_x.arrayminus)) == ([0.02], [0.02])
    assert figure.layout.annotations[0].text == "<b>−0.40</b>  [−0.50, −0.30]"
    assert figure.layout.shapes[0].x0 == 0.1


def test_names_are_text_in_the_chart_and_long_ones_are_cut():
    figure = dependences([STRONG.judged(0.0)], 0.1)
    assert figure.layout.yaxis.ticktext[0] == "&#36;a_b&#36; ⟂ &lt;b&gt;y&lt;/b&gt; | z"
    many = Tested("a" * 40, "b", tuple(f"a long name {number}" for number in range(9)))
    assert shortened(many) == "aaaaaaaaaaa…aaaaaaaaa ⟂ b | 9 columns"


def test_the_graph_stands_among_its_relabellings():
    found = Falsified(2, 9, (5, 5, 7), 0, 0.0, 0.0, 10, 10, 1, 0.05, 0.0, True, 0, "")
    bars, line = relabellings(found).data
    assert dict(zip(bars.x, bars.y, strict=True)) == {5: 2, 7: 1}
    assert list(line.x) == [2, 2]
    assert line.name == "your graph: 2"
