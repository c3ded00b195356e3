"""The feature matrix as figures: a heat map of associations, and how much each column predicts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from causal_core.charts.colours import GREY, ROLE_COLOURS, ROLE_LETTERS, ROLE_WORDS
from causal_core.charts.style import dress
from causal_core.charts.whiskers import whiskers
from causal_core.data.association import MEASURES, Association
from causal_core.study.matrix import FeatureMatrix, Importance
from causal_core.text import for_plotly

MOST = 25
"""Columns drawn; the others are said to be left out."""

MOST_WRITTEN = 14
"""Columns up to which the numbers are written into the cells."""

_LONGEST = 20
_SIGNS = {"good": "circle", "neutral": "circle-open", "bad": "x", "none": "diamond-open"}
_SIGN_WORDS = {
    "good": "good control",
    "neutral": "neutral control",
    "bad": "bad control",
    "none": "no control to choose",
}
# Blue and vermillion over a ground that lets light and dark pages through.
_SCALE = [[0, "rgba(0,114,178,0.95)"], [0.5, "rgba(138,143,152,0.06)"], [1, "rgba(213,94,0,0.95)"]]


def drawn_columns(matrix: FeatureMatrix, treatment: str) -> tuple[str, ...]:
    """The columns of the heat map: treatment and outcome first, then by importance; at most 25."""
    columns = matrix.associations.columns
    rank = {each.column: place for place, each in enumerate(matrix.importances)}
    first = [name for name in (treatment, matrix.outcome) if name in columns]
    rest = sorted((name for name in columns if name not in first), key=lambda name: rank.get(name, len(rank)))
    return (*first, *rest)[:MOST]


def association_map(
    matrix: FeatureMatrix, treatment: str, roles: Mapping[str, str], ink: str = "#1B1F24"
) -> go.Figure:
    """Each pair of columns once, below the diagonal; blue is negative, orange-red positive or unsigned.

    Args:
        matrix: The feature matrix.
        treatment: The column to put first.
        roles: Column -> role, for the letters.
        ink: The colour of the numbers in the cells: the theme's own text colour.
    """
    columns = drawn_columns(matrix, treatment)
    found = {frozenset((pair.one, pair.other)): pair for pair in matrix.associations.pairs}
    values: list[list[float | None]] = []
    texts: list[list[str]] = []
    hovers: list[list[str]] = []
    for row, below in enumerate(columns):
        cells = [
            found[frozenset((below, each))] if place < row else None for place, each in enumerate(columns)
        ]
        values.append([None if cell is None else cell.value for cell in cells])
        texts.append(["" if cell is None else _short(cell) for cell in cells])
        hovers.append(["" if cell is None else _hover(cell) for cell in cells])
    names = [_label(name, roles.get(name, "other")) for name in columns]
    figure = go.Figure()
    figure.add_heatmap(
        x=list(range(len(columns) - 1)),
        y=list(range(1, len(columns))),
        z=[row[:-1] for row in values[1:]],
        customdata=[row[:-1] for row in hovers[1:]],
        hovertemplate="%{customdata}<extra></extra>",
        hoverongaps=False,
        colorscale=_SCALE,
        zmin=-1,
        zmax=1,
        xgap=2,
        ygap=2,
        colorbar={"title": None, "thickness": 10, "outlinewidth": 0, "tickvals": [-1, 0, 1]},
    )
    if len(columns) <= MOST_WRITTEN:
        spots = [(x, y) for y in range(1, len(columns)) for x in range(y)]
        figure.add_scatter(
            x=[x for x, _ in spots],
            y=[y for _, y in spots],
            text=[texts[y][x] for x, y in spots],
            mode="text",
            textfont={"size": 11, "color": ink},
            hoverinfo="skip",
            showlegend=False,
        )
    figure.update_xaxes(
        tickvals=list(range(len(columns) - 1)), ticktext=names[:-1], tickangle=-40, showgrid=False
    )
    figure.update_yaxes(
        tickvals=list(range(1, len(columns))), ticktext=names[1:], autorange="reversed", showgrid=False
    )
    dress(figure, "How the columns go together")
    figure.update_layout(height=170 + 30 * len(columns), margin={"b": 20})
    return figure


def importances(matrix: FeatureMatrix, roles: Mapping[str, str], verdicts: Mapping[str, str]) -> go.Figure:
    """Each column's importance with its 95 % interval, the largest on top, at most 25 of them.

    Args:
        matrix: The feature matrix.
        roles: Column -> role, for the colours and letters.
        verdicts: Column -> "good", "neutral", "bad" or "none", for the markers.
    """
    shown = matrix.importances[:MOST]
    figure = go.Figure()
    for verdict, sign in _SIGNS.items():
        mine = [
            (place, each) for place, each in enumerate(shown) if verdicts.get(each.column, "none") == verdict
        ]
        if mine:
            _markers(figure, mine, roles, _SIGN_WORDS[verdict], sign)
    figure.add_vline(x=0, line={"color": GREY, "width": 1, "dash": "dot"})
    figure.update_xaxes(title="Fall in R² when the column is shuffled", zeroline=False)
    figure.update_yaxes(
        tickvals=list(range(len(shown))),
        ticktext=[_label(each.column, roles.get(each.column, "other")) for each in shown],
        range=[len(shown) - 0.4, -0.6],
        zeroline=False,
    )
    dress(figure, f"How well each predicts {matrix.outcome}")
    figure.update_layout(height=190 + 28 * len(shown))
    return figure


def _markers(
    figure: go.Figure,
    mine: Sequence[tuple[int, Importance]],
    roles: Mapping[str, str],
    name: str,
    symbol: str,
) -> None:
    colours = [_colour(roles.get(each.column, "other")) for _, each in mine]
    figure.add_scatter(
        x=[each.value for _, each in mine],
        y=[place for place, _ in mine],
        mode="markers",
        marker={"symbol": symbol, "size": 11, "color": colours, "line": {"width": 2, "color": colours}},
        error_x=whiskers([each.value for _, each in mine], [each.ci for _, each in mine], GREY, 1.5, 4),
        customdata=[
            f"{for_plotly(each.column)} ({ROLE_WORDS[roles.get(each.column, 'other')]})<br>"
            f"R² falls by {each.value:.3f}, 95 % interval {each.ci[0]:.3f} to {each.ci[1]:.3f}"
            for _, each in mine
        ],
        hovertemplate="%{customdata}<extra></extra>",
        name=name,
    )


def _colour(role: str) -> str:
    return GREY if role == "collider" else ROLE_COLOURS[role]


def _label(name: str, role: str) -> str:
    short = name if len(name) <= _LONGEST else f"{name[: _LONGEST - 9]}…{name[-8:]}"
    letter = ROLE_LETTERS[role]
    return f"{letter} · {for_plotly(short)}" if letter else for_plotly(short)


def _short(cell: Association) -> str:
    if cell.value is None:
        return ""
    mark = {"r": "", "eta": "η ", "V": "V "}[cell.measure]
    # Without the zero before the point, as tables of correlations are written: cells are narrow.
    number = f"{cell.value:.2f}".replace("-0.00", "0.00").replace("0.", ".")
    return f"{mark}{number}".replace("-", "−")


def _hover(cell: Association) -> str:
    pair = f"{for_plotly(cell.one)} and {for_plotly(cell.other)}"
    if cell.value is None:
        return f"{pair}: too few rows hold both, or one does not vary in them"
    interval = "" if cell.ci is None else f"<br>95 % interval {cell.ci[0]:.3f} to {cell.ci[1]:.3f}"
    return f"{pair}: {cell.value:.3f}{interval}<br>{MEASURES[cell.measure]}<br>{cell.rows:,} rows"
