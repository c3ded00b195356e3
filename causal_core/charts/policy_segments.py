"""Who gets what: the share of each group of people that a policy gives each arm, and what that gains."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from causal_core.charts.colours import BLUE, GREY
from causal_core.charts.policy_tree import action_colour
from causal_core.charts.style import axis_title, dress
from causal_core.charts.whiskers import whiskers
from causal_core.percent import percent
from causal_core.policy.segments import PolicySegment
from causal_core.study.memo_words import arm_name
from causal_core.text import for_plotly

ROW = 46
"""Pixels a group."""

PATTERNS = ("", "/", ".", "x", "\\", "-")
"""Arms differ by colour and by pattern, so that either tells them apart."""

BARS, GAINS = (0.0, 0.56), (0.66, 1.0)
"""Where bars and gains stand, in parts of the width."""

FROM = 0.08
"""A smaller part of a bar has no number."""


def segment_bars(
    segments: Sequence[PolicySegment],
    column: str,
    unit: str = "",
    randomised: bool = True,
    treatment: str = "",
) -> go.Figure:
    """A bar a group, parted by arm, beside the group's gain over treating nobody with its 95 % whisker.

    Args:
        segments: From `policy.segments.by_segment`.
        column: The column the groups are of.
        unit: The gain's unit.
        randomised: Whether assignment was random: then dots are filled, else hollow.
        treatment: The column the arms are levels of, for arms that are mere codes.
    """
    figure = go.Figure()
    names = [for_plotly(_short(each.label)) for each in segments]
    places = list(range(len(segments)))
    arms = [arm for arm, _ in segments[0].arm_shares] if segments else []
    for number, arm in enumerate((*arms[1:], *arms[:1])):
        control = number == len(arms) - 1
        shares = [dict(each.arm_shares)[arm] for each in segments]
        figure.add_bar(
            x=shares,
            y=places,
            orientation="h",
            name=for_plotly(arm_name(arm, treatment) if treatment else arm),
            marker={
                "color": "rgba(138, 143, 152, 0.28)" if control else action_colour(number + 1),
                "pattern": {
                    "shape": "" if control else PATTERNS[number % len(PATTERNS)],
                    "size": 8,
                    "solidity": 0.15,
                    # Over the arm's colour, so that a number on it can be read.
                    "fillmode": "overlay",
                    "fgcolor": "rgba(255, 255, 255, 0.55)",
                },
            },
            text=["" if control or share < FROM else percent(share) for share in shares],
            textposition="inside",
            insidetextanchor="middle",
            textangle=0,
            textfont={"color": "white"},
            hovertemplate="%{fullData.name}: %{x:.1%}<extra></extra>",
        )
    told = [(place, each.gain) for place, each in zip(places, segments, strict=True) if each.gain is not None]
    figure.add_scatter(
        x=[gain.value for _, gain in told],
        y=[place for place, _ in told],
        xaxis="x2",
        mode="markers",
        marker={"size": 11, "color": BLUE, "symbol": "circle" if randomised else "circle-open"},
        error_x=whiskers([gain.value for _, gain in told], [gain.ci for _, gain in told], BLUE),
        showlegend=False,
        hovertemplate="gain %{x:.3g}<extra></extra>",
    )
    dress(figure, f"Who gets what, by {column}")
    figure.update_layout(
        barmode="stack",
        bargap=0.35,
        height=170 + ROW * max(len(segments), 1),
        xaxis={"domain": BARS, "range": [0, 1], "tickformat": ".0%", "title": "Share of the group"},
        xaxis2={
            "domain": GAINS,
            "anchor": "y",
            "title": axis_title("Net gain per person of the group", unit, 34),
            "zeroline": True,
            "zerolinecolor": GREY,
        },
        legend={"traceorder": "normal"},
    )
    figure.update_yaxes(
        tickvals=places, ticktext=names, range=[len(segments) - 0.4, -0.6], showgrid=False, zeroline=False
    )
    return figure


def _short(label: str, most: int = 28) -> str:
    text = " ".join(label.split())
    return text if len(text) <= most else f"{text[: most - 1]}…"
