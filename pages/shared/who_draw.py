"""Draw a group: a region in a chart of the learning half, its effect from the held-out rows inside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import streamlit as st

from causal_core.charts.who_draw import drawing_board
from causal_core.percent import percent
from causal_core.problem import Problem
from causal_core.study.headline import number_text
from causal_core.text import for_markdown
from causal_core.who.board import PREDICTED, board, held_out_inside
from causal_core.who.region import Region, region_of
from causal_core.who.subgroup import Subgroup, looks_sentence, sentence, subgroup
from pages.shared.text_table import text_table
from pages.shared.who_controls import QUIET, Asked, seen_before
from pages.shared.who_ranges import choose_ranges

TOOLS = ("Box", "Lasso")
EXPLORATORY = "Try it on new data before you rely on it."


@dataclass(frozen=True)
class _Look:
    """A group that was tried.

    Attributes:
        region: Where it was drawn.
        learner: Whose predicted effects an axis of them shows.
        exploratory: Why it is, or "".
    """

    region: Region
    learner: str
    exploratory: str

    @property
    def by_learner(self) -> bool:
        """Whether who is in it depends on the learner."""
        return self.region.x.predicted or self.region.y.predicted

    def is_like(self, other: _Look) -> bool:
        """Whether both hold the same people."""
        return self.region == other.region and (not self.by_learner or self.learner == other.learner)


def show_drawing(asked: Asked) -> None:
    """The chart to draw in, the drawn group's effect, and the groups tried before."""
    names: list[str | None] = [*(effect.column for effect in asked.who.effects), None]
    with asked.side:
        x = _choose_axis(asked, "Along the bottom", names, 0)
        y = _choose_axis(asked, "Upright", names, min(1, len(names) - 1))
        tool = st.segmented_control(
            "Draw a", TOOLS, default=TOOLS[0], required=True, key=f"who-tool-{asked.here.token}"
        )
    if x == y:
        st.info("Choose two different axes.")
        return
    here, types = asked.here, dict(asked.here.study.data.types)
    drawn = board(asked.who, here.table, types, x, y, here.study.seed)
    if len(drawn.effects) == 0:
        st.info("Nobody of the sample has a value of both.")
        return
    # What is found stands above the chart, where it is seen while one draws.
    answer = st.container()
    event: Any = st.plotly_chart(
        drawing_board(drawn, asked.unit, lasso=tool == TOOLS[1]),
        config=QUIET,
        key=asked.key("board", x, y, tool),
        on_select="rerun",
        selection_mode=("box", "lasso"),
    )
    lacking = f" {drawn.lacking:,} of the sample lack a value and are outside." if drawn.lacking else ""
    st.caption(
        f"{len(drawn.effects):,} people of the learning half, drawn at random, with effects predicted by "
        f"fits that had not seen them.{lacking} A level is in the group when the middle of its strip is."
    )
    try:
        region = region_of(event.selection, drawn.x, drawn.y)
    except Problem as problem:
        st.error(for_markdown(problem))
        return
    region = choose_ranges(asked, drawn, region)
    looks = _looks(asked)
    if region is None:
        answer.info(_invitation(asked))
    else:
        look = _Look(region, asked.who.learner, _why_exploratory(asked))
        before = next((each for each in looks if each.is_like(look)), None)
        # A region of too few rows tells nothing, and so is no look.
        if before is None and _found(asked, look, 1).effect is not None:
            looks.append(look)
        with answer:
            _show(asked, before or look, looks)
    _show_tried(asked, looks)


def _choose_axis(asked: Asked, label: str, names: list[str | None], first: int) -> str | None:
    picked: str | None = st.selectbox(
        label,
        names,
        index=first,
        format_func=lambda name: f"({PREDICTED})" if name is None else name,
        key=asked.key(label),
    )
    return picked


def _looks(asked: Asked) -> list[_Look]:
    """The groups tried on this question's held-out rows in this session, with any learner; add to it."""
    tried: dict[object, list[_Look]] = st.session_state.setdefault(f"who-looks-{asked.here.token}", {})
    return tried.setdefault(asked.question, [])


def _why_exploratory(asked: Asked) -> str:
    views = sorted(seen_before(asked))
    if not views or asked.who.sealed.any():
        return ""
    return (
        f"Exploratory: {' and '.join(views)} had shown effects of these held-out rows before this group was "
        f"drawn, so they may have suggested it. {EXPLORATORY}"
    )


def _invitation(asked: Asked) -> str:
    """What to do, and what the effect of a drawn group will be worth."""
    rows, views = len(asked.who.unseen.rows), sorted(seen_before(asked))
    said = f"Drag over the chart to draw a group. Its effect is then told from {rows:,} held-out rows"
    if asked.who.sealed.any():
        return f"{said} that were kept sealed for this: no other view has shown effects of them."
    said += ", none of which is in the chart."
    if not views:
        return f"{said} No effect of these rows has been shown yet, so a group drawn now is no afterthought."
    return (
        f"{said} They are too few to keep some sealed, and {' and '.join(views)} showed effects of them, so "
        f"any group drawn now is exploratory. {EXPLORATORY}"
    )


def _show(asked: Asked, look: _Look, looks: list[_Look]) -> None:
    found = _found(asked, look, len(looks))
    st.markdown(f"**{for_markdown(look.region.words())}**")
    said = for_markdown(sentence(found, asked.unit))
    if found.effect is None:
        st.warning(said)
        return
    ci = found.wide_difference
    (st.success if ci is not None and (ci[0] > 0 or ci[1] < 0) else st.info)(said)
    if look.exploratory:
        st.warning(look.exploratory)
    clusters = "" if found.effect.clusters is None else f", {found.effect.clusters:,} clusters"
    kind = "sealed rows" if asked.who.sealed.any() else "held-out rows"
    few = (
        f" {found.thin:,} of them had little chance of an arm; what is said of these rests on the model."
        if found.thin
        else ""
    )
    st.caption(
        f"{found.rows:,} {kind}{clusters}, {percent(found.share, 1)} of all {len(asked.who.unseen.rows):,}. "
        f"{looks_sentence(len(looks))}{few} Intervals of the two effects are 95 % each."
    )
    if look.by_learner:
        st.caption(
            "If the groups by predicted effect on Uplift led you to this range, it is exploratory too."
        )


def _show_tried(asked: Asked, looks: list[_Look]) -> None:
    """The groups tried, with intervals that hold together with those of all other groups."""
    mine = [look for look in looks if not look.by_learner or look.learner == asked.who.learner]
    if len(looks) < 2 or not mine:
        return
    with st.expander(f"Groups tried in this session: {len(looks)}", expanded=True):
        text_table(
            ("Group", "Rows", "Effect", "Difference from the rest", "Interval, all together 95 %", "Kind"),
            [_row(look, _found(asked, look, len(looks)), bool(asked.who.sealed.any())) for look in mine],
            numbers=(1, 2, 3, 4),
        )


def _row(look: _Look, found: Subgroup, sealed: bool) -> tuple[object, ...]:
    kind = "sealed rows" if sealed else "drawn without looking"
    kind = "exploratory" if look.exploratory else kind
    if found.effect is None or found.difference is None:
        return look.region.words(), f"{found.rows:,}", "", "", "too few rows", kind
    ci = found.wide_difference
    interval = "" if ci is None else f"{number_text(ci[0])} to {number_text(ci[1])}"
    effect = number_text(found.effect.value)
    return look.region.words(), f"{found.rows:,}", effect, number_text(found.difference), interval, kind


def _found(asked: Asked, look: _Look, looks: int) -> Subgroup:
    types = dict(asked.here.study.data.types)
    inside = held_out_inside(asked.who, asked.here.table, types, look.region)
    return subgroup(asked.who.unseen, inside, looks, look.exploratory)
