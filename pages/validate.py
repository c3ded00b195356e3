"""Validate: whether another defensible analysis of the same study would say otherwise."""

import streamlit as st

from pages.shared.bound import bound
from pages.shared.dose_stop import stop_for_dose
from pages.shared.flags import show_flags
from pages.shared.header import header, next_step, require
from pages.shared.validate_curve import show_curve
from pages.shared.validate_experiment import show_experiment
from pages.shared.validate_negative import show_negative
from pages.shared.validate_repeat import show_repeat

header("validate", "Would another defensible analysis say otherwise?")
here = require("validate", "question", "graph")
show_flags(here)
stop_for_dose(here, "validate")
# A section's name on the screen and what draws it; only the chosen one works.
sections = {
    "Every defensible analysis": show_curve,
    "Repeat this study": show_repeat,
    "Against an experiment": show_experiment,
    "Negative controls": show_negative,
}
place = f"validate-chosen-{here.token}"
shown = st.session_state.setdefault(place, next(iter(sections)))
key = bound(here, "validate-section", shown)
st.segmented_control(
    "Section",
    list(sections),
    key=key,
    required=True,
    label_visibility="collapsed",
    on_change=lambda: st.session_state.update({place: st.session_state[key] or shown}),
)
sections[st.session_state[place]](here)
next_step("refute", "does it survive attempts to break it?")
