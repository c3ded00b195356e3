"""The open study's graph as a picture with a legend, to save or to print."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from causal_core.graph.svg import to_svg
from pages.shared.current import OpenStudy
from pages.shared.drawing import drawing
from pages.shared.graph_editor import Highlight
from pages.shared.picture_download.component import picture_download


def graph_picture(
    here: OpenStudy, roles: Mapping[str, str] | None, highlight: Highlight | None = None
) -> None:
    """A folded picture of the graph as it is drawn, with what it shows to choose and buttons that save it.

    Args:
        here: The open study.
        roles: Node -> role; None without a question.
        highlight: Edges on causal, open and blocked paths; None when there are none to show.
    """
    with st.expander("The graph as a picture", key=f"picture-{here.token}", on_change="rerun") as box:
        if not box.open:
            return
        if not here.study.graph.nodes:
            st.write("There is nothing to draw yet.")
            return
        with st.container(horizontal=True):
            with_legend = st.checkbox("Legend", value=True, key="picture-legend")
            with_paths = st.checkbox(
                "Causal, open and blocked paths", value=False, key="picture-paths", disabled=not highlight
            )
        svg = to_svg(
            here.study.graph,
            roles,
            drawing(here).adjusted or (),
            highlight if with_paths else None,
            title=here.name,
            legend_below=with_legend,
        )
        st.image(svg, alt=f"The graph of {here.name}")
        picture_download(svg, f"{here.name}_graph", key=f"picture-files-{here.token}")
