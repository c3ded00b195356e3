"""The study that is open in this browser session: opening, changing, autosaving and reopening it.

What reads tables is imported where a study is at hand, so that the first page is painted without it.
"""

from __future__ import annotations

import dataclasses
import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import streamlit as st

from causal_core.problem import Problem

if TYPE_CHECKING:
    from causal_core.data.column import Profile
    from causal_core.data.table import Table
    from causal_core.study.results import Opened
    from causal_core.study.study import Study

_KEY = "open_study"
_PARAMETER = "study"
_SAVING = threading.Lock()


@dataclass(frozen=True)
class OpenStudy:
    """A study with its table, as one browser session holds it.

    Attributes:
        name: What the header calls it.
        study: The study as it stands.
        table: Its table.
        profile: What the table holds.
        source: The file the table was read from.
        warnings: What was guessed or changed while reading it.
        token: Names this session's autosave; part of the page's address.
        revision: Raised whenever Python, not the browser, changes the graph.
        seen: Step -> key of the newest result this session has shown.
    """

    name: str
    study: Study
    table: Table
    profile: Profile
    source: Path
    warnings: tuple[str, ...]
    token: str
    revision: int = 0
    seen: Mapping[str, str] = dataclasses.field(default_factory=dict)


def current() -> OpenStudy | None:
    """The open study, or None; reopens the one that the page's address names."""
    found: OpenStudy | None = st.session_state.get(_KEY)
    if found is None:
        found = _reopen(st.query_params.get(_PARAMETER, ""))
        if found is not None:
            st.session_state[_KEY] = found
    if found is not None and st.query_params.get(_PARAMETER) != found.token:
        st.query_params[_PARAMETER] = found.token
    return found


def open_study(name: str, study: Study, opened: Opened, source: Path) -> None:
    """Open a study in this session, in place of the one that was open."""
    used = dataclasses.asdict(opened.options)
    study = study.replace(data=dataclasses.replace(study.data, **used))
    # Letters and digits only: Streamlit refuses a component whose key holds two underscores.
    token = secrets.token_hex(15)
    _keep(OpenStudy(name, study, opened.table, opened.profile, source, opened.warnings, token))


def change(*, revision: int | None = None, **parts: Any) -> None:
    """Change parts of the open study (`question=...`, `graph=...`) and save it.

    Args:
        revision: The revision of the drawing that brought the change; None when it was made elsewhere, so
            that the graph editor draws it anew.
        **parts: The parts of `Study` to replace.
    """
    here = st.session_state[_KEY]
    study = here.study.replace(**parts)
    if revision is None:
        revision = here.revision + (_drawing(study) != _drawing(here.study))
    _keep(dataclasses.replace(here, study=study, revision=revision))


def _drawing(study: Study) -> tuple[object, ...]:
    question = study.question
    return study.graph, question.treatment, question.outcome, question.adjust_for


def change_question(**parts: Any) -> None:
    """Change parts of the open study's question."""
    here = st.session_state[_KEY]
    change(question=dataclasses.replace(here.study.question, **parts))


def remember(step: str, key: str) -> None:
    """Note that this session has seen the result of `step` with this key."""
    here = st.session_state[_KEY]
    if here.seen.get(step) != key:
        _keep(dataclasses.replace(here, seen={**here.seen, step: key}))


def _keep(here: OpenStudy) -> None:
    from causal_core.study.shelf import Kept, keep

    kept = Kept(
        here.name, here.study, here.table.fingerprint, here.source, here.warnings, here.revision, here.seen
    )
    # A run of the page overlaps for a moment with the one that takes its place: what the session holds last
    # must be what is saved last.
    with _SAVING:
        st.session_state[_KEY] = here
        keep(here.token, kept)


def _reopen(token: str) -> OpenStudy | None:
    if not token:
        return None
    from causal_core.data.table import Table
    from causal_core.engine.folder import state_folder
    from causal_core.study.shelf import fetch

    kept = fetch(token)
    try:
        if kept is not None:
            table = Table.open(state_folder("tables") / f"{kept.table}.arrow")
            return OpenStudy(
                name=kept.name,
                study=kept.study,
                table=table,
                profile=_profile(table),
                source=kept.source,
                warnings=kept.warnings,
                token=token,
                revision=kept.revision,
                seen=kept.seen,
            )
    except Problem:
        pass
    st.toast("The study in this address is no longer kept here. Open it again from Start.")
    return None


def _profile(table: Table) -> Profile:
    from causal_core.engine import get_engine
    from causal_core.study.steps import profiling

    found = get_engine().submit(profiling(table)).result()
    return cast("list[Profile]", found)[0]
