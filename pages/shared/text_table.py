"""A small table of words whose cells wrap; names in it are shown literally."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import streamlit as st

from causal_core.text import for_html

_SHORT = 12
"""A head of at most so many characters, such as `p-value`, stays on one line."""

_STYLE = """<style>
.dos-table {border-collapse:collapse; width:100%; font-size:.88rem; line-height:1.45}
.dos-table th, .dos-table td {text-align:left; vertical-align:top; padding:.35rem .9rem .35rem 0;
  border-bottom:1px solid rgba(128,136,148,.3); overflow-wrap:break-word}
.dos-table th {font-weight:600; opacity:.75}
.dos-table .num {text-align:right; font-variant-numeric:tabular-nums}
.dos-table td.num, .dos-table th.short {white-space:nowrap}
.dos-scroll {overflow-x:auto}
</style>"""


def text_table(head: Sequence[str], rows: Sequence[Sequence[object]], numbers: Collection[int] = ()) -> None:
    """Draw a table whose text wraps.

    Args:
        head: The columns' names.
        rows: The cells, as text or what has a text.
        numbers: Positions of the columns that hold numbers, set to the right.
    """

    def kind(tag: str, place: int, cell: object) -> str:
        short = tag == "th" and len(str(cell)) <= _SHORT
        names = " ".join(filter(None, ("num" if place in numbers else "", "short" if short else "")))
        return f" class='{names}'" if names else ""

    def cells(tag: str, row: Sequence[object]) -> str:
        return "".join(
            f"<{tag}{kind(tag, place, cell)}>{for_html(cell)}</{tag}>" for place, cell in enumerate(row)
        )

    body = "".join(f"<tr>{cells('td', row)}</tr>" for row in rows)
    st.html(
        f"{_STYLE}<div class='dos-scroll'><table class='dos-table'>"
        f"<thead><tr>{cells('th', head)}</tr></thead><tbody>{body}</tbody></table></div>"
    )
