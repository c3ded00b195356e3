"""The frame of the app: its pages, its look, and the engine behind it."""

import streamlit as st

from causal_core.serve import PAINTING, make_ready
from pages.shared.header import TITLES

st.set_page_config(page_title="dostudio", page_icon="🧭", layout="wide")
st.navigation(
    [
        st.Page(f"pages/{name}.py", title=title, url_path=name, default=name == "start")
        for name, title in TITLES.items()
    ],
    position="top",
).run()
make_ready(PAINTING)
