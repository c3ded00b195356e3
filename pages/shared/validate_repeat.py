"""The study repeated in a world fitted to its data, on the Validate page."""

from __future__ import annotations

import streamlit as st

from causal_core.charts.repeat import MOST, repeated_intervals
from causal_core.engine import Failure
from causal_core.estimation.methods import METHODS
from causal_core.study.headline import number_text, signed_text
from causal_core.text import for_markdown
from causal_core.validation.curve_words import method_text
from causal_core.validation.plan import adjusting_methods
from causal_core.validation.repeat import Repeated, Repetitions
from causal_core.validation.repeat_plan import MOST_METHODS, usual_method
from causal_core.validation.repeat_words import (
    CANNOT,
    SIGNS,
    bias_sentence,
    coverage_sentence,
    failures_sentence,
    headline_words,
    power_sentence,
    truth_words,
    verdict_of,
    world_sentence,
)
from causal_core.validation.result import repeat_of
from pages.shared.bound import bound
from pages.shared.current import OpenStudy
from pages.shared.jobs import result_of, show_failure
from pages.shared.text_table import text_table
from pages.shared.validate_options import kept, offer_check, planned

QUIET = {"displayModeBar": False}
KINDS = {"linear": "Linear models", "boosted": "Boosted trees"}
COUNTS = (50, 100, 200, 500, 1000)


def show_repeat(here: OpenStudy) -> None:
    """How often the study's own method would find the truth in a world like these data."""
    st.write(
        "In a world fitted to these data the true effect is known. Repeating the study there shows how far "
        "off its method tends to be, and how often its 95 % interval holds the truth."
    )
    plan = planned(here, repeat_of)
    if plan is None:
        return
    controls, answer = st.columns([1, 3], gap="large")
    with controls:
        _choose(here)
        offer_check(here, "repeat")
    with answer:
        if isinstance(plan, Failure):
            show_failure(plan)
            return
        count = here.study.validate.repetitions
        found: Repeated | None = result_of("repeat", plan, f"Repeat this study {count:,} times")
    if found is None:
        return
    with controls:
        arm = _choose_arm(here, found)
    mine = [each for each in found.results if each.contrast[1] == arm]
    with answer:
        for each in mine:
            _method(here, found, each)
        for method, name, why in found.refused:
            if name == arm or not mine:
                st.warning(f"**{method_text(method)}** gave no estimate: {for_markdown(why)}")
        if len(mine) > 1:
            _table(mine, here.study.question.unit)
        st.caption(f"{world_sentence(found)} Seed {here.study.seed}.")
        st.info(CANNOT)


def _method(here: OpenStudy, found: Repeated, each: Repetitions) -> None:
    unit = here.study.question.unit
    with st.container(border=True):
        st.markdown(f"**{SIGNS[verdict_of(each)]} {for_markdown(headline_words(each))}**")
        sentences = (
            truth_words(each, unit),
            bias_sentence(each, unit),
            coverage_sentence(each),
            power_sentence(each, found.rows, unit),
            failures_sentence(each),
        )
        st.markdown(for_markdown(" ".join(filter(None, sentences))))
        figure = repeated_intervals(each, unit)
        st.plotly_chart(figure, config=QUIET, key=f"validate-repeat-{each.method}-{here.token}")
        if len(each.values) > MOST:
            st.caption(f"The first {MOST} of {len(each.values):,} repetitions; the numbers are of all.")


def _table(found: list[Repetitions], unit: str) -> None:
    measure = f" ({unit})" if unit else ""
    text_table(
        (
            "Method",
            "What it gives",
            f"Truth{measure}",
            f"Bias{measure}",
            "Bias in standard errors",
            "Coverage",
            f"Interval width{measure}",
            "Excludes zero",
        ),
        [
            (
                method_text(each.method),
                each.estimand,
                signed_text(each.truth),
                signed_text(each.bias),
                "–" if each.bias_in_errors is None else signed_text(each.bias_in_errors),
                "–" if not each.with_interval else f"{100 * each.covered / each.with_interval:.1f} %",
                "–" if each.width is None else number_text(each.width),
                "–" if not each.with_interval else f"{100 * each.excluding / each.with_interval:.0f} %",
            )
            for each in found
        ],
        numbers={2, 3, 4, 5, 6, 7},
    )


def _choose(here: OpenStudy) -> None:
    """The methods, the world's models, and how often; kept in the study."""
    options = here.study.validate
    usual = usual_method(here.study)
    methods = ((usual,) if usual else ()) if options.repeated is None else options.repeated
    key = bound(here, "validate-repeat-methods", [name for name in methods if name in adjusting_methods()])
    st.multiselect(
        "Methods",
        adjusting_methods(),
        format_func=lambda name: METHODS[name].label,
        max_selections=MOST_METHODS,
        key=key,
        on_change=kept,
        args=(here, "repeated", key),
        wrap=True,
        help="The study's own, and two others to compare. The plain difference in means shows what would "
        "come of not adjusting. Double machine learning takes seconds a repetition.",
    )
    kind_key = bound(here, "validate-repeat-kind", options.world)
    st.radio(
        "The world is made of",
        list(KINDS),
        format_func=KINDS.__getitem__,
        key=kind_key,
        on_change=kept,
        args=(here, "world", kind_key),
        help="Linear models are kind to methods that are linear themselves. Boosted trees follow curves and "
        "interactions that the rows show.",
    )
    count_key = bound(here, "validate-repeat-count", options.repetitions)
    st.select_slider(
        "Repetitions",
        sorted({*COUNTS, options.repetitions}),
        key=count_key,
        on_change=kept,
        args=(here, "repetitions", count_key),
    )


def _choose_arm(here: OpenStudy, found: Repeated) -> str:
    arms = list(dict.fromkeys(each.contrast[1] for each in found.results))
    if len(arms) < 2:
        return next(iter(arms), "")
    return st.selectbox("Arm", arms, key=f"validate-repeat-arm-{here.token}")
