"""The specification curve on the Validate page: every admissible set by every method."""

from __future__ import annotations

from typing import Any

import streamlit as st

from causal_core.charts.specification import specification_curve, thinned
from causal_core.engine import Failure
from causal_core.estimation.methods import METHODS, TARGETS
from causal_core.study.headline import interval_text, number_text
from causal_core.study.method_groups import chosen_labels
from causal_core.text import for_markdown
from causal_core.validation.curve_words import (
    ROLE_WORDS,
    SHARED_ROWS,
    SINGLES,
    curve_sentence,
    direction_sentence,
    estimand_title,
    is_drawn,
    method_text,
    moves_sentence,
    rows_sentence,
    set_text,
    sets_sentence,
    single_sentence,
)
from causal_core.validation.plan import adjusting_methods, usual_methods
from causal_core.validation.result import curve_of
from causal_core.validation.specification import Contrast, Curve, Facet, facets
from pages.shared.bound import bound
from pages.shared.current import OpenStudy, change_question
from pages.shared.estimate_controls import POPULATIONS
from pages.shared.jobs import result_of, show_failure
from pages.shared.text_table import text_table
from pages.shared.validate_options import kept, offer_check, planned

QUIET = {"displayModeBar": False}
_OFF = "validate_curve_off"
WIDTH = 760
"""Of the choice of methods, in pixels."""


def show_curve(here: OpenStudy) -> None:
    """The estimates of all defensible analyses of the open study side by side."""
    st.write(
        "The graph may allow several sets to adjust for, and each set several methods. All of these analyses "
        "answer the same question from the same rows; if they disagree, the choice between them matters."
    )
    plan = planned(here, curve_of)
    if plan is None:
        return
    controls, answer = st.columns([1, 3], gap="large")
    with controls:
        _choose(here)
        offer_check(here, "specification_curve")
    with answer:
        if isinstance(plan, Failure):
            show_failure(plan)
            return
        curve: Curve | None = result_of("curve", plan, "Try every defensible analysis")
    if curve is None:
        return
    with controls:
        contrast = _choose_arm(here, curve)
        sets, shown = _switches(here, curve)
    with answer:
        found = [each for each in facets(curve, sets, shown) if each.contrast == contrast]
        if not found:
            st.info("Nothing is left to show: turn a set and a method on.")
        singles = [facet for facet in found if not is_drawn(curve, facet)]
        for place, facet in enumerate(found):
            if facet not in singles:
                _facet(here, curve, facet, place)
        if singles:
            said = (single_sentence(facet, here.study.question.unit) for facet in singles)
            st.markdown("\n".join([SINGLES, "", *(f"- {for_markdown(words)}" for words in said)]))
        st.caption(for_markdown(f"{sets_sentence(curve)} {SHARED_ROWS}"))
        _details(curve)


def _facet(here: OpenStudy, curve: Curve, facet: Facet, place: int) -> None:
    unit = here.study.question.unit
    with st.container(border=True):
        st.markdown(f"**{for_markdown(estimand_title(facet.estimand))}**")
        sentences = (curve_sentence(facet, unit), direction_sentence(facet), moves_sentence(facet))
        st.markdown(for_markdown(" ".join(filter(None, sentences))))
        st.caption(rows_sentence(facet))
    if len(facet.points) == 1:
        return
    mine = curve.headline[:2] if curve.headline and curve.headline[2] == facet.estimand else None
    figure = specification_curve(facet, unit, "", mine)
    event: Any = st.plotly_chart(
        figure,
        config=QUIET,
        key=f"validate-curve-{place}-{here.token}",
        on_select="rerun",
        selection_mode="points",
    )
    st.caption("Whiskers are 95 % intervals. Click a point to read it in full.")
    picked = [point.get("x") for point in event.selection.points]
    if picked and isinstance(picked[0], int | float):
        _read(here, facet, round(picked[0]), place)


def _read(here: OpenStudy, facet: Facet, which: int, place: int) -> None:
    """The specification that was clicked, and the offer to use its set."""
    points = thinned(facet)
    if not 0 <= which < len(points):
        return
    each = points[which]
    interval = interval_text(each.estimate) or "none"
    text_table(
        ("Adjusted for", "Method", "Effect", "95 % interval", "Rows", "Notes"),
        [
            (
                set_text(each.columns),
                method_text(each.estimate.method),
                number_text(each.estimate.value or 0.0),
                interval,
                f"{each.estimate.rows_used:,}",
                " ".join(each.estimate.notes),
            )
        ],
        numbers={2, 4},
    )
    if st.button("Adjust for this set on Estimate", key=f"validate-use-{place}-{here.token}"):
        change_question(adjust_for=each.columns)
        st.switch_page("pages/estimate.py")


def _details(curve: Curve) -> None:
    with st.expander(f"The sets ({len(curve.sets.sets)}) and what could not answer"):
        text_table(
            ("Set", "What it is"),
            [
                (set_text(each.columns), "; ".join(ROLE_WORDS[role] for role in each.roles) or "valid")
                for each in curve.sets.sets
            ],
        )
        for method, target, why, count in curve.refused:
            sets = f" with {count} set{'s' if count > 1 else ''}"
            st.markdown(f"**{method_text(method)}** ({target}){sets}: {for_markdown(why)}")
        st.caption(
            "Valid means by the graph: adjusting for the set closes every path of bias and opens none. With "
            "nothing to adjust for all methods are the same comparison, which enters once. Variance shares "
            "are those of an additive model of set and method."
        )


def _choose(here: OpenStudy) -> None:
    """The methods and populations that are tried, kept in the study."""
    options = here.study.validate
    methods = usual_methods(here.study) if options.methods is None else options.methods
    chosen = [name for name in methods if name in adjusting_methods()]
    key = bound(here, "validate-methods", chosen)
    label = st.container(gap="xsmall")
    label.markdown(":small[Methods tried]")
    with (
        label.popover(
            f"Choose methods ({len(chosen)})", width="stretch", key=f"validate-choose-{here.token}"
        ),
        st.container(width=WIDTH),
    ):
        st.multiselect(
            "Methods tried",
            adjusting_methods(),
            format_func=lambda name: METHODS[name].label,
            key=key,
            on_change=kept,
            args=(here, "methods", key),
            wrap=True,
            label_visibility="collapsed",
        )
    label.caption(chosen_labels(chosen))
    targets = (here.study.question.target,) if options.targets is None else options.targets
    target_key = bound(here, "validate-targets", list(targets))
    st.multiselect(
        "Averaged over",
        TARGETS,
        format_func=POPULATIONS.__getitem__,
        key=target_key,
        on_change=kept,
        args=(here, "targets", target_key),
        wrap=True,
    )


def _choose_arm(here: OpenStudy, curve: Curve) -> Contrast:
    contrasts = {each.estimate.contrast[1]: each.estimate.contrast for each in curve.specifications}
    if len(contrasts) < 2:
        return next(iter(contrasts.values()), ("", ""))
    arm = st.selectbox("Arm", list(contrasts), key=f"validate-curve-arm-{here.token}")
    return contrasts[arm]


def _switches(here: OpenStudy, curve: Curve) -> tuple[tuple[tuple[str, ...], ...], tuple[str, ...]]:
    """The sets and methods that are turned on; nothing is computed anew for them."""
    chosen = st.session_state.setdefault(f"{_OFF}-{here.token}", {})
    sets = {set_text(each.columns): each.columns for each in curve.sets.sets}
    methods = list(dict.fromkeys(each.estimate.method for each in curve.specifications))
    off = {*chosen.get("sets", ()), *chosen.get("methods", ())}
    with st.expander("Turn sets and methods on and off"):
        on_sets = _shown(here, "sets", "Sets shown", tuple(sets), off)
        on_methods = _shown(here, "methods", "Methods shown", tuple(methods), off)
        st.caption("This changes what is shown and summed up, not what was computed.")
    return tuple(sets[name] for name in on_sets), on_methods


def _shown(
    here: OpenStudy, name: str, label: str, options: tuple[str, ...], off: set[str]
) -> tuple[str, ...]:
    """A choice of several; what is turned off is remembered over a change of page."""
    key = bound(here, f"validate-shown-{name}", [each for each in options if each not in off])

    def changed() -> None:
        picked = st.session_state[key]
        kept_off = tuple(each for each in options if each not in picked)
        st.session_state[f"{_OFF}-{here.token}"][name] = kept_off

    st.multiselect(
        label,
        options,
        format_func=lambda each: METHODS[each].label if each in METHODS else each,
        key=key,
        on_change=changed,
        wrap=True,
    )
    return tuple(st.session_state[key])
