"""Network: a Bayesian network, its beliefs as evidence comes in, seeing against doing."""

import streamlit as st

from pages.shared import network_controls as controls
from pages.shared import network_views as views
from pages.shared.header import header, require
from pages.shared.network_picture import show_picture

VIEWS = {
    "Seeing and doing": views.show_see_do,
    "How it spreads": views.show_spread,
    "What explains it": views.show_explanation,
    "What to ask next": views.show_worth,
    "Tables": views.show_tables,
}

header("network", "What do we believe once we see, or set, something?")
here = require("network")
side, answer = st.columns([1, 3], gap="large")
with side:
    source = controls.choose_source(here)
    network = controls.network_of(here, source)
if network is None:
    st.stop()
asked = controls.Asked(here, source, network)
with side:
    controls.choose_mode(asked)
    controls.choose_evidence(asked)
    controls.offer_bif(asked)
with answer:
    beliefs = controls.beliefs_of(asked)
    if beliefs is not None:
        show_picture(asked, beliefs)
view = st.segmented_control("More", list(VIEWS), default="Seeing and doing", key=asked.key("view"))
VIEWS[view or "Seeing and doing"](asked)
