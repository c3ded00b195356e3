"""The parts of the Refute page about what cannot be seen: hidden causes, their strength, and overlap."""

from __future__ import annotations

from collections.abc import Callable

import plotly.graph_objects as go
import streamlit as st

from causal_core.charts.sensitivity import contours, rosenbaum_curve, tipping
from causal_core.estimation.result import Estimate
from causal_core.refutation.benchmarks import Benchmark, Robustness
from causal_core.refutation.finding import Finding, multiple, percent
from causal_core.refutation.overlap_rules import Overlap
from causal_core.refutation.sensitivity import Sensitivity
from causal_core.study.results import Refuted
from causal_core.study.verdict import SIGNS, WORDS
from causal_core.study.wrong import QUESTION, what_if_wrong
from causal_core.text import for_markdown
from pages.shared.current import OpenStudy
from pages.shared.p_meaning import p_meaning
from pages.shared.text_table import text_table

QUIET = {"displayModeBar": False}
PICTURES = {"estimate": "Estimate left", "t": "t value left", "curve": "Equally strong with both"}


def sensitivity_of(refuted: Refuted, estimate: Estimate) -> Sensitivity | None:
    """What belongs to one arm."""
    return next((each for each in refuted.sensitivity if each.contrast == estimate.contrast), None)


def show_wrong(here: OpenStudy, refuted: Refuted, estimate: Estimate) -> None:
    """On one line: what would have to be true for the conclusion to be wrong."""
    question = here.study.question
    wrong = what_if_wrong(
        estimate,
        [each for each in refuted.refutations if each.contrast == estimate.contrast],
        sensitivity_of(refuted, estimate),
        question.randomised or question.propensity is not None,
        question.interference,
    )
    with st.container(border=True):
        st.caption(QUESTION)
        st.markdown(f"**{for_markdown(wrong.line)}**")
        if wrong.detail:
            st.caption(for_markdown(wrong.detail))


def show_sensitivity(here: OpenStudy, refuted: Refuted, estimate: Estimate) -> None:
    """A card for each way of asking how far the estimate depends on what the data cannot show."""
    found = sensitivity_of(refuted, estimate)
    if found is None:
        return
    unit = here.study.question.unit
    st.subheader("How strong would a hidden confounder have to be?", anchor=False)
    _card(here, found.robustness.finding, "sensitivity", lambda: _robustness(here, found.robustness, unit))
    _card(here, found.e_value.finding, "sensitivity", None, "e-value")
    _card(
        here, found.rosenbaum.finding, "rosenbaum", lambda: _picture(here, rosenbaum_curve(found.rosenbaum))
    )
    st.subheader("Can the arms be compared where it matters?", anchor=False)
    _card(here, found.overlap.finding, "overlap", lambda: _rules(found.overlap))


def details(done: str, expectation: str, cannot: str) -> None:
    """What was done, what to expect and what it cannot tell, folded."""
    with st.expander("What was done, what to expect, what it cannot tell", type="compact"):
        st.caption(f"**Done:** {for_markdown(done)}")
        st.caption(f"**If it is sound:** {for_markdown(expectation)}")
        st.caption(f"**Cannot tell:** {for_markdown(cannot)}")


def _card(
    here: OpenStudy, finding: Finding, name: str, body: Callable[[], None] | None, key: str = ""
) -> None:
    with st.container(border=True):
        if finding.error is not None:
            st.markdown(f"**{finding.label}** · – {for_markdown(finding.error)}")
            return
        st.markdown(f"**{finding.label}** · **{SIGNS[finding.verdict]} {WORDS[finding.verdict]}**")
        st.markdown(f"**Seen:** {for_markdown(finding.seen)}")
        if body is not None:
            body()
        details(finding.done, finding.expectation, finding.cannot)
        p_meaning(name, f"{key or name}-{here.token}")


def _robustness(here: OpenStudy, found: Robustness, unit: str) -> None:
    kind = st.radio(
        "Picture",
        list(PICTURES),
        format_func=PICTURES.__getitem__,
        horizontal=True,
        label_visibility="collapsed",
        key=f"sensitivity-picture-{here.token}",
    )
    figure = tipping(found, unit) if kind == "curve" else contours(found, unit, kind)
    figure.update_layout(title=None, margin={"t": 10})
    st.plotly_chart(figure, config=QUIET, key=f"sensitivity-{kind}-{here.token}")
    st.caption(
        "Further right, the confounder explains more of who was treated; further up, more of the outcome. "
        "Beyond the dashed line the conclusion is undone. Points: confounders once, twice and three times as "
        "strong as a known covariate (its columns together)."
        if kind != "curve"
        else "The confounder explains the same share of what is left of treatment and outcome."
    )
    if found.benchmarks:
        with st.expander("Every known covariate as a yardstick", type="compact"):
            head = (
                "Covariate",
                "Of the treatment",
                "Of the outcome",
                "Times to zero",
                "Times for the interval",
            )
            text_table(head, [_row(each) for each in found.benchmarks], numbers={1, 2, 3, 4})
            st.caption(
                "Shares are partial R²: of what the other covariates (for the outcome, also the treatment) "
                "leave. Times: how many times as strong as it a hidden confounder would have to be; – means "
                "that none like it can."
            )


def _row(each: Benchmark) -> tuple[str, ...]:
    times = ("–" if found is None else multiple(found) for found in (each.to_zero, each.to_interval))
    return (each.covariate, percent(each.with_treatment), percent(each.with_outcome), *times)


def _picture(here: OpenStudy, figure: go.Figure) -> None:
    figure.update_layout(title=None, height=290, margin={"t": 10})
    st.plotly_chart(figure, config=QUIET, key=f"rosenbaum-{here.token}")


def _rules(found: Overlap) -> None:
    if found.rules:
        rows = [
            (rule.name, rule.shown, rule.limit, f"{SIGNS[rule.verdict]} {WORDS[rule.verdict]}")
            for rule in found.rules
        ]
        text_table(("Rule", "Found", "Judged", "Verdict"), rows)
