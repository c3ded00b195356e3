"""What every view of the Audit page is given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import streamlit as st

from causal_core.audit.answer import Question
from causal_core.audit.box import Box
from causal_core.audit.plan import audit_plan
from causal_core.audit.words import POOR, box_sentence
from causal_core.graph.names import listed
from causal_core.study.flags import CHOSEN_ON_DATA, INTERFERENCE
from causal_core.text import for_markdown
from causal_core.what_if.structural_model import StructuralModel
from causal_core.what_if.tasks import MOST_ROWS
from pages.shared.current import OpenStudy
from pages.shared.flags import flags
from pages.shared.jobs import result_of

QUIET = {"displayModeBar": False}


@dataclass(frozen=True)
class Audited:
    """What a view is given.

    Attributes:
        here: The open study.
        world: The structural model.
        box: The model under audit.
        name: Its key.
        outcome: The outcome.
    """

    here: OpenStudy
    world: StructuralModel
    box: Box
    name: str
    outcome: str

    def key(self, *names: str) -> str:
        """A widget's key within this study."""
        return "-".join(("audit", *names, self.here.token))

    def ask(self, step: str, question: Question) -> Any:
        """The question's result, or None while it is computed."""
        plan = audit_plan(self.name, self.world, self.box, (question,))
        found = result_of(step, plan, "Ask again", at_once=True)
        return None if found is None else found[0]


def show_general_flags(here: OpenStudy) -> None:
    """What stands against trusting any number of the study; what concerns its estimate alone is left out."""
    for sentence in flags(here):
        if sentence in {INTERFERENCE, CHOSEN_ON_DATA}:
            st.warning(for_markdown(sentence))


def say_box(audited: Audited, chosen: tuple[str, ...]) -> None:
    """What is under audit, and how far a stand-in can be trusted.

    Args:
        audited: The model under audit.
        chosen: The inputs chosen by hand, which a file that names its own does not heed.
    """
    box = audited.box
    poor = box.stand_in and (box.explained or 0.0) < POOR
    text = box_sentence(box)
    if poor:
        text += " That is little: what is said below is about the stand-in. Look for inputs that are missing."
    if box.inputs != chosen:
        text += f" The file names its inputs itself, so the list above does not count: {listed(box.inputs)}."
    (st.warning if poor else st.caption)(for_markdown(text))
    dropped = audited.world.dropped
    left = f"; {dropped:,} rows with a missing value in a node are left out" if dropped else ""
    rows, every = audited.world.rows, audited.here.table.rows
    drawn = f" drawn at random from {every:,}" if every > MOST_ROWS else ""
    people = f"The model of the world was fitted on {rows:,} rows{drawn}{left}."
    if audited.here.study.question.clusters:
        people += " Bands count rows, not clusters, so where rows of a cluster are alike they are too narrow."
    st.caption(people)
    if box.chance:
        st.caption(for_markdown(f"Predictions are chances, from 0 to 1. Outcome: {audited.outcome}."))
