"""The structural model of the open study, as the pages that set something need it."""

from __future__ import annotations

import streamlit as st

from causal_core.engine import Failure
from causal_core.problem import Problem
from causal_core.what_if.plan import asked_of, model_plan
from causal_core.what_if.structural_model import StructuralModel
from causal_core.what_if.tasks import Asked
from pages.shared.current import OpenStudy
from pages.shared.jobs import result_of, show_failure
from pages.shared.what_if_controls import chosen_mechanisms


def _point_on(*, inapplicable: bool) -> None:
    """Where to go from a model that cannot be had."""
    if inapplicable:
        st.caption(
            "A model of every node needs more than one effect does. Whether the study's own effect can be "
            "found without it stands on Identify; Network answers by the formula that identifies it, where "
            "there is one."
        )
        st.page_link("pages/identify.py", label="See what can be identified on Identify →")
        st.page_link("pages/network.py", label="See and do in a network on Network →")
    st.page_link("pages/graph.py", label="Change the drawing on Graph →")
    st.page_link("pages/data.py", label="See the columns on Data →")


def fitted_model(here: OpenStudy, why: str) -> tuple[Asked, StructuralModel]:
    """What the model is fitted from, and the model; else says why there is none, or offers it, and stops.

    Args:
        here: The open study.
        why: What the page does with a model, said while it is not there.
    """
    try:
        asked = asked_of(here.study, here.table, chosen_mechanisms(here))
    except Problem as problem:
        show_failure(Failure.of(problem))
        st.page_link("pages/graph.py", label="Mend it on Graph →")
        st.stop()
    intro = st.container()
    # A job may fail while the page is drawn: what counts is whether that has been said.
    said: list[Failure] = []
    fitted = result_of("what_if", model_plan(asked), "Fit how every node comes about", failed=said.append)
    if fitted is None:
        if said:
            _point_on(inapplicable=said[0].inapplicable)
        else:
            intro.info(why)
        st.stop()
    return asked, fitted[0]
