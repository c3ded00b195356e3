"""The derivation of a formula, a step at a time."""

from __future__ import annotations

import streamlit as st

from causal_core.identification import IdentifiedEffect, Step
from causal_core.identification.expression import mentioned, to_latex
from causal_core.text import for_markdown
from pages.shared.identify_formula import (
    MOST_LETTERS,
    any_value,
    equation,
    formula,
    letters,
    meaning,
    symbols_for,
)


def derivation(
    found: IdentifiedEffect, treatments: tuple[str, ...], outcomes: tuple[str, ...], latents: bool, key: str
) -> None:
    """The formula, then the steps to it: each is shown when it is asked for.

    Args:
        found: The effect, with its formula.
        treatments: What is set.
        outcomes: What is looked at.
        latents: Whether the graph has latent nodes, which are read as hidden common causes.
        key: Keeps the place in this derivation apart from that in others.
    """
    assert found.expression is not None  # noqa: S101 - only an identifiable effect has a derivation to show
    names = frozenset[str]().union(
        *(mentioned(step.left) | mentioned(step.right) for step in found.derivation)
    )
    widest = max(letters(text) for step in found.derivation for text in (step.before, step.after))
    short = st.toggle(
        "Symbols for names", value=widest > MOST_LETTERS, key=f"{key}-short", help="X, Y and Z in formulas."
    )
    symbols = symbols_for(names, treatments, outcomes) if short else {}
    asked = found.derivation[0].right
    formula(f"{to_latex(asked, symbols)} = {to_latex(found.expression, symbols)}")
    if short:
        meaning(symbols, names)
    any_value(asked, found.expression)
    _steps(found.derivation, symbols, latents, f"{key}-{hash(found.estimand)}")


@st.fragment
def _steps(steps: tuple[Step, ...], symbols: dict[str, str], latents: bool, key: str) -> None:
    place = f"{key}-place"
    shown = min(max(st.session_state.get(place, 1), 1), len(steps))
    st.markdown(f"**How it follows** — step {shown} of {len(steps)}")
    if latents:
        st.caption("Latent nodes are read here as hidden common causes (↔) of what they act on.")
    for number, step in enumerate(steps[:shown], start=1):
        _step(number, step, symbols)
    forward, everything, back, _ = st.columns([1, 1, 1, 3])
    forward.button(
        "Next step",
        key=f"{key}-next",
        type="primary",
        disabled=shown == len(steps),
        on_click=_go,
        args=(place, shown + 1),
        width="stretch",
    )
    everything.button(
        "All steps",
        key=f"{key}-all",
        disabled=shown == len(steps),
        on_click=_go,
        args=(place, len(steps)),
        width="stretch",
    )
    back.button(
        "From the start",
        key=f"{key}-back",
        disabled=shown == 1,
        on_click=_go,
        args=(place, 1),
        width="stretch",
    )


def _go(place: str, shown: int) -> None:
    st.session_state[place] = shown


def _step(number: int, step: Step, symbols: dict[str, str]) -> None:
    law = "" if step.law in {"question", "remark"} else f" · *{for_markdown(step.law_words)}*"
    st.markdown(f"**{number}.** {for_markdown(step.rule)}{law}")
    if step.left == step.right:
        formula(to_latex(step.right, symbols))
    else:
        equation(to_latex(step.left, symbols), to_latex(step.right, symbols))
    if step.condition:
        # Few fonts have the sign of independence; the fonts of formulas do.
        words = for_markdown(step.condition).replace("⫫", r"$\perp\!\!\!\perp$")
        st.caption(f"Allowed because {words}.")
