"""Experiment: what to try next, whom to hold out, and which rows to lock away until the end."""

from collections.abc import Callable

import streamlit as st

from pages.shared.dose_stop import stop_for_dose
from pages.shared.download import download_study
from pages.shared.experiment_holdout import show_holdout
from pages.shared.experiment_locked import show_locked
from pages.shared.experiment_plan import show_plan
from pages.shared.flags import show_flags
from pages.shared.header import header, require
from pages.shared.opening import finish_opening

header("experiment", "What should we try next, and what do we hold back?")
finish_opening()
here = require("experiment", "question", "graph")
show_flags(here)
stop_for_dose(here, "experiment")
parts: dict[str, Callable[[], None]] = {
    "Plan an experiment": lambda: show_plan(here),
    "Hold out": lambda: show_holdout(here),
    "Locked part": lambda: show_locked(here),
}
tabs = st.tabs(list(parts), on_change="rerun", key=f"experiment-part-{here.token}")
for tab, show in zip(tabs, parts.values(), strict=True):
    if tab.open:
        with tab:
            show()
download_study(here)
