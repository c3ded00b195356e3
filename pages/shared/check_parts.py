"""The parts of the Check page: the implied independencies, and the graph against random relabellings."""

from __future__ import annotations

import streamlit as st

from pages.shared.current import OpenStudy


def implications(here: OpenStudy) -> None:
    """Each implied independence of the graph, tested on the table."""
    if not here.study.graph.nodes:
        st.info("The graph is empty: there is nothing to test yet.")


def against_random(here: OpenStudy) -> None:
    """The graph against itself with its names shuffled."""
    if not here.study.graph.nodes:
        st.info("The graph is empty: there is nothing to test yet.")
