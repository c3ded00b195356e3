"""An audit as plans for the engine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from causal_core.audit.source import FileSource, Source
from causal_core.engine.call import Call, Plan
from causal_core.validation.plan import plan_key
from causal_core.what_if.plan import model_key

if TYPE_CHECKING:
    from causal_core.audit.answer import Question
    from causal_core.audit.box import Box
    from causal_core.what_if.structural_model import StructuralModel
    from causal_core.what_if.tasks import Asked

TASKS: Final = "causal_core.audit.tasks"

CHUNK: Final = 5
"""Refits a task."""

REFITS: Final = 40


def box_key(asked: Asked, source: Source, outcome: str) -> str:
    """What identifies a model under audit."""
    told = (source.fingerprint, source.kind, source.inputs) if isinstance(source, FileSource) else source
    return plan_key("audited", model_key(asked), repr(told), outcome)


def box_plan(asked: Asked, world: StructuralModel, source: Source, outcome: str) -> Plan:
    """The plan that opens the model; its result is a list with one `Box`; workers open files."""
    given = {"asked": asked, "world": world, "source": source, "outcome": outcome}
    return Plan(
        box_key(asked, source, outcome),
        "Opening the model",
        (Call(f"{TASKS}:open_model", given),),
        seconds=600,
    )


def audit_plan(
    key: str, world: StructuralModel, box: Box, questions: tuple[Question, ...], refits: int = REFITS
) -> Plan:
    """The plan that answers questions with bands; its result is a list with one result each.

    Args:
        key: Of the model under audit, from `box_key`.
        world: The structural model.
        box: The model under audit.
        questions: `Use`, `Curve`, `Protected` or `Flips`.
        refits: Half samples for the bands.
    """
    given = {"world": world, "box": box, "questions": questions}
    calls = tuple(
        Call(f"{TASKS}:ask_halves", {**given, "draws": tuple(range(at, min(at + CHUNK, refits)))})
        for at in range(0, refits, CHUNK)
    )
    return Plan(
        plan_key("audit", key, repr(questions), refits),
        "Auditing the model",
        calls,
        Call(f"{TASKS}:combine", given),
        seconds=1800,
    )
