"""What the Bandits page shows of the simulation: the answer, regret over time, the numbers."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from causal_core.bandit import words
from causal_core.bandit.result import Simulated
from causal_core.bandit.strategies import BANDITS, EXPERIMENTS, STRATEGIES
from causal_core.bandit.tables import TABLE_HEAD, table_rows
from causal_core.charts.bandit import arm_shares, experiment_lengths, exploring_curves, regret_curves
from causal_core.problem import Problem
from causal_core.study.decision import benefit_unit
from causal_core.text import for_markdown
from pages.shared.current import OpenStudy
from pages.shared.text_table import text_table

QUIET = {"displayModeBar": False}

AGAINST: dict[Literal["each", "single"], str] = {
    "each": "Each person's best arm",
    "single": "The best single arm",
}


def show_fault(problem: Problem) -> None:
    """What stands against the simulation, and the remedy."""
    st.warning(f"{for_markdown(problem.message)} {for_markdown(problem.remedy)}")


def show_answer(here: OpenStudy, simulated: Simulated) -> None:
    """Whether learning while acting is worth it, in a sentence, and what else decides."""
    found = words.answer(here.study, simulated)
    box = {"gain": st.success, "loss": st.warning, "unclear": st.info}[found.verdict]
    box(f"**{for_markdown(found.sentence)}** {for_markdown(found.rest)}".strip())


def show_regret(here: OpenStudy, simulated: Simulated) -> None:
    """The main picture: what each strategy has cost so far against what could have been known."""
    key = f"bandit-against-{here.token}"
    against = st.segmented_control(
        "Regret against",
        list(AGAINST),
        format_func=AGAINST.__getitem__,
        default="each",
        required=True,
        key=key,
    )
    options = here.study.bandit
    tried = any(name in EXPERIMENTS for name in simulated.names)
    change = options.experiment * simulated.per_round if tried else None
    st.plotly_chart(
        regret_curves(simulated, against, benefit_unit(here.study), change),
        config=QUIET,
        key=f"bandit-regret-{here.token}",
    )
    st.caption(
        for_markdown(
            f"Lower is better. Shaded: 95 % bands of the mean over {simulated.seeds} runs, pointwise. "
            f"{words.start_sentence(here.study)}"
        )
    )


def show_table(here: OpenStudy, simulated: Simulated) -> None:
    """All strategies in numbers."""
    text_table(TABLE_HEAD, table_rows(simulated), numbers=(1, 2, 3, 4))
    st.caption(for_markdown(words.sums_sentence(here.study, simulated)))


def show_exploring(here: OpenStudy, simulated: Simulated) -> None:
    """The share explored on over time."""
    st.plotly_chart(exploring_curves(simulated), config=QUIET, key=f"bandit-exploring-{here.token}")
    st.caption("Means over the runs.")


def show_arms(here: OpenStudy, simulated: Simulated) -> None:
    """Who gets what over time, under one strategy."""
    names = list(simulated.names)
    first = next((name for name in names if name in BANDITS), names[0])
    picked = st.selectbox(
        "Strategy",
        names,
        index=names.index(first),
        format_func=STRATEGIES.__getitem__,
        key=f"bandit-arms-of-{here.token}",
    )
    st.plotly_chart(arm_shares(simulated, picked), config=QUIET, key=f"bandit-arms-{here.token}")
    st.caption("Means over the runs.")


def show_lengths(here: OpenStudy, simulated: Simulated) -> None:
    """What shorter and longer experiments cost."""
    sentence = words.length_sentence(here.study, simulated)
    if not sentence:
        st.caption("Choose the strategy that experiments and then gives each person's best arm.")
        return
    st.markdown(for_markdown(sentence))
    st.plotly_chart(
        experiment_lengths(simulated, words.leader(simulated), benefit_unit(here.study)),
        config=QUIET,
        key=f"bandit-lengths-{here.token}",
    )
    st.caption("Means over the runs with 95 % intervals. Too short, and one commits to what luck showed.")


def show_when() -> None:
    """When a bandit is worth it against an experiment."""
    st.subheader("A bandit, or an experiment first?", anchor=False)
    for sentence in words.WHEN:
        st.markdown(sentence)


def show_scope(here: OpenStudy, simulated: Simulated) -> None:
    """What the numbers rest on."""
    st.divider()
    st.caption(for_markdown(words.scope_sentence(here.study, simulated)))
