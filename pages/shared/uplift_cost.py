"""Gain against money spent on the Uplift page, or where to say what a treatment costs."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from causal_core.charts.uplift_cost import cost_curves
from causal_core.problem import Problem
from causal_core.study.decision import benefit_unit
from causal_core.study.options import PolicyOptions
from causal_core.study.priced import priced_evaluation
from causal_core.study.steps import result_key
from causal_core.text import for_markdown
from causal_core.uplift.findings import CostCurve
from causal_core.uplift.result import Evaluation, UpliftResult
from pages.shared.current import OpenStudy

QUIET = {"displayModeBar": False}


def show_cost(here: OpenStudy, evaluation: Evaluation, focus: UpliftResult, *, mixed: bool) -> None:
    """The cost curves of all learners, of one arm or of the best mix of arms; else why there are none."""
    policy = here.study.policy
    if not any(policy.cost.values()):
        st.info("A cost curve needs to know what a treatment costs. No cost is set in this study yet.")
        st.page_link("pages/policy.py", label="Set costs and the worth of the outcome on Policy →")
        return
    try:
        priced = _priced(here, evaluation)
    except Problem as problem:
        st.warning(for_markdown(problem))
        st.page_link("pages/policy.py", label="Mend the costs on Policy →")
        return
    curves = priced.cost if mixed else _of_arm(priced.results, focus.contrast)
    if not curves:
        st.info(
            "There is no cost curve: nothing that costs money is predicted to gain, or an arm costs less "
            "than the control. Money is no limit then."
        )
        return
    unit = benefit_unit(here.study) or "unit of the costs"
    st.plotly_chart(
        cost_curves(curves, unit, focus.learner, focus.contrast[0]),
        config=QUIET,
        key=f"uplift-cost-{here.token}",
    )
    st.caption(
        "On rows that no learner saw, valued by doubly robust scores. Money goes first where a learner "
        "predicts the most gain for it, and a curve ends where no more gain is predicted. Above the dotted "
        "line the gain outweighs what it costs; where a curve runs flatter than that line, more money no "
        "longer pays. Shaded: pointwise 95 % band. Worth and costs are those on Policy."
    )


def several_arms(evaluation: Evaluation) -> bool:
    """Whether there is a mix of arms to be had."""
    return len(evaluation.held_out.arms) > 2


def _of_arm(results: Sequence[UpliftResult], contrast: tuple[str, str]) -> tuple[CostCurve, ...]:
    mine = [result.cost for result in results if result.contrast == contrast]
    return tuple(curve for curve in mine if curve is not None)


def _priced(here: OpenStudy, evaluation: Evaluation) -> Evaluation:
    policy = here.study.policy
    options = PolicyOptions(benefit=policy.benefit, cost=policy.cost, stages=policy.stages)
    key = result_key("policy", here.study.replace(policy=options), here.table)
    return _keep(key, here, evaluation)


@st.cache_resource(max_entries=64, show_spinner=False)
def _keep(
    key: str,  # noqa: ARG001 - what the curves are kept by; the others are not hashed
    _here: OpenStudy,
    _evaluation: Evaluation,
) -> Evaluation:
    return priced_evaluation(_here.study, _here.table, _evaluation)
