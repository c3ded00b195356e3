"""The frame of the app: its pages, its look, and the engine behind it."""

import streamlit as st

from causal_core.engine import get_engine
from pages.shared.header import TITLES

st.set_page_config(page_title="dostudio", page_icon=":compass:", layout="wide")
st.navigation(
    [
        st.Page(f"pages/{name}.py", title=title, url_path=name, default=name == "start")
        for name, title in TITLES.items()
    ],
    position="top",
).run()
# After the page is drawn: starting the engine must not keep a first visitor waiting.
get_engine()
