"""What workers do for an audit: open the model, and ask refits of the structural model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from causal_core.audit.answer import Answer, Question, answered
from causal_core.audit.box import Box
from causal_core.audit.curve import Curve, curved
from causal_core.audit.flips import Flips, flipped
from causal_core.audit.opening import open_box
from causal_core.audit.protected import Protected, decomposition
from causal_core.audit.source import Source
from causal_core.audit.use import Use, used
from causal_core.data.design import Floats
from causal_core.engine.progress import part
from causal_core.problem import Problem
from causal_core.what_if.refits import refit
from causal_core.what_if.structural_model import StructuralModel
from causal_core.what_if.tasks import Asked


def open_model(asked: Asked, world: StructuralModel, source: Source, outcome: str) -> Box:
    """The model under audit.

    Raises:
        Problem: As `opening.open_box`.
    """
    return open_box(asked, world, source, outcome)


def ask_halves(
    world: StructuralModel, box: Box, questions: tuple[Question, ...], draws: tuple[int, ...]
) -> list[list[Floats] | None]:
    """What each of some refits answers to every question; None of a half sample that lacks a level."""
    found: list[list[Floats] | None] = []
    for place, draw in enumerate(draws):
        with part(place / len(draws), (place + 1) / len(draws)):
            try:
                half = refit(world, draw)
                found.append([question.numbers(half, box) for question in questions])
            except Problem:
                # A half sample without one of the levels has no answer of its own.
                found.append(None)
    return found


def combine(
    world: StructuralModel,
    box: Box,
    questions: tuple[Question, ...],
    parts: Sequence[list[list[Floats] | None]] = (),
) -> list[Any]:
    """Each question's result with its bands.

    Raises:
        Problem: A file gives no predictions.
    """
    halves = [each for one in parts for each in one if each is not None]
    found = []
    for place, question in enumerate(questions):
        answer = answered(question.numbers(world, box), [half[place] for half in halves])
        found.append(_told(world, box, question, answer))
    return found


def _told(world: StructuralModel, box: Box, question: Question, answer: Answer) -> Any:
    if isinstance(question, Use):
        return used(world, question, answer)
    if isinstance(question, Curve):
        return curved(world, box, question, answer)
    if isinstance(question, Flips):
        return flipped(world, box, question, answer)
    assert isinstance(question, Protected)  # noqa: S101 - there are no other questions
    return decomposition(question, answer)
