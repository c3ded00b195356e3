"""What a graph implies against what the data show, and the graph among its relabellings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import plotly.graph_objects as go

from causal_core.charts.colours import BLUE, GREY, ORANGE, SKY, VERMILLION
from causal_core.charts.style import dress
from causal_core.charts.whiskers import whiskers
from causal_core.falsification.result import Falsified, Tested
from causal_core.text import for_plotly

WORDS = {
    "contradicted": "contradicted",
    "small": "there, but too small to matter",
    "open": "too few rows to say",
    "holds": "not contradicted",
    "untested": "not tested",
}
"""Verdict -> what the legend and the table call it."""

COLOURS = {"contradicted": VERMILLION, "small": ORANGE, "open": GREY, "holds": SKY}
_PATTERNS = {"contradicted": "", "small": "/", "open": ".", "holds": ""}
_LONGEST = 46
_AXIS = "Dependence left: 0 none, 1 complete"


def dependences(tested: Sequence[Tested], threshold: float, title: str = "") -> go.Figure:
    """A bar for each test: the strength of the dependence left, a whisker for its 95 % interval.

    A correlation is drawn without its sign. Untested statements are left out; say their `error` elsewhere.

    Args:
        tested: What to draw, top to bottom.
        threshold: The strength from which a departure matters: a dotted line.
        title: The question the picture answers.
    """
    shown = [each for each in tested if each.effect is not None]
    figure = go.Figure()
    for verdict, colour in COLOURS.items():
        places = [place for place, each in enumerate(shown) if each.verdict == verdict]
        mine = [shown[place] for place in places]
        if not mine:
            continue
        figure.add_bar(
            x=[each.strength for each in mine],
            y=places,
            orientation="h",
            width=0.62,
            name=WORDS[verdict],
            marker={
                "color": colour,
                "pattern": {
                    "shape": _PATTERNS[verdict],
                    "bgcolor": colour,
                    "fgcolor": "white",
                    "size": 7,
                    "solidity": 0.3,
                },
            },
            error_x=whiskers(
                [each.strength for each in mine], [(_low(each), each.reach) for each in mine], GREY, 1.8, 5
            ),
            customdata=[_hover(each) for each in mine],
            hovertemplate="%{customdata}<extra></extra>",
        )
    for place, each in enumerate(shown):
        figure.add_annotation(
            x=1.01, xref="paper", xanchor="left", y=place, showarrow=False, text=_number(each), align="left"
        )
    most = max([threshold * 1.5, *(each.reach for each in shown)])
    figure.add_vline(x=threshold, line={"color": GREY, "width": 1.5, "dash": "dot"})
    figure.update_xaxes(title=_AXIS, range=[0, min(1.0, most * 1.06)], zeroline=False)
    figure.update_yaxes(
        tickvals=list(range(len(shown))),
        ticktext=[for_plotly(shortened(each)) for each in shown],
        range=[len(shown) - 0.4, -0.6],
        showgrid=False,
        zeroline=False,
    )
    dress(figure, title)
    figure.update_layout(
        height=140 + 27 * max(len(shown), 1),
        margin={"r": 150, "l": 20, "t": 50 if title else 10, "b": 95},
        barmode="overlay",
        showlegend=True,
    )
    return figure


def relabellings(found: Falsified, title: str = "") -> go.Figure:
    """How many relabelled graphs have how many violations, and the graph's own number as a line.

    Args:
        found: The comparison.
        title: The question the picture answers.
    """
    counts = Counter(found.shuffled)
    figure = go.Figure()
    figure.add_bar(
        x=list(counts),
        y=list(counts.values()),
        width=0.8,
        marker={"color": GREY},
        name="random relabellings",
        hovertemplate="%{y} relabelled graphs with %{x} violated statements<extra></extra>",
    )
    top = max(counts.values(), default=1)
    figure.add_scatter(
        x=[found.violations, found.violations],
        y=[0, top * 1.12],
        mode="lines+markers",
        line={"color": BLUE, "width": 4},
        marker={"symbol": "triangle-down", "size": [0, 14], "color": BLUE},
        name=f"your graph: {found.violations}",
        hoverinfo="skip",
    )
    most = max([*counts, found.violations])
    figure.update_xaxes(title="Violated statements", range=[-0.7, most + 0.9])
    if most <= 12:
        figure.update_xaxes(dtick=1)
    figure.update_yaxes(title="Graphs", range=[0, top * 1.2])
    dress(figure, title)
    figure.update_layout(height=360)
    return figure


def two_decimals(value: float) -> str:
    """A size with two decimals; a minus only where a digit stands after it."""
    text = f"{value:.2f}".replace("-", "−")
    return "0.00" if text == "−0.00" else text


def shortened(each: Tested) -> str:
    """The statement in signs, `x ⟂ y | a, b`, each name cut in its middle when it is long."""
    known = [_cut(name) for name in each.given]
    text = f"{_cut(each.x)} ⟂ {_cut(each.y)}"
    if not known:
        return text
    rest = ", ".join(known)
    return f"{text} | {rest if len(rest) <= _LONGEST else f'{len(known)} columns'}"


def _cut(name: str) -> str:
    return name if len(name) <= 22 else f"{name[:11]}…{name[-9:]}"


def _low(each: Tested) -> float:
    low, high = each.ci or (0.0, 0.0)
    return 0.0 if low <= 0 <= high else min(abs(low), abs(high))


def _number(each: Tested) -> str:
    low, high = each.ci or (0.0, 0.0)
    return f"<b>{two_decimals(each.effect or 0.0)}</b>  [{two_decimals(low)}, {two_decimals(high)}]"


def _hover(each: Tested) -> str:
    p_value = each.p_adjusted if each.p_adjusted is not None else 1.0
    lines = [
        for_plotly(shortened(each)),
        f"{for_plotly(each.measure)} {each.effect:.3f}",
        f"p {'< 0.001' if p_value < 0.001 else f'= {p_value:.3f}'} (Holm)",
        f"{each.rows_used:,} rows",
    ]
    return "<br>".join(lines)
