"""Why: what predicted effects are made of, over all and for one person."""

from __future__ import annotations

import numpy as np
import streamlit as st

from causal_core.charts.who_why import importance_bars, person_bars
from causal_core.percent import percent
from causal_core.study.headline import number_text
from causal_core.text import for_markdown
from causal_core.who.plan import person_plan
from causal_core.who.why import Person
from causal_core.who.why_words import why_sentence
from pages.shared.jobs import result_of
from pages.shared.text_table import text_table
from pages.shared.who_controls import QUIET, Asked


def show_why(asked: Asked) -> None:
    """The columns by importance, then one person's prediction."""
    why, judged = asked.who.why, asked.who.judged
    if why.refusal:
        st.info(for_markdown(why.refusal))
        return
    st.info(for_markdown(why_sentence(why)))
    st.plotly_chart(importance_bars(why, asked.unit), config=QUIET, key=asked.key("importance"))
    st.caption(
        f"Shapley values (path-dependent TreeSHAP) of boosted trees that copy the learner: on held-out rows "
        f"the copy reproduces {percent(why.fidelity or 0, 1)} of what predictions differ by (R²). Means over "
        f"{why.rows:,} held-out rows. ↑ higher values go with larger predicted effects, ↓ with smaller ones. "
        "They say what the prediction is made of, not what would change the effect."
    )
    first = int(judged.rows[int(judged.predicted.argmax())]) + 1
    with asked.side:
        row = st.number_input(
            "Person (row of the table)",
            min_value=1,
            max_value=asked.here.table.rows,
            value=first,
            key=asked.key("person"),
            help="A held-out row, at first that of the largest predicted effect; People lists all.",
        )
    show_person(asked, int(row) - 1)


def show_person(asked: Asked, row: int) -> None:
    """One person's prediction, split among the columns; `row` is a position in the table."""
    who = asked.who
    if who.why.refusal:
        st.info(for_markdown(who.why.refusal))
        return
    place = np.flatnonzero(who.judged.rows == row)
    if len(place) == 0:
        st.info(
            f"Row {row + 1:,} is not among the held-out rows: the learner learned from it, or it lacks a "
            "needed value. Choose a row that People lists."
        )
        return
    plan = person_plan(asked.here.study, asked.here.table, who, row)
    found = result_of("who_person", plan, "Explain this person", at_once=True)
    if found is None:
        return
    person: Person = found[0]
    predicted = float(who.judged.predicted[place[0]])
    st.plotly_chart(person_bars(person, predicted, asked.unit), config=QUIET, key=asked.key("waterfall", row))
    error = who.judged.std_error
    interval = ""
    if error is not None:
        reach = 1.96 * float(error[place[0]])
        ends = [number_text(predicted + way * reach) for way in (-1, 1)]
        interval = f" Approximate 95 % interval {ends[0]} to {ends[1]}."
    st.caption(
        f"Row {row + 1:,} of the table: predicted effect {number_text(predicted)} "
        f"{for_markdown(asked.unit)}.{interval} Each bar is what the column's value adds to the mean "
        "prediction; “not explained” is what the copy misses."
    )
    with st.expander("This person in numbers"):
        text_table(
            ("Column", "Value", "Adds"),
            [(column, value, number_text(size)) for column, value, size in person.parts],
            numbers=(2,),
        )
