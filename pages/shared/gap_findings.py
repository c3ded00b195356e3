"""What the page that compares rankings shows: the verdict, the two curves, the numbers, the rows."""

from __future__ import annotations

import streamlit as st

from causal_core.charts.gap import gap_curves, gap_difference
from causal_core.charts.gap_parts import harm_ranges, predict_and_target
from causal_core.gap import harm_words, words
from causal_core.gap.digits import number_and_ends
from causal_core.gap.result import Comparison, Gap, Unit
from causal_core.gap.tables import RANKS_HEAD, SIDES_HEAD, rank_rows, side_rows
from causal_core.problem import Problem
from causal_core.study.decision import benefit_unit, share_text
from causal_core.text import for_markdown
from pages.shared.current import OpenStudy
from pages.shared.text_table import text_table

QUIET = {"displayModeBar": False}


def show_fault(problem: Problem) -> None:
    """What stands against the comparison, and the remedy."""
    st.warning(f"{for_markdown(problem.message)} {for_markdown(problem.remedy)}")


def show_verdict(here: OpenStudy, gap: Gap, comparison: Comparison) -> None:
    """Which ranking gains more, how much of it is the order alone, and what the other one costs in total."""
    box = {"uplift": st.success, "risk": st.warning, "unclear": st.info}[comparison.verdict]
    rest = (words.alone_sentence(here.study, comparison), words.total_sentence(here.study, gap, comparison))
    verdict = for_markdown(words.verdict_sentence(here.study, comparison))
    box(f"**{verdict}** {for_markdown(' '.join(filter(None, rest)))}".strip())


def show_curves(here: OpenStudy, gap: Gap, comparison: Comparison, unit: Unit) -> None:
    """The main picture: both curves with the gap marked; below it the three gains and who is treated."""
    study = here.study
    curve = gap.curve(unit, comparison.money)
    gain = study.question.unit if unit == "outcome" else benefit_unit(study)
    st.plotly_chart(
        gap_curves(curve, comparison, gain, study.policy.unit), config=QUIET, key=f"gap-picture-{here.token}"
    )
    remarks = (
        "Shaded: pointwise 95 % bands.",
        words.arms_sentence(gap),
        words.spending_sentence(study, comparison),
        "Less of the outcome counts as a gain." if study.policy.benefit < 0 else "",
    )
    st.caption(for_markdown(" ".join(filter(None, remarks))))


def show_gains(here: OpenStudy, comparison: Comparison, unit: Unit) -> None:
    """What each ranking gains, in large print, and how many people both treat."""
    study, by_effect, by_risk = here.study, comparison.uplift, comparison.risk
    if unit == "outcome":
        shown = {"by effect": by_effect.outcome_gain, "by risk": by_risk.outcome_gain}
    else:
        shown = {"by effect": by_effect.gain, "by risk": by_risk.gain, "at random": comparison.random}
    per = f"{study.question.unit if unit == 'outcome' else benefit_unit(study)} per {words.person_of(study)}"
    places = st.columns(len(shown) + 1)
    for place, (name, gain) in zip(places, shown.items(), strict=False):
        number, ends = number_and_ends(gain.value, gain.ci)
        place.metric(f"Gain {name}", number)
        place.caption(for_markdown(f"{per}, 95 %: {ends}".strip()))
    if comparison.same is not None:
        places[-1].metric("Same people", share_text(round(comparison.same, 2)))
        places[-1].caption("of those treated by risk are treated by effect too")


def show_difference(here: OpenStudy, gap: Gap, comparison: Comparison, unit: Unit) -> None:
    """Folded: the difference at every budget, and all numbers at the chosen one."""
    study = here.study
    gain = study.question.unit if unit == "outcome" else benefit_unit(study)
    with st.expander("The difference at every budget"):
        st.plotly_chart(
            gap_difference(gap.curve(unit, comparison.money), gain, study.policy.unit),
            config=QUIET,
            key=f"gap-difference-{here.token}",
        )
        st.caption(
            "By effect less by risk, paired row by row, with its pointwise 95 % band. A budget picked "
            "because the difference is largest there flatters it."
        )
    with st.expander("All numbers at this budget"):
        text_table(SIDES_HEAD, side_rows(study, comparison), numbers=(1, 2))
        st.caption(
            f"With 95 % intervals in parentheses; gains per person of all, on {comparison.rows:,} rows."
        )


def show_harm(here: OpenStudy, gap: Gap, comparison: Comparison) -> None:
    """Between which shares of those treated are harmed and helped, as a picture."""
    figure = harm_ranges(comparison)
    if figure is None:
        st.markdown("Nobody is treated.")
        return
    st.plotly_chart(figure, config=QUIET, key=f"gap-harm-{here.token}")
    st.caption(
        "Thick: from the lower to the upper bound; thin, in parentheses: with the 95 % intervals of both. "
        "Nobody is seen both with and without the treatment, so the data leave a range open."
    )
    with st.expander("What harmed and helped mean here"):
        st.markdown(for_markdown(harm_words.bounds_sentence(gap)))
        st.markdown(for_markdown(harm_words.everybody_sentence(gap)))


def show_accuracy(here: OpenStudy, gap: Gap) -> None:
    """How well the risk predicts, beside how well both rankings target."""
    st.markdown(for_markdown(words.accuracy_sentence(gap)))
    st.plotly_chart(predict_and_target(gap), config=QUIET, key=f"gap-accuracy-{here.token}")
    with st.expander("What these measures say"):
        text_table(RANKS_HEAD, rank_rows(gap), numbers=(1, 2))
        st.caption(
            "With 95 % intervals in parentheses. AUC: the chance that of two people with different outcomes "
            "the one with the bad outcome has the higher risk; 0.5 is chance (DeLong et al. 1988). Rank "
            "correlation (Spearman), for outcomes with more than two values: 0 is chance. AUTOC: how much "
            "larger effects are among the first than among all, averaged over how many are first; 0 is "
            "chance (Yadlowsky et al. 2025)."
        )


def show_rows(here: OpenStudy, gap: Gap) -> None:
    """The rows behind the numbers, and what these rest on."""
    st.divider()
    st.caption(
        for_markdown(
            f"{words.rows_sentence(gap)} Gains are means of doubly robust (AIPW) scores of these rows. "
            f"{words.ground_sentence(here.study, gap)}"
        )
    )
