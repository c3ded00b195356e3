"""Network: a Bayesian network, its beliefs as evidence comes in, seeing against doing."""

import streamlit as st

from pages.shared import network_controls as controls
from pages.shared import network_picture as pictures
from pages.shared import network_views as views
from pages.shared.header import header, require

VIEWS = {
    "Seeing and doing": views.show_see_do,
    "How it spreads": views.show_spread,
    "What explains it": views.show_explanation,
    "What to ask next": views.show_worth,
    "Tables": views.show_tables,
}

header("network", "What do we believe once we see, or set, something?")
here = require("network")
places = st.columns([2.4, 1.3, 1.7, 1.7, 1], vertical_alignment="bottom")
with places[0]:
    source = controls.choose_source(here)
network = controls.network_of(here, source)
if network is None:
    st.stop()
asked = controls.Asked(here, source, network)
with places[1]:
    controls.choose_mode(asked)
controls.choose_evidence(asked, places[2:])
beliefs = controls.beliefs_of(asked)
pictures.say_part(asked)
shown = pictures.show_picture(asked, beliefs or {})
controls.say_evidence(asked)
view = st.segmented_control(
    "More", list(VIEWS), default="Seeing and doing", required=True, key=asked.key("view")
)
VIEWS[view](asked)
if beliefs is not None:
    pictures.answer_ahead(asked, shown)
