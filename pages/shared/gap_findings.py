"""What the page that compares rankings shows: the verdict, the two curves, the numbers, the rows."""

from __future__ import annotations

import streamlit as st

from causal_core.charts.gap import gap_curves, gap_difference
from causal_core.gap import harm_words, words
from causal_core.gap.result import Comparison, Gap, Unit
from causal_core.gap.tables import RANKS_HEAD, SIDES_HEAD, rank_rows, side_rows
from causal_core.problem import Problem
from causal_core.study.decision import benefit_unit
from causal_core.text import for_markdown
from pages.shared.current import OpenStudy
from pages.shared.text_table import text_table

QUIET = {"displayModeBar": False}


def show_fault(problem: Problem) -> None:
    """What stands against the comparison, and the remedy."""
    st.warning(f"{for_markdown(problem.message)} {for_markdown(problem.remedy)}")


def show_verdict(here: OpenStudy, gap: Gap, comparison: Comparison) -> None:
    """Which ranking gains more, what the other one cost, and what each gains."""
    box = {"uplift": st.success, "risk": st.warning, "unclear": st.info}[comparison.verdict]
    box(f"**{for_markdown(words.verdict_sentence(here.study, comparison))}**")
    st.markdown(for_markdown(words.total_sentence(here.study, gap, comparison)))


def show_curves(here: OpenStudy, gap: Gap, comparison: Comparison, unit: Unit) -> None:
    """The main picture: both curves with the gap marked; the difference itself folded."""
    study = here.study
    curve = gap.curve(unit, comparison.money)
    gain = study.question.unit if unit == "outcome" else benefit_unit(study)
    st.plotly_chart(
        gap_curves(curve, comparison, gain, study.policy.unit), config=QUIET, key=f"gap-picture-{here.token}"
    )
    turned = " Less of the outcome counts as a gain." if study.policy.benefit < 0 else ""
    spending = words.spending_sentence(study, comparison)
    st.caption(
        for_markdown(
            " ".join(
                filter(
                    None,
                    (
                        "Valued by doubly robust scores of rows that neither ranking was learned from; "
                        "shaded: pointwise 95 % bands.",
                        words.arms_sentence(gap),
                        spending,
                    ),
                )
            )
            + turned
        )
    )
    with st.expander("The difference at every budget"):
        st.plotly_chart(
            gap_difference(curve, gain, study.policy.unit),
            config=QUIET,
            key=f"gap-difference-{here.token}",
        )
        st.caption(
            "By effect less by risk, paired row by row, with its pointwise 95 % band. A budget picked "
            "because the difference is largest there flatters it."
        )


def show_sides(here: OpenStudy, gap: Gap, comparison: Comparison) -> None:
    """The numbers of both rankings at the budget."""
    text_table(SIDES_HEAD, side_rows(comparison), numbers=(1, 2))
    st.caption(
        for_markdown(
            f"{words.same_sentence(comparison)} With 95 % intervals in parentheses; gains per person of all "
            f"people, on {comparison.rows:,} rows."
        )
    )
    st.markdown(for_markdown(words.each_sentence(here.study, comparison)))
    with st.expander("What harmed and helped mean here"):
        st.markdown(for_markdown(harm_words.bounds_sentence(gap)))
        st.markdown(for_markdown(harm_words.everybody_sentence(gap)))


def show_accuracy(gap: Gap) -> None:
    """How well the risk predicts, beside how well both rankings target."""
    st.markdown(for_markdown(words.accuracy_sentence(gap)))
    text_table(RANKS_HEAD, rank_rows(gap), numbers=(1, 2))
    st.caption(
        "With 95 % intervals in parentheses. AUC: the chance that of two people with different outcomes the "
        "one with the bad outcome has the higher risk; 0.5 is chance (DeLong et al. 1988). Rank correlation "
        "(Spearman), for outcomes with more than two values: 0 is chance. AUTOC: how much larger effects are "
        "among the first than among all, averaged over how many are first; 0 is chance (Yadlowsky et al. "
        "2025)."
    )


def show_rows(here: OpenStudy, gap: Gap) -> None:
    """The rows behind the numbers, and what these rest on."""
    st.caption(for_markdown(f"{words.rows_sentence(gap)} {words.ground_sentence(here.study, gap)}"))
