"""What a reader chooses before a search: algorithm, columns, what is known, how often it is repeated."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from causal_core.discovery.algorithms import ALGORITHMS, MOST_COLUMNS
from causal_core.discovery.knowledge import Arrow, Knowledge, known_of
from causal_core.discovery.search import Search
from pages.shared.bound import bound
from pages.shared.current import OpenStudy

GROUPS = ("Earliest", "In between", "Latest")
MOST_RESAMPLES = 500
ALPHAS = (0.001, 0.005, 0.01, 0.05, 0.1)
PENALTIES = (0.5, 1.0, 2.0, 4.0)

_READ_AS = {
    "fci": "FCI reads an arrow that cannot be as: does not cause, directly or through others. A hidden "
    "common cause stays possible.",
    "ges": "GES searches without it. Where its graph contradicts what you know, parents are searched anew "
    "among those allowed, and the result says so.",
}


@dataclass(frozen=True)
class Asked:
    """What one session asks of the search.

    Attributes:
        algorithm: A name in `ALGORITHMS`.
        columns: The columns searched.
        groups: Columns by time, earliest first.
        forbidden, required: Arrows.
        resamples: How often the search is repeated on rows drawn anew.
        alpha: Significance level of tests.
        penalty: Price of an edge, in prices of BIC.
    """

    algorithm: str
    columns: tuple[str, ...]
    groups: tuple[tuple[str, ...], ...]
    forbidden: tuple[Arrow, ...]
    required: tuple[Arrow, ...] = ()
    resamples: int = 100
    alpha: float = 0.01
    penalty: float = 1.0


def asked(here: OpenStudy) -> Asked:
    """What this session asks; at first the drawn columns, PC, and what the study knows of time and chance."""
    found: Asked | None = st.session_state.get(_key(here))
    if found is not None:
        return found
    graph = here.study.graph
    columns = tuple(name for name in here.table.columns if name in graph.observed)[:MOST_COLUMNS]
    known = known_of(here.study, columns)
    tiers = (*known.tiers, *((),) * len(GROUPS))[: len(GROUPS)]
    return Asked("pc", columns, tiers, known.forbidden)


def search_of(here: OpenStudy) -> Search:
    """The search that this session asks for.

    Raises:
        Problem: What is known contradicts itself.
    """
    now = asked(here)
    groups = tuple(tuple(name for name in group if name in now.columns) for group in now.groups)
    knowledge = Knowledge(now.forbidden, now.required, tuple(filter(None, groups))).among(now.columns)
    types = sorted((name, kind) for name, kind in here.study.data.types.items() if name in now.columns)
    return Search(
        algorithm=now.algorithm,
        columns=now.columns,
        knowledge=knowledge,
        types=tuple(types),
        alpha=now.alpha,
        penalty=now.penalty,
        seed=here.study.seed,
    )


def choose_algorithm(here: OpenStudy) -> None:
    """Which algorithm, each with what it does and assumes."""
    key = bound(here, "suggest-algorithm", asked(here).algorithm)
    st.radio(
        "Algorithm",
        list(ALGORITHMS),
        captions=[each.sentence for each in ALGORITHMS.values()],
        format_func=lambda name: ALGORITHMS[name].title,
        key=key,
        on_change=_set,
        args=(here, "algorithm", key),
    )


def choose_columns(here: OpenStudy) -> None:
    """Which columns are searched."""
    _several(
        here,
        "columns",
        "Columns searched",
        asked(here).columns,
        here.table.columns,
        f"The drawn nodes that are columns, unless you choose others; at most {MOST_COLUMNS}. What is left "
        "out counts as hidden.",
    )


def choose_settings(here: OpenStudy) -> None:
    """How often the search is repeated, and how easily it draws an edge."""
    now = asked(here)
    key = bound(here, "suggest-resamples", now.resamples)
    st.number_input(
        "Resamples",
        0,
        MOST_RESAMPLES,
        step=20,
        key=key,
        on_change=_set,
        args=(here, "resamples", key),
        help="The search is repeated on rows drawn anew, to see how often each arrow comes back.",
    )
    uses = ALGORITHMS[now.algorithm].uses
    if uses == "tests":
        key = bound(here, "suggest-alpha", now.alpha)
        st.select_slider(
            "Significance level",
            ALPHAS,
            key=key,
            on_change=_set,
            args=(here, "alpha", key),
            help="Two columns count as independent when the p-value is above it: a smaller level draws fewer "
            "edges.",
        )
    if uses == "scores":
        key = bound(here, "suggest-penalty", now.penalty)
        st.select_slider(
            "Price of an edge",
            PENALTIES,
            key=key,
            on_change=_set,
            args=(here, "penalty", key),
            help="In prices of BIC; a higher one draws fewer edges. With categories only, BDeu sets its own.",
        )


def choose_knowledge(here: OpenStudy) -> None:
    """What is known before the data speak: the order of time, forbidden and required arrows."""
    now = asked(here)
    known = sum(map(len, now.groups)) + len(now.forbidden) + len(now.required)
    with st.expander("What you know already" + (" (in use)" if known else ""), expanded=False):
        st.caption(
            "Order of time: no arrow points from a later group to an earlier one. A column in no group is "
            "free. At first it is what Data says on when each column was measured."
        )
        if now.algorithm in _READ_AS:
            st.caption(_READ_AS[now.algorithm])
        places = st.columns(len(GROUPS))
        for number, (place, label) in enumerate(zip(places, GROUPS, strict=True)):
            taken = {name for other, group in enumerate(now.groups) if other != number for name in group}
            with place:
                _group(here, number, label, [name for name in now.columns if name not in taken])
        pairs = [(cause, effect) for cause in now.columns for effect in now.columns if cause != effect]
        left, right = st.columns(2)
        with left:
            _arrows(here, "forbidden", "Arrows that cannot be", now.forbidden, pairs)
        with right:
            _arrows(here, "required", "Arrows that must be", now.required, pairs)


def _group(here: OpenStudy, number: int, label: str, offered: list[str]) -> None:
    now = asked(here)
    chosen = [name for name in now.groups[number] if name in offered]
    key = bound(here, f"suggest-group-{number}", chosen)

    def changed() -> None:
        groups = list(asked(here).groups)
        groups[number] = tuple(st.session_state[key])
        _change(here, "groups", tuple(groups))

    st.multiselect(label, offered, key=key, on_change=changed, wrap=True)


def _arrows(
    here: OpenStudy, part: str, label: str, chosen: Sequence[Arrow], pairs: list[tuple[str, str]]
) -> None:
    shown = {f"{cause} → {effect}": (cause, effect) for cause, effect in pairs}
    key = bound(here, f"suggest-{part}", [text for text, pair in shown.items() if pair in chosen])

    def changed() -> None:
        _change(here, part, tuple(shown[text] for text in st.session_state[key]))

    st.multiselect(label, list(shown), key=key, on_change=changed, wrap=True)


def _several(
    here: OpenStudy, part: str, label: str, chosen: Sequence[str], offered: Sequence[str], words: str
) -> None:
    key = bound(here, f"suggest-{part}", list(chosen))

    def changed() -> None:
        picked = set(st.session_state[key])
        _change(here, part, tuple(name for name in offered if name in picked))

    st.multiselect(label, list(offered), key=key, on_change=changed, help=words, wrap=True)


def _set(here: OpenStudy, part: str, key: str) -> None:
    _change(here, part, st.session_state[key])


def _change(here: OpenStudy, part: str, value: Any) -> None:
    st.session_state[_key(here)] = dataclasses.replace(asked(here), **{part: value})


def _key(here: OpenStudy) -> str:
    return f"suggest-asked-{here.token}"
