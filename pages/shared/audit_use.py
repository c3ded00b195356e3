"""Use: what moves the prediction beside what moves the outcome, input by input."""

from __future__ import annotations

import streamlit as st

from causal_core.audit.use import Use, Used, contrasts_of
from causal_core.audit.words import SHORT, beside, breaks, how_known, number_with_band, use_sentence
from causal_core.charts.audit import use_chart
from causal_core.engine import Failure
from causal_core.problem import Problem
from causal_core.study.headline import signed_text
from causal_core.text import for_markdown
from pages.shared.audit_parts import QUIET, Audited
from pages.shared.jobs import show_failure
from pages.shared.text_table import text_table


def show_use(audited: Audited) -> None:
    """The view."""
    try:
        contrasts = contrasts_of(audited.world, audited.box.inputs, audited.outcome)
    except Problem as problem:
        show_failure(Failure.of(problem))
        return
    found: tuple[Used, ...] | None = audited.ask("audit_use", Use(audited.outcome, contrasts))
    if found is None:
        return
    outcome = audited.outcome
    clean = all(each.verdict in {"moves both", "cause unused", "unused"} for each in found)
    said = f"Under this model of the world, {use_sentence(found, outcome)}"
    (st.success if clean else st.warning)(for_markdown(said))
    st.plotly_chart(
        use_chart(found, outcome, audited.here.study.question.unit), config=QUIET, key=audited.key("use")
    )
    st.caption(
        "Whiskers: approximate 95 % bands from refitting the model of the world to half samples. The model "
        "under audit stays as it is, so what its own column does to it has none."
    )
    text_table(
        [
            "Input",
            "Compared",
            "Correlation with the outcome",
            "Prediction, column alone",
            "Prediction, through the graph",
            "Effect on the outcome",
            "How known",
            "Verdict",
        ],
        [
            [
                each.contrast.node,
                each.contrast.text,
                signed_text(each.correlation),
                beside(each.naive.value, *(other.naive.value for other in found)),
                number_with_band(each.graph),
                number_with_band(each.effect) if each.cause else "0",
                how_known(each),
                SHORT[each.verdict],
            ]
            for each in found
        ],
        numbers=(2, 3, 4, 5),
    )
    st.subheader("What would break if we acted on it", anchor=False)
    for each in found:
        st.markdown(f"- {for_markdown(breaks(each, outcome))}")
    st.caption(
        "Numbers are compared at their lower and upper quartile, levels from the one with the lowest to the "
        "one with the highest outcome. An effect on the outcome rests on the drawing: arrows left out or "
        "causes not measured would change it."
    )
