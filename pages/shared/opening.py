"""Opening a demo, an upload or a saved study: a worker reads the file, which becomes the study.

What reads studies is imported once there is a file, so that the first page is painted without it.
"""

from __future__ import annotations

import dataclasses
import hashlib
import tempfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from causal_core.data.demos import Demo
from causal_core.engine.folder import state_folder
from causal_core.problem import Problem
from causal_core.text import for_markdown
from pages.shared.current import OpenStudy, open_study
from pages.shared.jobs import forget, job_of, result_of, show_failure

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

    from causal_core.data.reading import ReadOptions
    from causal_core.study.options import Data
    from causal_core.study.results import Opened
    from causal_core.study.study import Study

_PENDING = "opening"
_ROUND = "upload_round"
TABLE_TYPES = ["csv", "tsv", "txt", "gz", "parquet", "xlsx"]


@dataclass(frozen=True)
class Source:
    """A file on its way to becoming the open study.

    Attributes:
        name: What the study will be called.
        path: Where the file lies.
        file: Its own name, whose ending says the format.
        options: How to read it; None to find out.
        study: The study it belongs to; None for a table of one's own.
    """

    name: str
    path: Path
    file: str
    options: ReadOptions | None = None
    study: Study | None = None


def start_opening(source: Source) -> None:
    """Have a worker read the file; `finish_opening` shows how far it is."""
    forget("open")
    st.session_state[_PENDING] = source


def finish_opening() -> None:
    """Go on with a file that is on its way, if there is one: its progress, then its study on Data.

    A file that cannot be read leaves an error on the page, which goes on below it with what is open.
    """
    source: Source | None = st.session_state.get(_PENDING)
    if source is None:
        return
    job = job_of("open")
    if job is not None and job.state == "cancelled":
        _give_up()
        return
    if job is not None and job.failure is not None:
        show_failure(job.failure)
        with st.container(horizontal=True):
            st.button("Try again", key="again-opening", on_click=forget, args=("open",))
            st.button("Close this message", key="close-opening", on_click=_give_up)
        return
    from causal_core.data.reading import ReadOptions
    from causal_core.study.steps import opening
    from causal_core.vault.lock import lock_of

    lock = lock_of(source.study.held_back) if source.study else None
    try:
        plan = opening(source.path, source.file, source.options or ReadOptions(), lock)
    except OSError:
        _give_up()
        st.error(f"{for_markdown(source.file)} is no longer here. Upload it again.")
        return
    answer = result_of("open", plan, "Read it", at_once=True)
    if answer is None:
        job = job_of("open")
        if job is not None and job.failure is not None:
            st.rerun()
        st.stop()
    opened: Opened = answer[0]
    _give_up()
    study = source.study or _bare_study(source)
    open_study(source.name, study, opened, source.path)
    st.switch_page("pages/data.py")


def _give_up() -> None:
    st.session_state.pop(_PENDING, None)
    forget("open")


def demo_source(demo: Demo) -> Source:
    """A demo as a source."""
    from causal_core.study.study import Study

    study = Study.load(demo.study)
    return Source(demo.name, study.data_path, study.data.path, _options(study.data), study)


def upload_table() -> None:
    """The uploader for a table of one's own."""
    upload = st.file_uploader(
        "A csv, parquet or xlsx file with one row a unit",
        type=TABLE_TYPES,
        key=f"upload-table-{st.session_state.get(_ROUND, 0)}",
        help="The file stays on the machine that serves this page.",
    )
    if upload is not None:
        name = PurePosixPath(upload.name).name
        start_opening(Source(Path(name).stem, spool(upload, Path(name).suffix), name))
        _next_round(upload)


def upload_study() -> None:
    """The uploader for a study: a zip as “Download study” gives it, or a study.toml and then its data."""
    upload = st.file_uploader(
        "A zip from “Download study”, or a study.toml",
        type=["zip", "toml"],
        key=f"upload-study-{st.session_state.get(_ROUND, 0)}",
    )
    if upload is None:
        return
    from causal_core.study.archive import unpack

    suffix = Path(upload.name).suffix.lower()
    try:
        spooled = spool(upload, suffix)
        packed = unpack(spooled, state_folder("uploads"))
    except Problem as problem:
        for each in getattr(problem, "problems", (problem,)):
            st.error(for_markdown(each))
        return
    name = Path(upload.name).stem
    data = packed.study.data
    path, given = packed.data, [upload]
    if path is None:
        st.info(f"This study names **{for_markdown(data.path)}**. Give that file too.")
        table = st.file_uploader(
            "Its data", type=TABLE_TYPES, key=f"upload-data-{st.session_state.get(_ROUND, 0)}"
        )
        if table is None:
            return
        path = spool(table, Path(data.path).suffix)
        given.append(table)
    if data.sha256 is not None and _digest(path) != data.sha256.lower():
        st.error(
            f"{for_markdown(data.path)} is not the file this study was made with: its digest differs. "
            "Give the original file, or remove sha256 from the study."
        )
        return
    start_opening(Source(name, path, data.path, _options(data), packed.study))
    _next_round(*given)


def _options(data: Data) -> ReadOptions:
    from causal_core.data.reading import ReadOptions

    return ReadOptions(data.delimiter, data.encoding, data.decimal, data.sheet)


def _bare_study(source: Source) -> Study:
    from causal_core.graph import CausalGraph
    from causal_core.study.options import Data, Question
    from causal_core.study.study import Study

    return Study(
        data=Data(path=source.file), graph=CausalGraph(), question=Question(treatment="", outcome="")
    )


def spool(upload: IO[bytes], suffix: str) -> Path:
    """Copy an upload to the uploads folder, named by its bytes, so that the app need not hold it."""
    folder = state_folder("uploads")
    digest = hashlib.sha256()
    upload.seek(0)
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".upload-", delete=False) as draft:
        while part := upload.read(1 << 20):
            digest.update(part)
            draft.write(part)
    return Path(draft.name).replace(folder / f"{digest.hexdigest()}{suffix.lower()}")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _next_round(*uploads: UploadedFile) -> None:
    """Let go of uploaded bytes, which Streamlit keeps as long as the session, and show fresh uploaders."""
    context = get_script_run_ctx()
    if context is not None:
        # Not every manager of uploads can remove one; the one that holds them in memory can.
        remove = getattr(context.uploaded_file_mgr, "remove_file", None)
        for upload in uploads:
            if remove is not None:
                remove(session_id=context.session_id, file_id=upload.file_id)
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
    st.rerun()


def reopen(here: OpenStudy, study: Study) -> None:
    """Open the open study's file again for a changed study, such as one that locks rows away."""
    start_opening(Source(here.name, here.source, study.data.path, _options(study.data), study))
    st.rerun()


def reread(options: ReadOptions, name: str, path: Path, study: Study) -> None:
    """Read the open study's file again, another way; the study's graph and question stay."""
    data = dataclasses.replace(study.data, **dataclasses.asdict(options))
    start_opening(Source(name, path, study.data.path, options, study.replace(data=data)))
    st.rerun()
