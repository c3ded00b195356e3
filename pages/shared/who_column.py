"""By column: the effect along one column, measured and as the model has it."""

from __future__ import annotations

import streamlit as st

from causal_core.charts.who_column import column_chart
from causal_core.study.headline import number_text
from causal_core.text import for_markdown
from causal_core.who.column import ColumnEffect, Level
from causal_core.who.column_words import LEVEL, column_sentence
from causal_core.who.judged import FEWEST_ROWS
from pages.shared.text_table import text_table
from pages.shared.who_controls import QUIET, Asked, seen_before

NAMES = {"missing": "(missing)", "others": "(other levels)"}


def show_column(asked: Asked) -> None:
    """The effect by the column chosen."""
    by_name = {effect.column: effect for effect in asked.who.effects}
    with asked.side:
        name = st.selectbox(
            "Column",
            list(by_name),
            key=asked.key("column"),
            help="Those that matter most to the predictions come first.",
        )
    effect = by_name[name]
    seen_before(asked).add("By column")
    if effect.refusal:
        st.info(for_markdown(effect.refusal))
        return
    differs = effect.p_value is not None and effect.p_value * len(by_name) < LEVEL
    said = column_sentence(effect, len(by_name), asked.unit)
    (st.success if differs else st.info)(for_markdown(said))
    figure = column_chart(effect, asked.unit, asked.here.study.question.randomised)
    st.plotly_chart(figure, config=QUIET, key=asked.key("by", name))
    st.caption(_told(effect))
    if effect.levels:
        text_table(
            ("Value", "Rows", "Effect", "95 % interval", "Model"),
            [_row(level, effect.rows) for level in effect.levels],
            numbers=(1, 2, 3, 4),
        )


def _told(effect: ColumnEffect) -> str:
    if effect.curve is None:
        shown = "Bars: mean doubly robust scores of the held-out rows with each value."
        model = "Diamonds"
    else:
        line = f"a natural cubic spline of {effect.curve.knots} knots"
        line = "a straight line, as most rows have one value," if effect.curve.knots == 2 else line
        errors = "of sums by cluster" if effect.clusters else "HC3"
        shown = (
            f"Blue: doubly robust scores of the held-out rows smoothed along the column by {line} "
            f"(errors {errors}; Semenova & Chernozhukov 2021). The inner band holds the "
            "smoothed effect at one value in 95 % of samples, the outer one at all values at once. Between "
            "the 1 % and 99 % points of the column."
        )
        model = "Dashed"
    return (
        f"{shown} {model}: the model's partial dependence, its mean prediction had everybody this value and "
        "all else as it is. The two answer different questions, and part where columns go together. Neither "
        "says what changing the column would do. That the effect is the same throughout is tested by Wald's "
        "test with the same errors, counting all columns that could be looked at (Bonferroni)."
    )


def _row(level: Level, rows: int) -> tuple[object, ...]:
    effect = level.effect
    model = "" if level.model is None else number_text(level.model)
    count = f"{round(level.share * rows):,}"
    name = NAMES.get(level.kind, level.name)
    if effect is None:
        return name, count, "", f"fewer than {FEWEST_ROWS} rows", model
    ends = effect.ci
    interval = "too few clusters" if ends is None else f"{number_text(ends[0])} to {number_text(ends[1])}"
    return name, count, number_text(effect.value), interval, model
