"""Whom two rankings harm and help, and how well they predict and target."""

from __future__ import annotations

from typing import TYPE_CHECKING

import plotly.graph_objects as go

from causal_core.charts.colours import BLUE, GREY, VERMILLION
from causal_core.charts.style import dress
from causal_core.charts.whiskers import whiskers
from causal_core.gap.digits import number_and_ends
from causal_core.gap.harm_words import bounds_text
from causal_core.gap.words import measure_name

if TYPE_CHECKING:
    from causal_core.gap.result import Comparison, Gap

PANELS = ((0.0, 0.25), (0.55, 0.75))
"""Where two panels stand side by side, in parts of the width; right of each is room for its numbers."""

ROWS = (1.5, -0.5)
"""The height of two rows, the first on top."""


def harm_ranges(comparison: Comparison) -> go.Figure | None:
    """Between which shares of those treated are harmed and helped, by ranking; None where nobody is treated.

    Thick: from the lower to the upper bound. Thin: with the 95 % intervals of both.
    """
    figure = go.Figure()
    rows = [
        (f"{what}, {name}", bounds, colour)
        for what in ("harmed", "helped")
        for name, side, colour in (
            ("by effect", comparison.uplift, BLUE),
            ("by risk", comparison.risk, VERMILLION),
        )
        if (bounds := getattr(side, what)) is not None
    ]
    if not rows:
        return None
    for name, bounds, colour in rows:
        for ends, width in ((bounds.outer, 2), ((bounds.lower.value, bounds.upper.value), 14)):
            figure.add_scatter(
                x=list(ends),
                y=[name, name],
                mode="lines",
                line={"color": colour, "width": width},
                hoverinfo="skip",
                showlegend=False,
            )
        figure.add_annotation(
            x=1.02,
            xref="paper",
            y=name,
            text=bounds_text(bounds),
            showarrow=False,
            xanchor="left",
            font={"size": 13},
        )
    dress(figure, "Of those treated, how many are harmed and how many helped")
    figure.update_xaxes(
        title="Share of those treated, between its bounds", tickformat=".0%", range=[-0.01, 1.01]
    )
    figure.update_yaxes(autorange="reversed", tickfont={"size": 14})
    figure.update_layout(height=290, margin={"r": 190, "b": 50})
    return figure


def predict_and_target(gap: Gap) -> go.Figure:
    """How well the risk predicts the outcome, beside how well both rankings find those who respond."""
    figure = go.Figure()
    found, targeting = gap.accuracy, gap.targeting
    if found is not None:
        auc = found.measure == "auc"
        _panel(figure, 1, PANELS[0], f"{measure_name(found)}, dotted: chance")
        _head(figure, PANELS[0][0], "Predicts the outcome")
        _chance(figure, 1, 0.5 if auc else 0.0)
        _dot(figure, 1, 1, found.value, found.ci)
        figure.update_layout(xaxis_range=[min(found.ci[0], 0.5 if auc else -0.1) - 0.02, 1.02])
        _number(figure, 1, 0, "not made for that")
    _panel(figure, 2, PANELS[1], "AUTOC, dotted: chance")
    _head(figure, PANELS[1][0], "Finds those who respond")
    _chance(figure, 2, 0.0)
    for row, rate in enumerate((targeting.uplift, targeting.risk)):
        _dot(figure, 2, row, rate.value, rate.ci)
    dress(figure, "")
    figure.update_layout(height=210, margin={"t": 46, "b": 50})
    figure.update_yaxes(
        tickvals=[0, 1],
        ticktext=["by effect", "by risk"],
        tickfont={"size": 14},
        range=ROWS,
        showgrid=False,
        zeroline=False,
    )
    figure.update_xaxes(zeroline=False)
    if found is None:
        figure.update_layout(xaxis_visible=False, yaxis_visible=False)
    return figure


def _panel(figure: go.Figure, place: int, domain: tuple[float, float], title: str) -> None:
    figure.update_layout(
        {
            f"xaxis{place}": {"domain": domain, "anchor": f"y{place}", "title": title},
            f"yaxis{place}": {"anchor": f"x{place}"},
        }
    )


def _dot(figure: go.Figure, place: int, row: int, value: float, ci: tuple[float, float]) -> None:
    figure.add_scatter(
        x=[value],
        y=[row],
        error_x=whiskers([value], [ci], thickness=3, cap=0),
        mode="markers",
        marker={"color": (BLUE, VERMILLION)[row], "size": 13, "symbol": ("circle", "square")[row]},
        xaxis=f"x{place}",
        yaxis=f"y{place}",
        hoverinfo="skip",
        showlegend=False,
    )
    number, ends = number_and_ends(value, ci)
    _number(figure, place, row, f"<b>{number}</b> ({ends})")


def _number(figure: go.Figure, place: int, row: int, text: str) -> None:
    """A number at the right of its panel, where it lies on no line."""
    figure.add_annotation(
        x=PANELS[place - 1][1] + 0.01,
        xref="paper",
        y=row,
        yref=f"y{place}",
        text=text,
        showarrow=False,
        xanchor="left",
        font={"size": 13},
    )


def _chance(figure: go.Figure, place: int, at: float) -> None:
    figure.add_shape(
        type="line",
        x0=at,
        x1=at,
        y0=ROWS[0],
        y1=ROWS[1],
        xref=f"x{place}",
        yref=f"y{place}",
        line={"color": GREY, "width": 2, "dash": "dot"},
    )


def _head(figure: go.Figure, at: float, text: str) -> None:
    figure.add_annotation(
        x=at,
        y=1.04,
        xref="paper",
        yref="paper",
        text=f"<b>{text}</b>",
        showarrow=False,
        xanchor="left",
        yanchor="bottom",
        font={"size": 15},
    )
