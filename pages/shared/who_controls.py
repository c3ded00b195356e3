"""What the views of the Who page share: whose effect is looked at, how good it is, which rows it rests on."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from causal_core.percent import percent
from causal_core.study.uplift_words import direction_sentence, label_of
from causal_core.text import for_markdown
from causal_core.uplift.result import Evaluation, UpliftResult
from causal_core.uplift.sentences import sentence
from causal_core.uplift.verdict import verdict_of
from causal_core.who.result import Who
from causal_core.who.sealed import FEWEST
from pages.shared.current import OpenStudy

QUIET = {"displayModeBar": False}

INTRODUCTION = (
    "The learner's predicted effects are split into groups, followed along each column and explained, person "
    "by person. What the effect is in a group is then told from rows the learner never saw."
)


@dataclass(frozen=True, eq=False)
class Asked:
    """What a view is given.

    Attributes:
        here: The open study.
        evaluation: Of its uplift step.
        who: What was found out about one learner and arm.
        side: Where its controls go.
    """

    here: OpenStudy
    evaluation: Evaluation
    who: Who
    side: DeltaGenerator

    @property
    def unit(self) -> str:
        """The outcome's unit."""
        return self.here.study.question.unit

    @property
    def question(self) -> tuple[object, ...]:
        """What effect of the held-out rows is told, whatever the learner."""
        question = self.here.study.question
        return question.treatment, question.outcome, *self.who.judged.contrast

    def key(self, name: str, *more: object) -> str:
        """The key of a widget of this learner and arm, and of what else it depends on."""
        parts = (self.who.learner, self.who.judged.contrast[1], *more)
        # Names from the data may hold anything, and two underscores are not allowed in a key.
        digest = hashlib.sha256(repr(parts).encode()).hexdigest()[:12]
        return f"who-{name}-{digest}-{self.here.token}"


def introduce(place: DeltaGenerator, evaluation: Evaluation) -> None:
    """What the page will do, and what to do first where a look would spoil a group that one has in mind."""
    place.write(INTRODUCTION)
    rows = len(evaluation.held_out.rows)
    if rows < FEWEST:
        place.caption(
            f"With {rows:,} held-out rows, none can be kept sealed for groups of your own. If you have a "
            "group in mind, choose Draw a group before you start: once Groups or By column have shown "
            "effects, what you draw is marked exploratory."
        )


def choose_effect(here: OpenStudy, evaluation: Evaluation) -> tuple[str, str] | None:
    """The learner and the arm looked at; None when no learner answered."""
    answered = [learner for learner in here.study.uplift.learners if learner in evaluation.held_out.predicted]
    arms = evaluation.held_out.arms
    if not answered:
        return None
    # The choice made on Uplift is where this page starts.
    before = st.session_state.get(f"uplift-focus-{here.token}")
    start = answered.index(before) if before in answered else 0
    learner = answered[0]
    if len(answered) > 1:
        learner = st.selectbox(
            "Learner",
            answered,
            index=start,
            format_func=label_of,
            key=f"who-learner-{here.token}",
            help="Whose predicted effects are explained. Choose it by how well it ranks, on Uplift.",
        )
    arm = arms[1]
    if len(arms) > 2:
        control = for_markdown(arms[0])
        arm = st.selectbox(f"Arm, against {control}", arms[1:], key=f"who-arm-{here.token}")
    return learner, arm


def show_unanswered(evaluation: Evaluation) -> None:
    """Why no learner has predictions to look into."""
    for result in evaluation.results:
        if result.error is not None:
            st.warning(f"**{for_markdown(label_of(result.learner))}**: {for_markdown(result.error)}")
    st.page_link("pages/uplift.py", label="Choose another learner on Uplift →")


def show_standing(here: OpenStudy, evaluation: Evaluation, who: Who, aside: bool) -> None:
    """Whether the ranking this page explains finds anything, and where people cannot be compared.

    Args:
        here: The open study.
        evaluation: Of its uplift step.
        who: What was found out.
        aside: Whether the view has a verdict of its own from held-out rows, and this one stands beside it.
    """
    mine = [
        each
        for each in evaluation.results
        if each.learner == who.learner and each.contrast == who.judged.contrast
    ]
    if mine and verdict_of(mine[0]) not in {None, "differs"}:
        found = for_markdown(sentence(mine[0], here.study.question.unit))
        (st.caption if aside else st.info)(f"{found} {_how_to_read(mine[0], aside)}")
    said = [for_markdown(warning) for warning in evaluation.overlap]
    thin = int(who.judged.thin.sum())
    if thin:
        share = percent(thin / len(who.judged.thin), 1)
        control, arm = map(for_markdown, who.judged.contrast)
        said.append(
            f"{thin:,} of the {len(who.judged.thin):,} held-out people ({share}) had little chance of {arm} "
            f"or of {control}: a probability of at most a tenth of the arm's share. Nobody like them shows "
            "what the effect would be, so what is said of them rests on the model."
        )
    direction = direction_sentence(here.study)
    if direction:
        st.caption(for_markdown(direction))
    if said:
        st.warning("\n".join(f"- {warning}" for warning in said))
    if here.study.uplift.evaluation == "sequential":
        st.caption(
            "The study judges rankings on sequential folds. This page needs one learner, so it learns from "
            "one half of the rows and tells effects from those of the other half that were judged."
        )


def _how_to_read(result: UpliftResult, aside: bool) -> str:
    """How far what follows can be believed when the ranking is not shown to beat chance."""
    verdict = verdict_of(result)
    if aside:
        return (
            "That is about the ranking of everybody. A difference found below is a test of its own; of "
            "several, one may be chance."
        )
    if verdict == "nothing":
        return "What follows describes what the learner predicts; it may be noise."
    if verdict == "signs":
        return "What follows describes what the learner predicts; part of it may be noise."
    return "What follows describes what the learner predicts, not what these rows show."


def choose_view(here: OpenStudy, views: tuple[str, ...]) -> str:
    """Which view is shown."""
    return st.segmented_control(
        "View",
        views,
        default=views[0],
        required=True,
        key=f"who-view-{here.token}",
        label_visibility="collapsed",
    )


def show_rows(asked: Asked) -> None:
    """Rows learned on, told from and left out, and over whom."""
    who, table = asked.who, asked.here.table
    learned, told, sealed = len(who.learning), int((~who.sealed).sum()), int(who.sealed.sum())
    dropped = table.rows - who.total_rows
    clusters = who.judged.clusters
    whole = "" if clusters is None else " Clusters are whole in one half, and errors are of sums by cluster."
    kept = f"; {sealed:,} more are sealed, for groups that you draw" if sealed else ""
    st.caption(
        f"{for_markdown(label_of(who.learner))}, learned on {learned:,} rows; effects told from {told:,} "
        f"held-out rows by doubly robust scores{kept}; {dropped:,} dropped, where treatment, outcome or a "
        f"column of the design is missing. Over everybody in the table.{whole}"
    )


def seen_before(asked: Asked) -> set[str]:
    """The views that have shown this effect of the held-out rows in this session; add to it."""
    shown: dict[object, set[str]] = st.session_state.setdefault(f"who-seen-{asked.here.token}", {})
    return shown.setdefault(asked.question, set())
