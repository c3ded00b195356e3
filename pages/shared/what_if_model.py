"""The model: each node's mechanism, what it predicts and what not, and the analyst's choice of it."""

from __future__ import annotations

from typing import Any

import streamlit as st

from causal_core.percent import percent
from causal_core.study.headline import number_text
from causal_core.text import for_markdown
from causal_core.what_if.fitness import Fitness, fitness
from causal_core.what_if.independencies import Independencies
from causal_core.what_if.plan import model_key
from causal_core.what_if.selection import hows_of
from causal_core.what_if.spread import Spread, spreads, spreads_verdict
from pages.shared.text_table import text_table
from pages.shared.what_if_controls import keep_mechanism
from pages.shared.what_if_parts import Asked
from pages.shared.what_if_unrelated import show_unrelated, unrelated

BY_DATA = "as the data say"


def show_model(asked: Asked) -> None:
    """The view."""
    found = _fitness(model_key(asked.fitted), asked.model)
    sizes = _spreads(model_key(asked.fitted), asked.model)
    top = st.container()
    tests = unrelated(asked.here)
    with top:
        _verdict(found, tests, spreads_verdict(sizes))
    _table(asked, found)
    _choose(asked)
    with st.expander("How columns go together, in the data and in the model"):
        text_table(
            ["Columns", "Data", "Model", "Difference", "By chance up to"],
            [
                [
                    f"{each.first} and {each.second}",
                    number_text(each.data),
                    number_text(each.model),
                    number_text(each.model - each.data),
                    number_text(each.chance),
                ]
                for each in found.pairs[:25]
            ],
            numbers=(1, 2, 3, 4),
        )
        st.caption("Correlations of values, or of levels' places; largest differences first.")
    show_unrelated(asked.here, tests, sizes)
    st.page_link("pages/check.py", label="See what the graph implies, test by test, on Check →")
    dropped = asked.model.dropped
    st.caption(
        f"Fitted on {asked.model.rows:,} rows"
        + (f"; {dropped:,} rows lack a value in some node and are left out." if dropped else ".")
        + (
            f" Hidden causes tie the noise of {for_markdown(', '.join(asked.model.tied))}: it is drawn "
            "together."
            if asked.model.tied
            else ""
        )
    )


def _verdict(found: Fitness, tests: Independencies | None, noise: str) -> None:
    """One judgement of values, pairs, independencies and noise, given what is wrong with noise, if any."""
    said = (
        f"The model does not reproduce {'; '.join(found.poor[:5])}."
        if found.poor
        else "The model reproduces the columns' values and how they go together."
    )
    said += f" {tests.verdict if tests else 'What its graph says is unrelated is not tested yet.'}"
    if found.poor or noise or (tests and tests.failing):
        st.warning(for_markdown(f"{said} {noise}"))
    elif tests is None:
        st.info(for_markdown(said))
    else:
        st.success(
            for_markdown(f"{said} That does not show that its arrows are right: other graphs may do as well.")
        )


def _table(asked: Asked, found: Fitness) -> None:
    rows = []
    for column in found.columns:
        fit = asked.model.fits[column.node]
        how = f"{fit.how}, by hand" if fit.chosen_by_hand else fit.how
        rows.append(
            [
                column.node,
                ", ".join(fit.parents) or "none",
                how,
                "—" if fit.explained is None else percent(max(fit.explained, 0.0)),
                _distance(column.distance),
                _distance(column.chance),
            ]
        )
    text_table(
        ["Node", "Parents", "Mechanism", "Predicted", "Distance of values", "By chance up to"],
        rows,
        numbers=(3, 4, 5),
    )
    st.caption(
        "Predicted: share of the variance (for levels: of the deviance) in rows left out. Distance: largest "
        "difference between the data's distribution and the model's, 0 to 1. Where a mechanism names a "
        "spread, the size of the noise depends on the parents too; an arrow turned round or a cause "
        "left out may look so."
    )


def _distance(value: float) -> str:
    return "< 0.001" if 0 < value < 0.0005 else f"{value:.3f}"


def _choose(asked: Asked) -> None:
    nodes = [node for node in asked.model.order if asked.model.parents[node]]
    if not nodes:
        return
    with st.expander("Choose a mechanism by hand"):
        node = st.selectbox("Node", nodes, key=asked.key("by-hand"))
        fit = asked.model.fits[node]
        ways = [BY_DATA, *hows_of(asked.model.columns[node], asked.codes(node))]
        picked = st.radio(
            "Mechanism",
            ways,
            index=ways.index(fit.how) if fit.chosen_by_hand else 0,
            horizontal=True,
            key=asked.key("way", node),
        )
        if fit.scores:
            told = "; ".join(f"{number_text(score)} as {way}" for way, score in fit.scores)
            st.caption(f"Mean log chance of left-out whole numbers: {told}. Higher is better.")
        if fit.gained:
            gain, off = fit.gained
            st.caption(
                f"With a spread that depends on the parents, sizes of left-out noise have a mean log score "
                f"{number_text(abs(gain))} {'higher' if gain >= 0 else 'lower'} (standard error "
                f"{number_text(off)}). Higher is better."
            )
        if st.button("Use it", key=asked.key("use", node)):
            keep_mechanism(asked.here, node, None if picked == BY_DATA else picked)
            st.rerun()


@st.cache_resource(max_entries=16, show_spinner=False)
def _fitness(
    key: str,  # noqa: ARG001 - what the answer is kept by; the model is not hashed
    _model: Any,
) -> Fitness:
    return fitness(_model)


@st.cache_resource(max_entries=16, show_spinner=False)
def _spreads(
    key: str,  # noqa: ARG001 - what the answer is kept by; the model is not hashed
    _model: Any,
) -> tuple[Spread, ...]:
    return spreads(_model)
