"""The parts of a self-contained HTML page: head, paragraphs, tables, charts; all text escaped."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from causal_core.problem import Problem
from causal_core.text import for_html

if TYPE_CHECKING:
    import plotly.graph_objects as go

STYLE = """
body {font: 16px/1.5 system-ui, sans-serif; color: #1b1f24; max-width: 60rem;
  margin: 2rem auto; padding: 0 1rem}
h1 {font-size: 1.7rem} h2 {font-size: 1.25rem; margin-top: 2.2rem; border-bottom: 1px solid #d5dae0}
table {border-collapse: collapse; width: 100%; font-size: .88rem; margin: .8rem 0}
th, td {text-align: left; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid #e4e8ec; vertical-align: top;
  overflow-wrap: anywhere}
th.short {white-space: nowrap}
th.number {text-align: right}
td.number {text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap}
.answer {font-size: 1.1rem; border-left: 4px solid #0072B2; padding-left: .8rem}
.warning {border-left: 4px solid #D55E00; padding-left: .8rem}
.note {color: #57606a; font-size: .88rem}
pre {white-space: pre-wrap; overflow-wrap: anywhere}
svg {max-width: 100%; height: auto}
@media print {body {max-width: none; margin: 0} h2, figure, tr {break-inside: avoid} h2 {break-after: avoid}}
"""


SHORT = 12
"""A column's name of at most so many characters stays on one line."""


def head(title: str) -> str:
    """The page up to its body, with the chart library inside."""
    from plotly.offline import get_plotlyjs

    return (
        f"<!doctype html><html lang='en'><head><meta charset='utf-8'><title>{for_html(title)}</title>"
        f"<meta name='viewport' content='width=device-width, initial-scale=1'><style>{STYLE}</style>"
        f"<script>{get_plotlyjs()}</script></head><body>"
    )


def figure(chart: go.Figure) -> str:
    """A chart; the page's head holds what draws it.

    Raises:
        Problem: The chart holds what cannot be written.
    """
    chart.update_layout(template="plotly_white", width=880)
    try:
        html = chart.to_html(full_html=False, include_plotlyjs=False, config={"displayModeBar": False})
    except ValueError as error:
        raise Problem(f"A chart of the report could not be drawn: {error}.") from error
    return f"<figure>{html}</figure>"


def table(columns: Sequence[str], rows: Sequence[Sequence[str]], numbers: Sequence[int] = ()) -> str:
    """A table; the columns in `numbers` stand to the right."""
    cells = "".join(
        f"<th scope='col'{_kind(name, place in numbers)}>{for_html(name)}</th>"
        for place, name in enumerate(columns)
    )
    body = "".join(
        "<tr>"
        + "".join(
            f"<td{' class=number' if place in numbers else ''}>{for_html(cell)}</td>"
            for place, cell in enumerate(row)
        )
        + "</tr>"
        for row in rows
    )
    return f"<table><thead><tr>{cells}</tr></thead><tbody>{body}</tbody></table>"


def _kind(name: str, number: bool) -> str:
    kinds = [kind for kind, holds in (("short", len(name) <= SHORT), ("number", number)) if holds]
    return f" class='{' '.join(kinds)}'" if kinds else ""


def tag(name: str, text: str) -> str:
    """An element that holds only text."""
    return f"<{name}>{for_html(text)}</{name}>"


def note(text: str) -> str:
    """A paragraph in small print."""
    return f"<p class='note'>{for_html(text)}</p>"
