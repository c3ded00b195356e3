"""What a reader chooses on the Network page: which network, what is seen and what is set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from causal_core.data.design import Floats
from causal_core.engine import Failure
from causal_core.problem import DoesNotApply, Problem
from causal_core.text import for_markdown
from causal_core.what_if.bif import read_bif
from causal_core.what_if.network import FORMATS, BayesianNetwork
from causal_core.what_if.plan import asked_of, network_file_plan, tables_plan
from causal_core.what_if.published import PUBLISHED, published
from pages.shared.current import OpenStudy
from pages.shared.jobs import result_of, show_failure
from pages.shared.opening import spool

OWN, FILE = "This study's graph and data", "A file of a network"

SEE, DO = "See", "Do"

_STATE: Final = "network_evidence"


@dataclass(frozen=True)
class Asked:
    """What the page's parts are given.

    Attributes:
        here: The open study.
        source: Which network.
        network: The network, tables changed by hand included.
    """

    here: OpenStudy
    source: str
    network: BayesianNetwork

    def key(self, *names: str) -> str:
        """A widget's key within this study and network."""
        return "-".join(("network", *names, self.source[:12], self.here.token))

    @property
    def own(self) -> bool:
        """Whether it is the network of the study's own graph."""
        return self.source == OWN

    @property
    def seen(self) -> dict[str, str]:
        """What is seen."""
        return self._by(SEE)

    @property
    def done(self) -> dict[str, str]:
        """What is set."""
        return self._by(DO)

    @property
    def cut(self) -> BayesianNetwork:
        """The network with arrows into set nodes cut.

        Raises:
            DoesNotApply: Hidden causes tie its nodes, and something is set.
        """
        if self.done and self.network.graph.bidirected:
            raise DoesNotApply(
                "With hidden causes what is set tells about one node at a time, as in the picture above.",
                remedy="Take back what is set.",
            )
        return self.network.set_to(self.done)

    @property
    def evidence(self) -> dict[str, tuple[str, str]]:
        """Node -> (See or Do, level)."""
        kept: Mapping[str, tuple[str, str]] = st.session_state.get(_STATE, {}).get(self.key(), {})
        return self._known(kept)

    def _known(self, given: Mapping[str, tuple[str, str]]) -> dict[str, tuple[str, str]]:
        by_name = self.network.by_name
        return {
            node: (way, level)
            for node, (way, level) in given.items()
            if way in (SEE, DO) and node in by_name and level in by_name[node].levels
        }

    def _by(self, way: str) -> dict[str, str]:
        return {node: level for node, (how, level) in self.evidence.items() if how == way}

    def take(self, evidence: Mapping[str, tuple[str, str]]) -> None:
        """Take this evidence up instead of what there is; what the network does not know is left out."""
        st.session_state[_STATE] = {**st.session_state.get(_STATE, {}), self.key(): self._known(evidence)}

    def toggle(self, node: str, level: str, way: str) -> None:
        """Take evidence on a node up, or back when it is there already."""
        mine = self.evidence
        if mine.get(node) == (way, level):
            del mine[node]
        else:
            mine[node] = (way, level)
        self.take(mine)

    def forget(self) -> None:
        """Take all evidence back."""
        self.take({})


def choose_source(here: OpenStudy) -> str:
    """Which network is asked."""
    names = {OWN: OWN, **{about: name for name, about in PUBLISHED.items()}, FILE: FILE}
    picked = st.selectbox("Network", list(names), key=f"network-source-{here.token}")
    return names[picked or OWN]


def network_of(here: OpenStudy, source: str) -> BayesianNetwork | None:
    """The network, with tables changed by hand; None while it is missing, which is drawn."""
    network: BayesianNetwork | None
    if source == OWN:
        network = _learned(here)
    elif source == FILE:
        network = _uploaded()
    else:
        network = _published(source)
    if network is None:
        return None
    for name, table in changed_tables(here, source).items():
        if name in network.by_name and network.by_name[name].table.shape == table.shape:
            network = network.with_table(name, table)
    if network.remarks:
        st.caption(for_markdown(" ".join(network.remarks)))
    return network


def changed_tables(here: OpenStudy, source: str) -> dict[str, Floats]:
    """Node -> the table given by hand in this session."""
    found: dict[str, Floats] = st.session_state.setdefault(f"network_tables-{source}-{here.token}", {})
    return found


def choose_mode(asked: Asked) -> str:
    """Whether a click sees or sets."""
    return st.segmented_control(
        "A click on a level means",
        (SEE, DO),
        default=SEE,
        required=True,
        key=asked.key("mode"),
        help="See: we learn that it is so, which tells of causes too. Do: we make it so, which cuts the "
        "arrows into it.",
    )


def mode_of(asked: Asked) -> str:
    """What a click means now."""
    return st.session_state.get(asked.key("mode")) or SEE


def choose_evidence(asked: Asked, places: Sequence[DeltaGenerator]) -> None:
    """Evidence by keyboard: node, level and a button, each at its place."""
    names = [node.name for node in asked.network.nodes]
    node = places[0].selectbox("Node", names, key=asked.key("node"))
    levels = asked.network.by_name[node].levels
    level = places[1].selectbox("Level", levels, key=asked.key("level", node))
    way = mode_of(asked)
    taken = (asked.seen if way == SEE else asked.done).get(node) == level
    places[2].button(
        "Take it back" if taken else f"{way} it",
        key=asked.key("take"),
        on_click=asked.toggle,
        args=(node, level, way),
        width="stretch",
    )


def say_evidence(asked: Asked) -> None:
    """What is taken up, a way back, and the network as a file."""
    words, back, file = st.columns([4, 1, 1.2], vertical_alignment="center")
    for word, given in (("Seen", asked.seen), ("Set", asked.done)):
        if given:
            said = ", ".join(f"{name} = {each}" for name, each in given.items())
            words.markdown(f"**{word}:** {for_markdown(said)}")
    if asked.seen or asked.done:
        back.button("Take all back", key=asked.key("back"), on_click=asked.forget, width="stretch")
    file.download_button(
        "Download as BIF",
        asked.network.to_bif(),
        file_name="network.bif",
        mime="text/plain",
        key=asked.key("bif"),
        width="stretch",
    )


def beliefs_of(asked: Asked) -> dict[str, dict[str, float]] | None:
    """The belief in every level of the nodes where it can be said; None when the evidence cannot be.

    What cannot be said is drawn, with the reason.
    """
    try:
        found, why = asked.network.beliefs_where_known(asked.seen, asked.done)
    except Problem as problem:
        show_failure(Failure.of(problem))
        return None
    for reason in why.values():
        st.info(for_markdown(reason))
    return found


def _learned(here: OpenStudy) -> BayesianNetwork | None:
    one, two, _ = st.columns([2, 1, 2])
    smoothing = one.number_input(
        "Smoothing: rows that know nothing, beside the data",
        min_value=0.0,
        value=1.0,
        step=1.0,
        key=f"network-smoothing-{here.token}",
        help="Each combination of parents starts from so many rows spread evenly over the levels. 0 takes "
        "shares as they are; a level never seen there then has chance 0.",
    )
    parts = two.number_input(
        "Parts of a number",
        min_value=2,
        max_value=12,
        value=4,
        key=f"network-parts-{here.token}",
        help="A number of more than eight values is cut into so many parts of about as many rows each.",
    )
    try:
        plan = tables_plan(asked_of(here.study, here.table), float(smoothing), int(parts))
    except Problem as problem:
        show_failure(Failure.of(problem))
        return None
    found = result_of("network", plan, "Learn the tables", at_once=True)
    return None if found is None else found[0]


def _uploaded() -> BayesianNetwork | None:
    upload = st.file_uploader(
        "A network in BIF, NET, DSL, XDSL, UAI or BIFXML",
        type=[ending[1:] for ending in FORMATS],
        key="network-upload",
        help="Never a pickle: opening one would run whatever it holds.",
    )
    if upload is None:
        st.info("Choose a file. It stays on the machine that serves this page.")
        return None
    name = PurePosixPath(upload.name).name
    path = spool(upload, PurePosixPath(name).suffix)
    found = result_of("network_file", network_file_plan(path, name, path.stem), "Read it", at_once=True)
    return None if found is None else found[0]


@st.cache_resource(max_entries=8, show_spinner=False)
def _published(name: str) -> BayesianNetwork:
    return BayesianNetwork.of(read_bif(published(name)))
