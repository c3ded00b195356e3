"""The parts of the Refute page about what cannot be seen: hidden causes, their strength, and overlap."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import plotly.graph_objects as go
import streamlit as st

from causal_core.charts.contours import contours
from causal_core.charts.sensitivity import rosenbaum_curve, tipping
from causal_core.estimation.result import Estimate
from causal_core.refutation.benchmarks import Benchmark, Robustness
from causal_core.refutation.finding import Finding, multiple, percent
from causal_core.refutation.overlap_rules import Overlap
from causal_core.refutation.result import Refutation
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
    cards: list[tuple[Finding, str, str, Callable[[], None] | None]] = [
        (found.robustness.finding, "sensitivity", "", lambda: _robustness(here, found.robustness, unit)),
        (found.e_value.finding, "sensitivity", "e-value", None),
        (
            found.rosenbaum.finding,
            "rosenbaum",
            "",
            lambda: _picture(here, rosenbaum_curve(found.rosenbaum)),
        ),
    ]
    for finding, name, key, body in cards:
        if finding.error is None:
            _card(here, finding, name, body, key)
    show_untried((finding.label, finding.error) for finding, *_ in cards if finding.error is not None)
    st.subheader("Can the arms be compared where it matters?", anchor=False)
    overlap = found.overlap.finding
    if overlap.error is None:
        _card(here, overlap, "overlap", lambda: _rules(found.overlap))
    else:
        show_untried([(overlap.label, overlap.error)])


def show_untried(found: Iterable[tuple[str, str]]) -> None:
    """What was not tried and why, all with the same reason together.

    Args:
        found: (label, why).
    """
    labels: dict[str, list[str]] = {}
    for label, why in found:
        labels.setdefault(why, []).append(label)
    for why, together in labels.items():
        with st.container(border=True):
            names = ", ".join(f"**{label}**" for label in together)
            st.markdown(f"{names} · – {for_markdown(why)}")


def asides(finding: Finding | Refutation, name: str, key: str, link: str = "") -> None:
    """On one row, folded: what was done, what to expect and what it cannot tell; what its p-value means.

    Args:
        finding: What was found.
        name: What is shown, as `p_meaning` takes it.
        key: Of the widgets.
        link: A page to read on, with the words on the link after a bar; may be empty.
    """
    with st.container(horizontal=True, gap="medium", vertical_alignment="center"):
        with st.popover("What was done", type="tertiary", key=f"done-{key}"):
            st.markdown(f"**Done:** {for_markdown(finding.done)}")
            st.markdown(f"**If it is sound:** {for_markdown(finding.expectation)}")
            st.markdown(f"**Cannot tell:** {for_markdown(finding.cannot)}")
        p_meaning(name, key)
        if link:
            page, words = link.split("|")
            st.page_link(page, label=words)


def _card(
    here: OpenStudy, finding: Finding, name: str, body: Callable[[], None] | None, key: str = ""
) -> None:
    with st.container(border=True):
        st.markdown(f"**{finding.label}** · **{SIGNS[finding.verdict]} {WORDS[finding.verdict]}**")
        st.markdown(f"**Seen:** {for_markdown(finding.seen)}")
        if body is not None:
            body()
        asides(finding, name, f"{key or name}-{here.token}")


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
        "Beyond the dashed line, up and to the right, the conclusion is undone. Points: confounders once, "
        "twice and three times as strong as a known covariate (its columns together)."
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
    figure.update_layout(title=None, height=250, margin={"t": 10})
    st.plotly_chart(figure, config=QUIET, key=f"rosenbaum-{here.token}")


def _rules(found: Overlap) -> None:
    if found.rules:
        rows = [
            (rule.name, rule.shown, rule.limit, f"{SIGNS[rule.verdict]} {WORDS[rule.verdict]}")
            for rule in found.rules
        ]
        text_table(("Rule", "Found", "Judged", "Verdict"), rows)
