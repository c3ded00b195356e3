"""Seeing against doing for the open study's own variables: both formulas, and both numbers."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import streamlit as st

from causal_core.data.table import Table
from causal_core.estimation.seen_done import Number, Pair, SeenDone, seen_and_done
from causal_core.identification import Identification
from causal_core.identification.see_do import SeeDo, see_do
from causal_core.problem import Problem
from causal_core.study.headline import number_text, signed_text
from causal_core.study.options import Question
from causal_core.study.steps import identification
from causal_core.text import for_markdown
from pages.shared.current import OpenStudy
from pages.shared.text_table import text_table


def show(here: OpenStudy) -> None:
    """Draw what the table shows beside what setting the treatment would do; or why that cannot be asked."""
    try:
        found = identification(here.study)
    except Problem as problem:
        st.write(for_markdown(problem))
        return
    written = see_do(found)
    _formulas(written)
    _numbers(here, found, written)
    _factors(written)


def _formulas(written: SeeDo) -> None:
    seeing, doing = st.columns(2, gap="large")
    with seeing:
        st.markdown("**Seeing** · what the rows show")
        st.caption(for_markdown(written.see_words))
    with doing:
        st.markdown("**Doing** · what an intervention would show")
        st.caption(for_markdown(written.do_words.replace("<->", "↔")))
    st.latex(written.see)
    if written.do:
        st.latex(written.do)
    if written.stands_for:
        st.caption(f"**Z** stands for {for_markdown(', '.join(written.stands_for))} together.")
    st.markdown(for_markdown(written.gap_words))


def _numbers(here: OpenStudy, found: Identification, written: SeeDo) -> None:
    question = here.study.question
    sets = [written.adjusted] if written.adjusted is not None else []
    sets += [nodes for nodes in found.adjustment_sets if nodes not in sets]
    if not sets:
        st.caption(
            "No numbers side by side: there is no set of columns over which doing could be counted out."
        )
        return
    if absent := [name for name in (question.treatment, question.outcome) if name not in here.table.columns]:
        st.caption(f"No numbers: {for_markdown(' and '.join(absent))} not in the table.")
        return
    found_or_not = _asked(here, sets)
    if isinstance(found_or_not, str):
        st.caption(f"No numbers side by side. {for_markdown(found_or_not)}")
        return
    _table(question, found_or_not)


def counted(here: OpenStudy, found: Identification) -> SeenDone | None:
    """The outcome seen and done over one of the graph's minimal adjustment sets; None without numbers."""
    question = here.study.question
    sets = list(found.adjustment_sets)
    if not sets or not {question.treatment, question.outcome} <= set(here.table.columns):
        return None
    numbers = _asked(here, sets)
    return None if isinstance(numbers, str) else numbers


def _asked(here: OpenStudy, sets: Sequence[Collection[str]]) -> SeenDone | str:
    question = here.study.question
    names = {question.treatment, question.outcome}.union(*sets)
    types = {name: kind for name, kind in here.study.data.types.items() if name in names}
    ordered = tuple(tuple(sorted(nodes)) for nodes in sets)
    return _counted(here.table, here.table.fingerprint, ordered, question, types)


@st.cache_data(max_entries=200, show_spinner=False, hash_funcs={Question: repr})
def _counted(
    _table: Table,
    fingerprint: str,  # noqa: ARG001 - keys the cache
    sets: tuple[tuple[str, ...], ...],
    question: Question,
    types: Mapping[str, str],
) -> SeenDone | str:
    try:
        return seen_and_done(
            _table,
            question.treatment,
            question.outcome,
            sets,
            control=question.control,
            types=types,
            clusters=question.clusters,
            weights=question.weights,
        )
    except Problem as problem:
        return str(problem)


def _table(question: Question, found: SeenDone) -> None:
    treatment = question.treatment
    rows = [
        (f"{treatment} = {pair.level}", f"{pair.rows:,}", _text(pair.seen), _text(pair.done))
        for pair in found.pairs
    ]
    control = found.pairs[0].level
    rows += [
        (f"{pair.level} less {control}", "", _text(pair.seen_gap, True), _text(pair.done_gap, True))
        for pair in found.pairs[1:]
        if pair.seen_gap is not None and pair.done_gap is not None
    ]
    unit = f", in {question.unit}" if question.unit else ""
    st.markdown(f"**{for_markdown(found.measure[0].upper() + found.measure[1:])}**{for_markdown(unit)}")
    over = f", weighed over {' × '.join(found.adjusted)}" if found.adjusted else ""
    text_table(("", "Rows", "Seen", f"Done{over}"), rows, numbers=(1, 2, 3))
    for pair in found.pairs[1:]:
        if sentence := _turned(pair, control, found):
            st.markdown(f"**{for_markdown(sentence)}**")
    st.caption(for_markdown(_footing(question, found)))


def _text(number: Number | None, signed: bool = False) -> str:
    if number is None:
        return ""
    shown = signed_text if signed else number_text
    low, high = number.ci
    interval = f" ({number_text(low)} to {number_text(high)})" if low == low else ""
    return f"{shown(number.value)}{interval}"


def _turned(pair: Pair, control: str, found: SeenDone) -> str:
    if pair.seen_gap is None or pair.done_gap is None or pair.seen_gap.value * pair.done_gap.value >= 0:
        return ""
    seen, done = ("above" if gap.value > 0 else "below" for gap in (pair.seen_gap, pair.done_gap))
    return (
        f"Seen, {pair.level} is {seen} {control}; done, {done} it: weighing {', '.join(found.adjusted)} "
        "alike turns the sign round."
    )


def _holds_nothing(gap: Number | None) -> bool:
    return gap is not None and gap.ci[0] <= 0 <= gap.ci[1]


def _footing(question: Question, found: SeenDone) -> str:
    parts = ["In brackets 95 % intervals.", f"{found.rows_used:,} rows"]
    if found.adjusted:
        parts[-1] += f" in {found.strata:,} strat{'um' if found.strata == 1 else 'a'}"
    if found.rows_dropped:
        parts[-1] += f"; {found.rows_dropped:,} left out that lack a value"
    parts[-1] += "."
    if found.rows_outside:
        parts.append(
            f"“Done” leaves out {found.rows_outside:,} of them, in strata with fewer than two rows at some "
            f"level of {question.treatment}: there the table says nothing about doing."
        )
    parts.append("“Done” is over all rows, and right if the graph is.")
    turned = [pair for pair in found.pairs[1:] if _turned(pair, found.pairs[0].level, found)]
    if any(_holds_nothing(gap) for pair in turned for gap in (pair.seen_gap, pair.done_gap)):
        parts.append(
            "An interval of a difference that turns round holds 0: its sign is not settled by these rows."
        )
    return " ".join(parts)


def _factors(written: SeeDo) -> None:
    if written.factors is None:
        return
    st.markdown("**What doing changes in the graph**")
    st.caption(
        "The graph writes the joint distribution as one factor a node, its law given its direct causes. "
        f"Doing strikes out that of {for_markdown(' and '.join(written.treatment))} and leaves the rest."
    )
    st.latex(rf"\small {written.factors.see}")
    st.latex(rf"\small {written.factors.do}")
    if written.factors.hidden:
        hidden = ", ".join(written.factors.hidden)
        st.caption(f"{for_markdown(hidden)} is not observed: this is what the graph says, not a recipe.")
