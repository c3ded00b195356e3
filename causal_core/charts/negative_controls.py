"""Effects that must be zero beside the effect in question, in standard deviations."""

from __future__ import annotations

import plotly.graph_objects as go

from causal_core.charts.colours import BLUE, GREEN, GREY, VERMILLION
from causal_core.charts.falsification import two_decimals
from causal_core.charts.style import dress
from causal_core.charts.whiskers import whiskers
from causal_core.text import for_plotly
from causal_core.validation.negative_controls import WORDS, ControlsTested, ControlTest

_COLOURS = {"pass": GREEN, "fail": VERMILLION, "unclear": GREY, "silent": GREY}
_SYMBOLS = {"pass": "circle-open", "fail": "x", "unclear": "diamond-open", "silent": "line-ew"}
_EFFECT = "effect in question"
_LONGEST = 40
MANY = 12
"""Rows beyond which they stand closer."""


def controls(tested: ControlsTested) -> go.Figure:
    """A row for each effect, the ones in question on top: a point and a whisker for its 95 % interval.

    The band reaches as far from zero as the largest effect in question. Controls without an interval are left
    out; say their `error` in words elsewhere.
    """
    shown = [each for each in tested.tests if each.scaled_ci is not None and each.scaled is not None]
    figure = go.Figure()
    labels: list[str] = []
    for effect in tested.effects:
        several = f" ({for_plotly(effect.contrast)})" if len(tested.effects) > 1 else ""
        ci = effect.scaled_ci or (effect.scaled, effect.scaled)
        words = f"{_EFFECT}, {for_plotly(effect.contrast)}<br>{effect.rows_used:,} rows"
        place = len(labels)
        _mark(figure, place, effect.scaled, ci, ("circle", BLUE, _EFFECT, place == 0), words)
        labels.append(f"<b>Effect in question</b>{several}")
    named: set[str] = set()
    for each in shown:
        low, high = each.scaled_ci or (0.0, 0.0)
        name = WORDS[each.verdict]
        look = (_SYMBOLS[each.verdict], _COLOURS[each.verdict], name, name not in named)
        named.add(name)
        _mark(figure, len(labels), each.scaled or 0.0, (low, high), look, _hover(each))
        labels.append(_label(each, len(tested.effects) > 1))
    reach = max((abs(each.scaled) for each in tested.effects), default=0.0)
    if reach:
        figure.add_vrect(x0=-reach, x1=reach, fillcolor=GREY, opacity=0.15, line_width=0)
    figure.add_vline(x=0, line={"color": GREY, "width": 1, "dash": "dot"})
    figure.update_xaxes(title="Effect, in standard deviations of what it is an effect on", zeroline=False)
    figure.update_yaxes(
        tickvals=list(range(len(labels))),
        ticktext=labels,
        range=[len(labels) - 0.4, -0.6],
        showgrid=False,
        zeroline=False,
    )
    dress(figure, "")
    row = 38 if len(labels) <= MANY else 30
    figure.update_layout(height=170 + row * len(labels), margin={"l": 20, "r": 150, "t": 10, "b": 95})
    return figure


def _mark(
    figure: go.Figure,
    place: int,
    value: float,
    ci: tuple[float, float],
    look: tuple[str, str, str, bool],
    words: str,
) -> None:
    symbol, colour, name, legend = look
    figure.add_scatter(
        x=[value],
        y=[place],
        mode="markers",
        marker={"symbol": symbol, "size": 12, "color": colour, "line": {"width": 2.5, "color": colour}},
        error_x=whiskers([value], [ci], colour, 2.2),
        name=name,
        legendgroup=name,
        showlegend=legend,
        hovertemplate=f"{words}<extra></extra>",
    )
    figure.add_annotation(
        x=1.01,
        xref="paper",
        xanchor="left",
        y=place,
        text=f"<b>{two_decimals(value)}</b>  [{two_decimals(ci[0])}, {two_decimals(ci[1])}]",
        showarrow=False,
    )


def _label(each: ControlTest, arms: bool) -> str:
    direction = "on" if each.candidate.kind == "outcome" else "of"
    name = each.label if len(each.label) <= _LONGEST else f"{each.label[: _LONGEST - 1]}…"
    detail = f"<br><span style='font-size:0.8em'>{for_plotly(each.contrast)}</span>"
    return f"{direction} {for_plotly(name)}{detail if arms or each.candidate.kind == 'exposure' else ''}"


def _hover(each: ControlTest) -> str:
    p_value = "" if each.p_adjusted is None else f"<br>p of no effect (Holm) {each.p_adjusted:.3g}"
    return f"{for_plotly(each.label)}, {for_plotly(each.contrast)}{p_value}<br>{each.rows_used:,} rows"
