"""What each node is to the question, whether to adjust for it, and what the columns alone would say."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import streamlit as st

from causal_core.charts.colours import ROLE_LETTERS, ROLE_WORDS
from causal_core.charts.matrix import MOST, association_map, importances
from causal_core.identification.controls import Control
from causal_core.percent import percent
from causal_core.study.blind_spots import blind_spots
from causal_core.study.matrix import FeatureMatrix
from causal_core.study.steps import identification, matrix_plan
from causal_core.text import for_markdown
from pages.shared.current import OpenStudy
from pages.shared.graph_view import graph_view, ink, shape_of
from pages.shared.jobs import result_of
from pages.shared.legend import legend
from pages.shared.read_state import Reading, conditions, judged, sentences
from pages.shared.see_do_parts import counted
from pages.shared.text_table import text_table

SIGNS = {"good": "✓ good", "neutral": "○ neutral", "bad": "✕ bad", "none": "–"}


def nodes_view(here: OpenStudy, read: Reading) -> None:
    """The graph by role, a row a node, and beside it the feature matrix of the same columns."""
    widths, height = shape_of(read.graph)
    picture, side = st.columns(widths, gap="large")
    with picture:
        graph_view(
            read.graph,
            read.roles,
            height=height,
            key=f"read-{here.token}",
            adjusted=read.graph.selected,
        )
        legend(read.roles, adjusted=bool(read.graph.selected))
    if read.treatment is None or read.outcome is None:
        with side:
            st.info(for_markdown(read.problem))
            st.page_link("pages/graph.py", label="Give two nodes their roles on Graph →")
        return
    verdicts = judged(read.graph, read.treatment, read.outcome)
    with side:
        matrix = _matrix(here, read, verdicts)
    _table(read, verdicts, matrix)
    if matrix is not None:
        _charts(read, verdicts, matrix)


def _matrix(here: OpenStudy, read: Reading, verdicts: tuple[Control, ...]) -> FeatureMatrix | None:
    st.subheader("What a feature matrix cannot say", anchor=False)
    found = result_of("matrix", matrix_plan(here.study, here.table), "Look at the columns", at_once=True)
    if not isinstance(found, FeatureMatrix) or read.treatment is None or read.outcome is None:
        return None
    numbers = counted(here, identification(here.study))
    said = blind_spots(read.graph, read.treatment, read.outcome, verdicts, found, numbers)
    for sentence in said:
        st.markdown(f"- {for_markdown(sentence)}")
    if not said:
        st.write(
            "Nothing here stands out where the columns would mislead. A matrix still has no arrows: it "
            "cannot say which of two columns moves the other."
        )
    _how(found)
    return found


def _how(matrix: FeatureMatrix) -> None:
    if matrix.note:
        st.caption(for_markdown(matrix.note))
    elif matrix.explained is not None and matrix.explained <= 0:
        st.caption(
            "On rows they did not see, the models predict no better than the mean does: "
            "the importances mean nothing."
        )
    elif matrix.explained is not None:
        st.caption(
            f"All columns together explain {percent(matrix.explained)} of the variance of "
            f"{for_markdown(matrix.outcome)} on rows the models did not see ({matrix.rows:,} rows, in three "
            "folds)."
        )


def _table(read: Reading, verdicts: tuple[Control, ...], matrix: FeatureMatrix | None) -> None:
    words = sentences(read.graph, read.treatment or "", read.outcome or "")
    given = conditions(read.graph, read.treatment or "", read.outcome or "")
    head = ["Node", "Role", "May I adjust for it?", "Why"]
    if matrix is not None:
        head += [f"With {read.treatment}", f"With {read.outcome}", "Importance"]
    ranks = {} if matrix is None else {each.column: n for n, each in enumerate(matrix.importances, start=1)}
    rows = []
    for control in sorted(verdicts, key=lambda each: _place(read.roles[each.node])):
        row = [
            control.node,
            _role(read.roles[control.node], given.get(control.node, frozenset())),
            _verdict(control),
            _why(control, words[control.node], read.roles[control.node]),
        ]
        if matrix is not None:
            row += _numbers(control.node, read, matrix, ranks)
        rows.append(row)
    st.subheader("Each node, and whether to adjust for it", anchor=False)
    text_table(head, rows, numbers=range(4, len(head)))
    st.caption(
        "Good: a set that works would leave bias without it. Neutral: it changes no bias. Bad: it brings "
        "bias or takes away part of the effect (the kinds follow Cinelli, Forney and Pearl, 2022). "
        "Each verdict comes from trying the node with the graph's own adjustment sets."
    )


def _place(role: str) -> int:
    return list(ROLE_LETTERS).index(role)


def _role(role: str, given: Collection[str]) -> str:
    letter = ROLE_LETTERS[role]
    words = ROLE_WORDS[role] + (f" given {', '.join(sorted(given))}" if given else "")
    return f"{letter}\u00a0·\u00a0{words}" if letter else words


def _verdict(control: Control) -> str:
    return SIGNS[control.verdict] + ("" if control.verdict == "none" else f": {control.kind}")


def _why(control: Control, sentence: str, role: str) -> str:
    if control.kind in {"asked about", "latent", "selected"}:
        return sentence
    if role == "collider" and control.verdict == "neutral":
        # The sentence says what a collider can do; here others keep its paths blocked.
        return f"{sentence} Here it does not: {control.reason[0].lower()}{_arrows(control.reason[1:])}"
    return f"{sentence} {_arrows(control.reason)}"


def _arrows(text: str) -> str:
    return text.replace("<->", "↔").replace("->", "→").replace("<-", "←")


def _numbers(node: str, read: Reading, matrix: FeatureMatrix, ranks: Mapping[str, int]) -> list[str]:
    cells = []
    for end in (read.treatment, read.outcome):
        found = None if end is None or end == node else matrix.associations.of(node, end)
        if found is None or found.value is None:
            cells.append("–")
        else:
            mark = {"r": "", "eta": "η ", "V": "V "}[found.measure]
            cells.append(f"{mark}{found.value:.2f}".replace("-0.00", "0.00").replace("-", "−"))
    own = matrix.importance(node)
    rank = f" ({ranks[node]} of {len(ranks)})" if node in ranks else ""
    cells.append(
        "–" if own is None else f"{own.value:.3f}{rank}".replace("-0.000", "0.000").replace("-", "−")
    )
    return cells


def _charts(read: Reading, verdicts: tuple[Control, ...], matrix: FeatureMatrix) -> None:
    signs = {control.node: control.verdict for control in verdicts}
    left, right = st.columns(2, gap="large")
    with left:
        if len(matrix.associations.columns) > 1:
            st.plotly_chart(
                association_map(matrix, read.treatment or "", read.roles, ink()),
                config={"displaylogo": False},
            )
    with right:
        if matrix.importances:
            st.plotly_chart(importances(matrix, read.roles, signs), config={"displaylogo": False})
    if len(matrix.associations.columns) > MOST:
        st.caption(f"The {MOST} columns that predict best are drawn, of {len(matrix.associations.columns)}.")
    _reading_help(matrix)


def _reading_help(matrix: FeatureMatrix) -> None:
    with st.expander("How these numbers are made"):
        st.markdown(
            "- Two columns of numbers (also dates as days, true/false and two-valued categories as 0 and 1): "
            "Pearson's correlation r, with a sign and a 95 % interval by Fisher's z.\n"
            "- A number and a category: the correlation ratio η, the square root of the share of the "
            "variance between the categories, corrected for their number. Two categories: Cramér's V, "
            "corrected likewise. Both run from 0 to 1, have no sign, and are about 0 for columns that "
            "are unrelated.\n"
            "- Importance: the fall in R² (the share of the outcome's variance that is predicted) when a "
            "column is shuffled, on rows that LightGBM did not learn from; three folds, three shuffles, "
            "categories and missing values as they are. The intervals hold for the models as they were "
            "fitted.\n"
            "- Each pair uses the rows that hold both values."
        )
        pairs = zip(matrix.associations.columns, matrix.associations.read_as, strict=True)
        text_table(("Column", "Read"), list(pairs))
        for name, why in matrix.associations.left_out:
            st.caption(f"Left out: {for_markdown(name)}. {for_markdown(why)}")
        if matrix.associations.rows_dropped:
            st.caption(
                f"A random sample of {matrix.associations.rows:,} rows was used; "
                f"{matrix.associations.rows_dropped:,} were not."
            )
