"""The study's own question on the What-if page: the model's answer beside the Estimate step's."""

from __future__ import annotations

from typing import Any

import streamlit as st

from causal_core.engine import get_engine
from causal_core.estimation.methods import METHODS
from causal_core.problem import Problem
from causal_core.study.dose import is_dose_study
from causal_core.study.headline import WHOM
from causal_core.study.results import Estimated
from causal_core.study.steps import estimate_plan
from causal_core.text import for_markdown
from causal_core.what_if.beside import beside, beside_sentence, of_everybody
from causal_core.what_if.columns import level_text
from causal_core.what_if.response import Banded
from pages.shared.current import OpenStudy
from pages.shared.jobs import result_of
from pages.shared.what_if_parts import Asked


def show_beside(asked: Asked, wanted: Any, banded: Banded | None) -> None:
    """Both effects in one line an arm; nothing where this session has no estimate of the study as it is."""
    estimated = _estimated(asked.here)
    if estimated is None:
        return
    question = asked.here.study.question
    able = of_everybody(estimated.estimates, estimated.headline, question.randomised)
    found = beside(asked.model, asked.noise, question.treatment, question.outcome, able, banded, asked.base)
    mine = [each for each in found if each.estimate.contrast[1] == level_text(wanted)]
    for each in mine or found:
        method = METHODS[each.estimate.method].label
        said = beside_sentence(each, question.treatment, question.outcome, method, question.unit)
        st.markdown(f"**Beside Estimate.** {for_markdown(said)}")
    if not able and (told := estimated.of(estimated.headline)):
        whom = WHOM.get(told[0].estimand, f"({told[0].estimand})")
        st.caption(
            f"Estimate answers {whom}; here everybody is set. These are two questions, so the numbers are "
            "not compared."
        )
    if found or not able:
        st.page_link("pages/estimate.py", label="See all estimates on Estimate →")


def _estimated(here: OpenStudy) -> Estimated | None:
    """The estimate that this session has shown of the study as it stands."""
    seen = here.seen.get("estimate")
    if seen is None or is_dose_study(here.study, here.table):
        return None
    try:
        plan = estimate_plan(here.study, here.table)
    except Problem:
        return None
    if plan.key != seen or not get_engine().kept(plan.key):
        return None
    found: Estimated | None = result_of("estimate", plan, "Estimate the effect")
    return found
