"""The open study as a file to keep or send."""

from __future__ import annotations

import re
import tempfile
from functools import partial
from io import BytesIO
from pathlib import Path

import streamlit as st

from causal_core.study.archive import pack
from causal_core.study.study import Study
from pages.shared.current import OpenStudy


def download_study(here: OpenStudy) -> None:
    """A button that gives a zip of `study.toml` and its data; the zip is made when it is pressed."""
    name = re.sub(r"[^\w.-]+", "_", here.name).strip("._") or "study"
    gone = not here.source.is_file()
    st.download_button(
        "Download study",
        data=partial(_zip, here.study, here.source),
        file_name=f"{name}.zip",
        mime="application/zip",
        on_click="ignore",
        key=f"download-{here.token}",
        disabled=gone,
        help="The data file is no longer here: open it again from Start."
        if gone
        else "A zip of study.toml and its data: open it here under Start, or run it with `dostudio run`.",
    )


def _zip(study: Study, source: Path) -> BytesIO:
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / "study.zip"
        pack(study, source, archive)
        return BytesIO(archive.read_bytes())
