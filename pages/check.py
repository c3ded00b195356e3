"""Check: what the drawn graph implies, held against the table."""

import streamlit as st

from pages.shared.check_parts import against_random, implications
from pages.shared.header import header, next_step, require
from pages.shared.suggest_parts import suggest

header("check", "Do the data contradict the graph?")
here = require("check")
tested, random, searched = st.tabs(["Implied independencies", "Against random graphs", "Suggest from data"])
with tested:
    implications(here)
with random:
    against_random(here)
with searched:
    suggest(here)
next_step("identify", "can this effect be known from these data, and how?")
