"""What can be taken away from the Bandits page: the settings with the results, and one run's log."""

from __future__ import annotations

import streamlit as st

from causal_core.bandit.exported import log_csv, settings_json
from causal_core.bandit.log import RunLog
from causal_core.bandit.plan import log_plan
from causal_core.bandit.result import Simulated
from causal_core.bandit.strategies import BANDITS, STRATEGIES
from causal_core.policy.paid import PaidColumn
from causal_core.problem import Problem
from causal_core.study.steps import inputs
from causal_core.text import for_markdown
from causal_core.uplift.result import Evaluation
from pages.shared.current import OpenStudy
from pages.shared.jobs import result_of


def show_downloads(
    here: OpenStudy, evaluation: Evaluation, simulated: Simulated, paid: tuple[PaidColumn, ...]
) -> None:
    """A button for the settings, and one run's log on demand."""
    st.download_button(
        "Download settings and results",
        data=settings_json(here.study, simulated),
        file_name="bandit.json",
        mime="application/json",
        on_click="ignore",
        key=f"bandit-settings-{here.token}",
    )
    names = [name for name in simulated.names if name != "best_fixed"]
    if not names:
        return
    first = next((name for name in names if name in BANDITS), names[0])
    picked = st.selectbox(
        "Log of one run of",
        names,
        index=names.index(first),
        format_func=STRATEGIES.__getitem__,
        key=f"bandit-log-of-{here.token}",
        help="Person by person: columns, arm, the chance of every arm, simulated outcome, cost, reward.",
    )
    try:
        plan = log_plan(here.study, here.table, evaluation, picked, paid)
    except Problem as problem:
        st.info(f"{for_markdown(problem.message)} {for_markdown(problem.remedy)}")
        return
    logs: list[RunLog] | None = result_of("bandit_log", plan, "Write the log")
    if logs is None:
        return
    features = inputs(here.study, here.table).features
    st.download_button(
        "Download the log",
        data=lambda: log_csv(here.study, here.table, logs[0], features),
        file_name=f"{picked}_log.csv",
        mime="text/csv",
        on_click="ignore",
        key=f"bandit-csv-{here.token}",
    )
    st.caption(
        "Outcomes in it are simulated. Chances are those the arms were drawn with, so the log can be "
        "analysed like a trial's. Of two arms, name the second's chance as known propensity on Data. As "
        "later chances depend on earlier outcomes, plain intervals from it are approximate (Hadad et al. "
        "2021)."
    )
