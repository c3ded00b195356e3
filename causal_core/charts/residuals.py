"""What the regressions of the outcome leave, and the probabilities of several arms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from causal_core.charts.colours import GREY, SERIES
from causal_core.charts.style import axis_title, dress, extra_height
from causal_core.estimation.arm_scores import ArmScores
from causal_core.estimation.residuals import Residuals
from causal_core.text import for_plotly

SYMBOLS = ("circle-open", "square", "diamond-open", "triangle-up", "x", "cross")
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")
NORMAL = 1.96
ALONG_UP = 32
"""Characters that fit along the upright axis."""


def residual_plot(found: Residuals, outcome: str, unit: str = "") -> go.Figure:
    """Mean residuals of rows with similar fitted outcomes, by arm, with 95 % whiskers and a smooth line.

    Args:
        found: The residuals.
        outcome: The outcome's name.
        unit: Its unit; may be empty.
    """
    figure = go.Figure()
    for place, arm in enumerate(found.arms):
        colour = SERIES[place % len(SERIES)]
        name = for_plotly(arm.arm)
        figure.add_scatter(
            x=arm.fitted,
            y=arm.residual,
            mode="markers",
            marker={
                "symbol": SYMBOLS[place % len(SYMBOLS)],
                "size": 7,
                "color": colour,
                "line": {"width": 1.5, "color": colour},
            },
            error_y={
                "type": "data",
                "array": [NORMAL * error for error in arm.error],
                "thickness": 1,
                "width": 0,
                "color": colour,
            },
            opacity=0.75,
            name=f"arm {name}",
            legendgroup=name,
            hovertemplate="fitted %{x:.4g}, mean residual %{y:.4g}<extra></extra>",
        )
        if arm.smooth:
            figure.add_scatter(
                x=[point for point, _ in arm.smooth],
                y=[value for _, value in arm.smooth],
                mode="lines",
                line={"color": colour, "width": 2.5, "dash": DASHES[place % len(DASHES)]},
                legendgroup=name,
                showlegend=False,
                hoverinfo="skip",
            )
    figure.add_hline(y=0, line={"color": GREY, "width": 1, "dash": "dot"})
    below = axis_title(f"Fitted {outcome}", unit, 90)
    figure.update_xaxes(title=below, zeroline=False)
    figure.update_yaxes(title=axis_title("Mean residual", unit, ALONG_UP), zeroline=False)
    dress(figure, "Do straight lines fit the outcome?")
    figure.update_layout(height=400 + extra_height(below), margin={"b": 80 + extra_height(below)})
    return figure


def all_arms(scores: Sequence[ArmScores]) -> go.Figure:
    """A panel for each arm's probability: the arm's own rows upwards, the rows of each other arm downwards.

    Where nothing hangs below what stands above, there is nobody to compare with.
    """
    from plotly.subplots import make_subplots

    kind = "Known" if scores and scores[0].known else "Estimated"
    figure = make_subplots(
        rows=max(len(scores), 1),
        shared_xaxes=True,
        vertical_spacing=0.28 / max(len(scores), 2),
        subplot_titles=[f"{kind} probability of {for_plotly(each.arm)}" for each in scores],
    )
    top = max((max(share) for each in scores for share in each.shares), default=0.1)
    for panel, each in enumerate(scores, start=1):
        centres = [(low + high) / 2 for low, high in zip(each.edges, each.edges[1:], strict=False)]
        for place, (arm, shares) in enumerate(zip(each.arms, each.shares, strict=True)):
            own = arm == each.arm
            colour = SERIES[place % len(SERIES)]
            shared: dict[str, Any] = {
                "x": centres,
                "customdata": shares,
                "name": f"rows of {for_plotly(arm)}",
                "legendgroup": arm,
                "showlegend": panel == 1,
                "hovertemplate": "%{customdata:.1%} of the rows of "
                + for_plotly(arm)
                + " around %{x:.2f}<extra></extra>",
                "row": panel,
                "col": 1,
            }
            if own:
                figure.add_bar(y=shares, marker={"color": colour, "opacity": 0.85}, **shared)
                continue
            # Outlines, since filled bars of several arms would hide one another; drawn where there are rows.
            held = [k for k, share in enumerate(shares) if share] or [0]
            part = slice(max(held[0] - 1, 0), held[-1] + 2)
            shared |= {"x": centres[part], "customdata": shares[part]}
            figure.add_scatter(
                y=[-share for share in shares[part]],
                mode="lines",
                line={"shape": "hvh", "color": colour, "width": 2, "dash": DASHES[place % len(DASHES)]},
                **shared,
            )
        step = next((step for step in (0.02, 0.05, 0.1, 0.2, 0.5) if top / step <= 3), 0.5)
        ticks = [step * j for j in range(-3, 4) if abs(step * j) <= top * 1.1]
        figure.update_yaxes(
            tickvals=ticks,
            ticktext=[f"{abs(tick):.0%}" for tick in ticks],
            range=[-top * 1.1, top * 1.1],
            row=panel,
            col=1,
        )
    figure.update_xaxes(range=[0, 1], zeroline=False)
    figure.update_yaxes(title="Share of rows", row=(len(scores) + 1) // 2 or 1, col=1)
    dress(figure, "")
    figure.update_layout(
        barmode="overlay", bargap=0.05, height=150 + 170 * len(scores), margin={"t": 40, "b": 90}
    )
    return figure
