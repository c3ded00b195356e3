"""The table of the Estimate page, and the methods that could not answer with their reasons."""

from __future__ import annotations

import streamlit as st

from causal_core.estimation.methods import METHODS
from causal_core.estimation.result import Estimate
from causal_core.study.headline import WHOM, interval_text, number_text
from causal_core.study.results import Estimated
from causal_core.text import for_markdown
from pages.shared.text_table import text_table


def show_table(estimated: Estimated) -> None:
    """Every estimate with its interval, what it really is, its rows and its notes; then who has no answer."""
    arms = list(dict.fromkeys(each.contrast for each in estimated.estimates))
    shown = sorted(
        (each for each in estimated.estimates if each.value is not None),
        key=lambda each: arms.index(each.contrast),
    )
    if shown:
        st.subheader("Method by method", anchor=False)
        several = len(arms) > 1
        arm = (f"Arm, against {arms[0][0]}",) if several else ()
        head = ("Method", *arm, "Effect", "95 % interval", "What it\xa0is", "Rows", "Computed\xa0by", "Notes")
        text_table(
            head,
            [_row(each, several) for each in shown],
            numbers={head.index(name) for name in ("Effect", "95 % interval", "Rows")},
        )
        st.caption(for_markdown(_explained(shown)))
    show_refused(estimated, len(arms) > 1)


def _row(each: Estimate, with_arm: bool) -> tuple[str, ...]:
    dropped = f" (−{each.rows_dropped:,})" if each.rows_dropped else ""
    return (
        METHODS[each.method].label,
        *((each.contrast[1],) if with_arm else ()),
        number_text(each.value or 0.0),
        interval_text(each) or "none",
        each.estimand,
        f"{each.rows_used:,}{dropped}",
        {"dowhy": "DoWhy"}.get(each.through, each.through),
        " ".join(each.notes),
    )


def _explained(shown: list[Estimate]) -> str:
    """The words of the table that are no everyday words, those alone that stand in it."""
    kinds = [name for name in dict.fromkeys(each.estimand for each in shown) if name in WHOM]
    parts = [f"{name}: {WHOM[name]}." for name in kinds]
    if any(each.through == "dowhy" for each in shown):
        parts.append("Computed by the library DoWhy where it has the method, else by dostudio itself.")
    if any(each.rows_dropped for each in shown):
        parts.append("In brackets: rows left out because a value the method needs was missing.")
    return " ".join(parts)


def show_refused(estimated: Estimated, several: bool) -> None:
    """Who has no answer and why, equal reasons once; the arms are named where they are several."""
    refused: dict[str, dict[str, list[str]]] = {}
    for each in estimated.estimates:
        if each.value is None:
            refused.setdefault(each.error or "", {}).setdefault(each.method, []).append(each.contrast[1])
    if not refused:
        return
    names = dict.fromkeys(_label(method) for methods in refused.values() for method in methods)
    answered = any(each.value is not None for each in estimated.estimates)
    title = f"Cannot answer here: {', '.join(names)}"
    with st.expander(title, expanded=not answered):
        for error, methods in refused.items():
            whom = [
                f"{_label(method)} ({for_markdown(', '.join(arms))})" if several else _label(method)
                for method, arms in methods.items()
            ]
            st.markdown(f"**{', '.join(whom)}**: {for_markdown(error)}")


def _label(method: str) -> str:
    return METHODS[method].label if method in METHODS else for_markdown(method)
