"""Which model is under audit: a column, a file, or one trained here."""

from __future__ import annotations

import streamlit as st

from causal_core.audit.opening import usual_way
from causal_core.audit.source import (
    WAYS,
    ColumnSource,
    FileSource,
    Source,
    TrainedSource,
    Way,
    recognise,
)
from causal_core.engine import Failure
from causal_core.problem import Problem
from causal_core.text import for_markdown
from causal_core.what_if.structural_model import StructuralModel
from pages.shared.current import OpenStudy
from pages.shared.jobs import show_failure

COLUMN, FILE, TRAIN = "A column of predictions", "A file: ONNX or LightGBM text", "Train one here"

_FILES = "audit_files"


def choose_source(here: OpenStudy, world: StructuralModel) -> Source | None:
    """The source chosen; None where something is missing, which is said."""
    columns = _score_columns(here, world)
    with st.container(border=True):
        left, right = st.columns([1, 2], gap="large")
        with left:
            kind = st.radio(
                "The model under audit",
                (COLUMN, FILE, TRAIN),
                index=0 if columns else 2,
                key=f"audit-kind-{here.token}",
                persist_state="session",
            )
        with right:
            if kind == FILE:
                return _file(here, world)
            if kind == TRAIN:
                ways, first = list(WAYS), usual_way(world, here.study.question.outcome)
                way: Way = st.selectbox(
                    "How",
                    ways,
                    index=ways.index(first),
                    format_func=lambda way: WAYS[way],
                    key=f"audit-way-{here.token}",
                    persist_state="session",
                )
                inputs = _inputs(here, world, "audit-inputs-train")
                return TrainedSource(way, inputs) if inputs else None
            if not columns:
                st.info("No column outside the graph holds numbers. Add the predictions to the table.")
                return None
            column = st.selectbox(
                "Column", columns, key=f"audit-column-{here.token}", persist_state="session"
            )
            inputs = _inputs(here, world, "audit-inputs-column")
            return ColumnSource(column, inputs) if inputs else None


def _score_columns(here: OpenStudy, world: StructuralModel) -> list[str]:
    kinds = here.study.data.types
    return [
        column.name
        for column in here.profile.columns
        if column.name not in world.columns and kinds.get(column.name, column.kind) in {"number", "boolean"}
    ]


def _inputs(here: OpenStudy, world: StructuralModel, key: str) -> tuple[str, ...]:
    """The inputs chosen by hand; at first all nodes that do not come after the outcome."""
    outcome = here.study.question.outcome
    below = world.graph.descendants([outcome]) if outcome in world.columns else frozenset[str]()
    nodes = [node for node in world.order if node != outcome]
    chosen = st.multiselect(
        "Its inputs",
        nodes,
        default=[node for node in nodes if node not in below],
        key=f"{key}-{here.token}",
        help="In the order in which a file that does not name them was trained on them.",
        persist_state="session",
    )
    if not chosen:
        st.info("Choose the columns that the model uses.")
    return tuple(chosen)


def _file(here: OpenStudy, world: StructuralModel) -> Source | None:
    kept: dict[str, tuple[str, FileSource]] = st.session_state.setdefault(_FILES, {})
    upload = st.file_uploader(
        "Model file (.onnx, .txt)",
        max_upload_size=25,
        key=f"audit-file-{here.token}",
        help="Run on this machine, in a process of its own. Never a pickle: opening one runs what it holds.",
    )
    if upload is not None:
        data = upload.getvalue()
        try:
            kind = recognise(upload.name, data)
        except Problem as problem:
            show_failure(Failure.of(problem))
            return None
        kept[here.token] = (upload.name, FileSource(kind, data))
    if here.token not in kept:
        st.info(
            "An ONNX file takes one matrix of numbers or one input a column; a LightGBM file is what "
            "booster.save_model writes. All inputs are nodes of the graph."
        )
        return None
    name, source = kept[here.token]
    st.caption(f"{for_markdown(name)}, {'ONNX' if source.kind == 'onnx' else 'LightGBM text'}")
    return FileSource(source.kind, source.data, _inputs(here, world, "audit-inputs-file"))
