"""What stands above and below every page: the open study, its steps, and the next one."""

from __future__ import annotations

import streamlit as st

from causal_core.text import for_html, for_markdown
from pages.shared.current import OpenStudy, current, remember
from pages.shared.progress import MARKS, statuses

TITLES = {
    "start": "Start",
    "data": "Data",
    "graph": "Graph",
    "read": "Read",
    "compare": "Compare",
    "check": "Check",
    "identify": "Identify",
    "estimate": "Estimate",
    "validate": "Validate",
    "refute": "Refute",
    "uplift": "Uplift",
    "who": "Who and why",
    "gap": "Risk or uplift",
    "policy": "Policy",
    "stages": "Stages",
    "bandits": "Bandits",
    "experiment": "Experiment",
    "what_if": "What if",
    "network": "Network",
    "audit": "Audit",
}
"""Page file (without .py) -> its name in the navigation, in the order of the journey."""

_SLOT = "header_slot"
_STYLE = """<style>
.stMainBlockContainer {padding-top:4.2rem; padding-bottom:3rem; max-width:1360px}
.stMainBlockContainer h1 {font-size:2rem; padding:.5rem 0 .7rem}
[data-testid="stTopNavLink"] {padding-left:.36rem; padding-right:.36rem}
[data-testid="stTopNavLink"] span, [data-testid="stTopNavLink"] p {font-size:.82rem}
.dos-steps {display:flex; flex-wrap:wrap; gap:.35rem .9rem; align-items:baseline; font-size:.86rem;
  padding:.1rem 0 .45rem; border-bottom:1px solid rgba(128,136,148,.35); margin-bottom:.2rem}
.dos-steps b {font-size:.98rem; margin-right:.6rem; overflow-wrap:anywhere}
.dos-steps span {white-space:nowrap}
.dos-missing {opacity:.62}
.dos-stale {border-bottom:2px dotted #D55E00}
</style>"""


def header(page: str, question: str) -> None:
    """The line that says which study is open and how far it is, then the page's question as its title."""
    st.session_state[_SLOT] = st.empty()
    _steps()
    st.title(question, anchor=False)
    if page not in TITLES:
        raise ValueError(f"{page} is no page")


def shown(step: str, key: str) -> None:
    """Note that this session has now seen the result of `step` with this key, also in the header."""
    remember(step, key)
    _steps()


def _steps() -> None:
    here = current()
    if here is None:
        steps = "<span class='dos-missing'>No study is open yet.</span>"
    else:
        steps = f"<b>{for_html(here.name)}</b>" + "".join(
            f"<span class='dos-{status}'>{MARKS[status]} {TITLES[step]}"
            f"{' out of date' if status == 'stale' else ''}</span>"
            for step, status in statuses(here).items()
        )
    line = f"<div class='dos-steps' role='status' aria-label='Steps of this study'>{steps}</div>"
    st.session_state[_SLOT].html(_STYLE + line)


def require(page: str, *needs: str) -> OpenStudy:
    """The open study, if the steps in `needs` are ready; else says what is missing, links there and stops.

    Args:
        page: The page that asks.
        *needs: Among `data`, `question`, `graph`, `identify`, `uplift`.
    """
    here = current()
    if here is None:
        _missing("No study is open.", "start", "Choose a demo or upload a table")
    else:
        question = here.study.question
        if "question" in needs and not (question.treatment and question.outcome):
            _missing("The treatment and the outcome are not chosen yet.", "data", "Choose them on Data")
        names = set(here.study.graph.nodes)
        absent = [name for name in (question.treatment, question.outcome) if name not in names]
        if "graph" in needs and absent:
            shown = " and ".join(for_markdown(name) for name in absent)
            _missing(f"The graph does not hold {shown} yet.", "graph", "Draw it on Graph")
        return here
    raise AssertionError(page)  # st.stop() has left before


def next_step(page: str, invitation: str) -> None:
    """The offer at the end of a page: a link to `page` with the question it answers."""
    st.divider()
    st.page_link(f"pages/{page}.py", label=f"**Next: {TITLES[page]}** — {invitation} →")


def _missing(what: str, page: str, label: str) -> None:
    st.info(what)
    st.page_link(f"pages/{page}.py", label=f"{label} →")
    st.stop()
