"""The tab that recommends how many people keep the old way, so that a deployed policy stays measured."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import streamlit as st

from causal_core.charts.experiment_power import holdout_curve
from causal_core.engine import get_engine
from causal_core.experiment.holdout import WEEKS, Holdout, Period, holdout
from causal_core.experiment.plan import USUAL, found_gain, two_digits, usual_size
from causal_core.gap.digits import number_and_ends
from causal_core.policy.result import Gain
from causal_core.problem import DoesNotApply, Problem
from causal_core.study.decision import benefit_unit
from causal_core.study.headline import number_text
from causal_core.study.steps import uplift_plan
from causal_core.text import for_markdown
from pages.shared import experiment_controls as controls
from pages.shared.bound import bound
from pages.shared.current import OpenStudy
from pages.shared.policy_values import economics
from pages.shared.text_table import text_table

if TYPE_CHECKING:
    from causal_core.uplift.result import Evaluation

QUIET = {"displayModeBar": False}
PERIODS: tuple[Period, ...] = ("month", "quarter")
SHARES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5)


def show_holdout(here: OpenStudy) -> None:
    """The controls, and beside them the recommended share, what it costs, and how soon it shows the gain."""
    side, answer = st.columns([1, 3], gap="large")
    with side:
        gain, spread, period = _choose(here)
    options, unit = here.study.experiment, benefit_unit(here.study)
    with answer:
        st.caption(
            "Once everybody is treated by the policy, nothing is left to compare with. A random part of "
            "people, treated as before for good, keeps its gain measured."
        )
        try:
            found = holdout(
                gain,
                spread,
                options.per_week * WEEKS[period],
                period,
                options.power,
                delay=options.delay,
                unit=unit,
            )
        except Problem as problem:
            box = st.info if isinstance(problem, DoesNotApply) else st.warning
            box(f"{for_markdown(problem.message)} {for_markdown(problem.remedy)}")
            return
        _show(here, found, unit)


def _choose(here: OpenStudy) -> tuple[float, float, Period]:
    study, options, unit = here.study, here.study.experiment, benefit_unit(here.study)
    spread = abs(study.policy.benefit) * usual_size(study, here.profile) / USUAL
    found = _found(here)
    known = found.value if found is not None and found.value > 0 else spread / 20
    usual = options.holdout_gain if options.holdout_gain is not None else two_digits(known)
    counted = f" ({for_markdown(unit)})" if unit else ""
    gain = bound(here, "holdout-gain", usual)
    st.number_input(
        f"Gain to be seen, per person{counted}",
        format="%g",
        step=abs(usual) / 10 or 0.1,
        key=gain,
        on_change=lambda: controls.set_options(holdout_gain=float(st.session_state[gain])),
        help="What the policy gains over what those held out get, such as the gain on Policy, or the least "
        "you would not want to lose unseen. At first what was found here, or else a twentieth of the "
        "standard deviation.",
    )
    if found is not None:
        number, ends = number_and_ends(found.value, found.ci)
        st.caption(
            f"Found here over treating nobody: {for_markdown(number)} (95 % interval {for_markdown(ends)}). "
            "Choose the lower end to be on the safe side."
        )
    period = bound(here, "holdout-period", options.period)
    st.radio(
        "Seen within a",
        PERIODS,
        horizontal=True,
        key=period,
        on_change=lambda: controls.set_options(period=st.session_state[period]),
    )
    week = bound(here, "holdout-week", options.per_week)
    st.number_input(
        "People a week",
        min_value=0.1,
        format="%g",
        step=10.0,
        key=week,
        on_change=lambda: controls.set_options(per_week=float(st.session_state[week])),
    )
    st.caption(
        f"One person's outcome is worth {number_text(spread)} {for_markdown(unit)} more or less (its "
        "standard deviation here, times the benefit)."
    )
    return usual, spread, options.period


def _found(here: OpenStudy) -> Gain | None:
    """What the policy was found to gain over treating nobody, where that is at hand."""
    study = here.study
    try:
        plan = uplift_plan(study, here.table)
        if study.policy.paid_per or not get_engine().kept(plan.key):
            return None
        evaluation = cast("Evaluation", get_engine().submit(plan).result())
        return found_gain(study, economics(here, evaluation, ()), "none")
    except Problem:
        return None


def _show(here: OpenStudy, found: Holdout, unit: str) -> None:
    (st.success if found.share is not None else st.warning)(f"**{for_markdown(found.sentence)}**")
    st.plotly_chart(holdout_curve(found, unit), config=QUIET, key=f"holdout-picture-{here.token}")
    text_table(
        ("Held out", "People a " + found.period, "Gain given up a " + found.period, "Weeks until it is seen"),
        [
            (
                f"{100 * share:.3g} %",
                f"{share * found.per_period:,.0f}",
                f"{number_text(found.forgone_at(share))} {unit}".rstrip(),
                f"{found.weeks_at(share):,.1f}",
            )
            for share in sorted({*SHARES, *([found.share] if found.share else [])})
        ],
        numbers=(1, 2, 3),
    )
    st.caption(
        "Two means compared, two-sided at 5 %, with the power chosen under “Plan an experiment”. The gain "
        "given up is its expectation if the policy gains what is said here; if it gains nothing, nothing is "
        "given up. Draw the holdout by lot, once, and keep people in it; where people influence each other, "
        "hold out whole clusters."
    )
