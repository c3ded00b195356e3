"""A tree of groups, read from left to right, with the effect of each group beside it."""

from __future__ import annotations

from textwrap import wrap

import plotly.graph_objects as go

from causal_core.charts.colours import BLUE, GREY, VERMILLION
from causal_core.charts.style import axis_title, dress
from causal_core.charts.whiskers import whiskers
from causal_core.percent import percent
from causal_core.study.headline import number_text
from causal_core.text import for_plotly
from causal_core.who.groups import Group, Groups
from causal_core.who.tree import Branch
from causal_core.who.words import effect_text

TREE = 0.56
"""The part of the width that the tree takes."""

EFFECTS = 0.66
"""Where the effects begin."""

LETTERS = 60
"""Characters that fit along the whole tree."""

ROW = 74
"""Pixels a group."""

FONT = 14


def effect_tree(
    groups: Groups, unit: str = "", randomised: bool = False, ink: str | None = None
) -> go.Figure:
    """The questions as branches, the groups as rows, each with its effect and 95 % interval.

    The side predicted to gain more is the upper one. Marks are filled where assignment was random, hollow
    where it was not; diamonds stand at what was predicted. The dotted line is the average effect.

    Args:
        groups: The tree and the effects.
        unit: The outcome's unit.
        randomised: Whether assignment was random.
        ink: The colour of the page's text; None for the template's.
    """
    figure = go.Figure()
    depth = max(1, _depth(groups.root))
    by_place = {group.place: group for group in groups.groups}
    order = [by_place[place] for place in _order(groups.root)]
    heights = {group.place: len(order) - 1 - number for number, group in enumerate(order)}
    _branch(figure, groups.root, 0, depth, [0], heights)
    for group in order:
        figure.add_annotation(
            x=(TREE + EFFECTS) / 2,
            y=heights[group.place],
            xref="paper",
            text=f"<b>{group.letter}</b><br>{percent(group.share)}",
            showarrow=False,
            xanchor="center",
        )
    _effects(figure, order, heights, unit, randomised, ink)
    figure.update_annotations(font={"size": FONT, "color": ink})
    average = groups.average.value
    figure.add_shape(
        type="line",
        x0=average,
        x1=average,
        y0=-0.6,
        y1=len(order) - 0.4,
        xref="x2",
        yref="y",
        line={"color": GREY, "dash": "dot", "width": 1.5},
        layer="below",
    )
    dress(figure, f"Groups by the effect of {groups.contrast[1]} against {groups.contrast[0]}")
    figure.update_layout(
        height=170 + ROW * len(order),
        xaxis={"domain": [0, TREE], "range": [-0.02, depth], "visible": False, "fixedrange": True},
        xaxis2={
            "domain": [EFFECTS, 1],
            "anchor": "y",
            "title": axis_title("Effect on held-out rows", unit, 34),
            "zeroline": True,
            "zerolinecolor": GREY,
            "fixedrange": True,
        },
        yaxis={"range": [-0.6, len(order) - 0.4], "visible": False, "fixedrange": True},
    )
    return figure


def _order(branch: Branch, first: int = 0) -> list[int]:
    """Places of the leaves from top to bottom, the side with the higher prediction first."""
    if not branch.sides:
        return [first]
    low, high = branch.sides[0][0], branch.sides[1][0]
    below, above = _order(low, first), _order(high, first + _leaves(low))
    return [*above, *below] if high.predicted >= low.predicted else [*below, *above]


def _leaves(branch: Branch) -> int:
    return sum(_leaves(side) for side, _ in branch.sides) or 1


def _depth(branch: Branch) -> int:
    return 1 + max(_depth(side) for side, _ in branch.sides) if branch.sides else 0


def _branch(
    figure: go.Figure, branch: Branch, level: int, depth: int, counter: list[int], heights: dict[int, int]
) -> float:
    """Draw a branch and what follows; the height it stands at. Leaves are counted from low to high."""
    if not branch.sides or branch.split is None:
        height = float(heights[counter[0]])
        counter[0] += 1
        if level < depth:
            _line(figure, [level, depth], [height, height])
        return height
    found = []
    for side, low in branch.sides:
        height = _branch(figure, side, level + 1, depth, counter, heights)
        found.append(height)
        words = branch.split.words(low=low, short=True)
        lines = wrap(words, LETTERS // depth, max_lines=3, placeholder="…")
        figure.add_annotation(
            x=level + 0.03,
            y=height,
            xref="x",
            yref="y",
            text="<br>".join(for_plotly(line) for line in lines),
            showarrow=False,
            xanchor="left",
            yanchor="bottom",
            align="left",
            hovertext=for_plotly(branch.split.words(low=low)),
        )
        _line(figure, [level, level + 1], [height, height])
    _line(figure, [level, level], found)
    return sum(found) / 2


def _line(figure: go.Figure, x: list[float], y: list[float]) -> None:
    figure.add_scatter(
        x=x, y=y, mode="lines", line={"color": GREY, "width": 1.5}, hoverinfo="skip", showlegend=False
    )


def _effects(
    figure: go.Figure,
    order: list[Group],
    heights: dict[int, int],
    unit: str,
    randomised: bool,
    ink: str | None,
) -> None:
    told = [(group, group.effect) for group in order if group.effect is not None]
    figure.add_scatter(
        x=[effect.value for _, effect in told],
        y=[heights[group.place] for group, _ in told],
        xaxis="x2",
        mode="markers+text",
        textposition="top center",
        textfont={"size": FONT, "color": ink},
        cliponaxis=False,
        marker={
            "symbol": "circle" if randomised else "circle-open",
            "size": 11,
            "color": BLUE,
            "line": {"width": 2, "color": BLUE},
        },
        error_x=whiskers(
            [effect.value for _, effect in told],
            [effect.ci or (effect.value, effect.value) for _, effect in told],
            BLUE,
        ),
        text=[f"<b>{number_text(effect.value)}</b>" for _, effect in told],
        customdata=[
            f"{group.letter}: {for_plotly(group.rule or 'everybody')}<br>"
            f"{for_plotly(effect_text(effect, unit))}, {group.rows:,} rows"
            for group, effect in told
        ],
        hovertemplate="%{customdata}<extra></extra>",
        name="effect, 95 % interval",
    )
    figure.add_scatter(
        x=[group.predicted for group in order],
        y=[heights[group.place] - 0.18 for group in order],
        xaxis="x2",
        mode="markers",
        marker={"symbol": "diamond-open", "size": 9, "color": VERMILLION, "line": {"width": 2}},
        text=[group.letter for group in order],
        hovertemplate="%{text}: predicted %{x:.3g}<extra></extra>",
        name="predicted where it was learned",
    )
    for group in order:
        if group.effect is None:
            figure.add_annotation(
                x=(EFFECTS + 1) / 2,
                xref="paper",
                y=heights[group.place],
                text=f"only {group.rows} rows: no effect told",
                showarrow=False,
            )
