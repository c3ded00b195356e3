"""How the open study's file was read, and the way to read it otherwise."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from causal_core.data.reading import ReadOptions
from causal_core.data.sheets import sheet_names
from pages.shared.bound import bound
from pages.shared.current import OpenStudy
from pages.shared.opening import reread

_DELIMITERS = {
    ",": "comma  ,",
    ";": "semicolon  ;",
    "\t": "tab",
    "|": "bar  |",
    " ": "space",
    ":": "colon  :",
}
_ENCODINGS = ("utf-8", "utf-8-sig", "cp1252", "latin-1", "utf-16", "cp1250", "cp1251", "gb18030", "shift_jis")
_DECIMALS = {".": "point  1.5", ",": "comma  1,5"}


def reading_options(here: OpenStudy) -> None:
    """The options in use as controls, and a button that reads the file again with them."""
    data = here.study.data
    if data.delimiter is None and data.sheet is None:
        st.caption("This file says itself how it is to be read; there is nothing to choose.")
        return
    if not here.source.is_file():
        st.caption("The file is no longer here, so it cannot be read again.")
        return
    if data.sheet is not None:
        chosen = ReadOptions(sheet=_choice(here, "sheet", "Sheet", _sheets(str(here.source)), data.sheet))
    else:
        delimiter, encoding, decimal = st.columns(3)
        with delimiter:
            mark = _choice(here, "delimiter", "Between columns", _DELIMITERS, data.delimiter)
        with encoding:
            letters = _choice(here, "encoding", "Encoding", _ENCODINGS, data.encoding)
        with decimal:
            point = _choice(here, "decimal", "Decimal mark", _DECIMALS, data.decimal)
        chosen = ReadOptions(delimiter=mark, encoding=letters, decimal=point)
    same = chosen == ReadOptions(data.delimiter, data.encoding, data.decimal, data.sheet)
    if st.button("Read it again so", disabled=same, key=f"reread-{here.token}"):
        reread(chosen, here.name, here.source, here.study)


def _choice(
    here: OpenStudy, name: str, label: str, options: dict[str, str] | tuple[str, ...], used: str | None
) -> str | None:
    values = list(options)
    if used is not None and used not in values:
        values.insert(0, used)
    names = options if isinstance(options, dict) else {}
    key = f"read-{name}-{here.token}"
    if key not in st.session_state:
        bound(here, f"read-{name}", used)
    return st.selectbox(label, values, key=key, format_func=lambda value: names.get(value, value))


@st.cache_data(max_entries=32, show_spinner=False)
def _sheets(path: str) -> tuple[str, ...]:
    return sheet_names(Path(path))
