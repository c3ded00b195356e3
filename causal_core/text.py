"""Names from data shown as text, never as markup: the one place that escapes."""

from __future__ import annotations

import html
import re

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:&^=])")


def for_markdown(name: object) -> str:
    r"""The name so that Streamlit's Markdown (emphasis, LaTeX, `:red[`, HTML) shows it literally."""
    return _MARKDOWN.sub(r"\\\1", " ".join(str(name).split()))


def for_plotly(name: object) -> str:
    """The name so that Plotly's small HTML and its `$...$` LaTeX show it literally."""
    return html.escape(" ".join(str(name).split()), quote=False).replace("$", "&#36;")


def for_html(name: object) -> str:
    """The name so that a page or an SVG shows it literally."""
    return html.escape(str(name), quote=True)


def for_latex(name: object) -> str:
    r"""The name as upright text inside KaTeX mathematics, e.g. `a_b` -> `\text{a\_b}`."""
    table = {
        "\\": r"\textbackslash ",
        "^": r"\textasciicircum ",
        "~": r"\textasciitilde ",
        **{mark: f"\\{mark}" for mark in "{}_$&#%"},
    }
    return "\\text{" + "".join(table.get(mark, mark) for mark in str(name)) + "}"
