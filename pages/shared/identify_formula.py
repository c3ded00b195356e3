"""Formulas on the page: never wider than it, long names replaced by symbols."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

import streamlit as st

from causal_core.identification.expression import Expression, free, mentioned, to_latex
from causal_core.text import for_markdown

MOST_LETTERS = 130
"""A line of more letters than this is written with symbols instead of names."""
MOST_LATEX = 6000
"""A formula longer than this is not drawn: nobody would read it, and the browser would take seconds."""
_COMMANDS = re.compile(
    r"\\(?:text|mathrm|frac|sum|mid|left|right|begin\{aligned\}|end\{aligned\})|[\\{}$&_^ ]"
)
_STYLE = "<style>.katex-display {overflow-x:auto; overflow-y:hidden; padding:.25rem 0}</style>"


def letters(latex: str) -> int:
    """About how many letters wide a formula is."""
    return len(_COMMANDS.sub("", latex))


def symbols_for(names: Iterable[str], treatments: Sequence[str], outcomes: Sequence[str]) -> dict[str, str]:
    """Name -> symbol: X for treatments, Y for outcomes, Z for the rest, numbered where there are several."""
    rest = sorted(set(names) - {*treatments, *outcomes})
    found: dict[str, str] = {}
    for letter, group in (("X", treatments), ("Y", outcomes), ("Z", rest)):
        for number, name in enumerate(sorted(group), start=1):
            found[name] = letter if len(group) == 1 else f"{letter}_{{{number}}}"
    return found


def meaning(symbols: Mapping[str, str], used: Iterable[str]) -> None:
    """The line that says what each symbol stands for."""
    among = set(used)
    parts = [f"${symbol}$ {for_markdown(name)}" for name, symbol in symbols.items() if name in among]
    st.caption(" · ".join(parts))


def formula(latex: str) -> None:
    """A formula on a line of its own that scrolls when it is too wide."""
    if len(latex) > MOST_LATEX:
        st.caption(f"A formula of {letters(latex):,} letters: too long to be shown.")
        return
    st.html(_STYLE)
    st.latex(latex)


def named_formula(
    asked: Expression, expression: Expression, treatments: Sequence[str], outcomes: Sequence[str]
) -> None:
    """What is asked and its formula, with the names, or with symbols where those would be too wide."""
    names = mentioned(expression)
    wide = letters(to_latex(expression)) > MOST_LETTERS
    symbols = symbols_for(names, treatments, outcomes) if wide else {}
    formula(f"{to_latex(asked, symbols)} = {to_latex(expression, symbols)}")
    if wide:
        meaning(symbols, names)
    any_value(asked, expression)


def any_value(asked: Expression, expression: Expression) -> None:
    """Says which names of the formula may take any value, where what is asked does not name them."""
    loose = sorted(free(expression) - free(asked))
    if loose:
        shown = ", ".join(for_markdown(name) for name in loose)
        st.caption(f"Any one value may be put in for {shown}: by the graph the result is the same.")


def equation(before: str, after: str) -> None:
    """`before` and below it what it turns into."""
    formula(rf"\begin{{aligned}} & {before} \\ & = {after} \end{{aligned}}")
