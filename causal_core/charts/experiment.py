"""Observational estimates beside the experimental one, and how far each lies from it."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from causal_core.charts.colours import BLUE, GREY, VERMILLION
from causal_core.charts.style import axis_title, dress, extra_height
from causal_core.charts.whiskers import whiskers
from causal_core.estimation.methods import METHODS
from causal_core.study.headline import number_text, signed_text
from causal_core.text import for_plotly
from causal_core.validation.experiment import Comparison, Side

_EXPERIMENT = "experiment"
_OBSERVED = "observational"
_ASSOCIATION = "observational, not adjusted"


def against_experiment(shown: Sequence[Comparison], threshold: float, unit: str = "") -> go.Figure:
    """Left, every estimate with its 95 % interval; right, observational minus experimental with its own.

    The band on the left is the experiment's interval. The band on the right reaches from minus to plus the
    least difference that matters.

    Args:
        shown: Comparisons of one arm, top to bottom; those without a difference are left out.
        threshold: The least difference that matters, in the outcome's unit.
        unit: The outcome's unit, for the axes.
    """
    from plotly.subplots import make_subplots

    found = [each for each in shown if each.difference is not None]
    figure = make_subplots(cols=2, shared_yaxes=True, horizontal_spacing=0.16)
    trial = next((each.trial for each in found), None)
    if trial is not None:
        _bands(figure, trial, threshold)
        _mark(figure, 1, 0, trial.value, trial.ci, "circle", BLUE, _EXPERIMENT, _hover(trial))
        _number(figure, 1, 0, number_text(trial.value))
    names = {_EXPERIMENT}
    for place, each in enumerate(found, start=1):
        side = each.observational
        if side is None or each.ci is None or each.difference is None:
            continue
        plain = side.estimand == "association"
        symbol, name = ("diamond-open", _ASSOCIATION) if plain else ("circle-open", _OBSERVED)
        _mark(
            figure, 1, place, side.value, side.ci, symbol, VERMILLION, name, _hover(side), name not in names
        )
        names.add(name)
        _number(figure, 1, place, number_text(side.value))
        words = f"difference {each.difference:.4g}<br>standard error {each.std_error:.4g}"
        _mark(figure, 2, place, each.difference, each.ci, symbol, VERMILLION, name, words, False)
        _number(figure, 2, place, signed_text(each.difference))
    left = axis_title("Effect on the outcome", unit, 40)
    right = axis_title("Observational minus experimental", unit, 40)
    figure.update_xaxes(title=left, col=1, zeroline=False)
    figure.update_xaxes(title=right, col=2, zeroline=False)
    labels = ["Experiment", *(for_plotly(METHODS[each.method].label) for each in found)]
    figure.update_yaxes(
        tickvals=list(range(len(labels))),
        ticktext=labels,
        range=[len(labels) - 0.4, -0.6],
        showgrid=False,
        zeroline=False,
    )
    dress(figure, "")
    more = max(extra_height(left), extra_height(right))
    figure.update_layout(
        height=190 + more + 40 * len(labels), margin={"l": 20, "r": 90, "t": 10, "b": 100 + more}
    )
    return figure


def _bands(figure: go.Figure, trial: Side, threshold: float) -> None:
    # Plotly leaves out what is drawn into a panel that has no trace yet, unless told otherwise.
    both = {"row": 1, "exclude_empty_subplots": False}
    low, high = trial.ci
    figure.add_vrect(x0=low, x1=high, fillcolor=BLUE, opacity=0.12, line_width=0, col=1, **both)
    if threshold > 0:
        figure.add_vrect(
            x0=-threshold, x1=threshold, fillcolor=GREY, opacity=0.18, line_width=0, col=2, **both
        )
    for column in (1, 2):
        figure.add_vline(x=0, line={"color": GREY, "width": 1, "dash": "dot"}, col=column, **both)


def _mark(
    figure: go.Figure,
    column: int,
    place: int,
    value: float,
    ci: tuple[float | None, float | None],
    symbol: str,
    colour: str,
    name: str,
    words: str,
    legend: bool = True,
) -> None:
    low, high = (value if end is None else end for end in ci)
    figure.add_scatter(
        x=[value],
        y=[place],
        mode="markers",
        marker={"symbol": symbol, "size": 12, "color": colour, "line": {"width": 2.5, "color": colour}},
        error_x=whiskers([value], [(low, high)], colour, 2.2),
        name=name,
        legendgroup=name,
        showlegend=legend,
        hovertemplate=f"{words}<extra></extra>",
        row=1,
        col=column,
    )


def _number(figure: go.Figure, column: int, place: int, text: str) -> None:
    axis = "x" if column == 1 else "x2"
    figure.add_annotation(
        x=1.01, xref=f"{axis} domain", xanchor="left", y=place, yref="y", text=text, showarrow=False
    )


def _hover(side: Side) -> str:
    rows = f"{side.arm_rows:,} rows of the arm, {side.control_rows:,} controls"
    return f"{side.estimand}: {side.value:.5g}<br>standard error {side.std_error:.4g}<br>{rows}"
