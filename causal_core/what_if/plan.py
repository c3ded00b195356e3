"""A structural model and what it answers, as plans for the engine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from causal_core.engine.call import Call, Plan
from causal_core.problem import Problem
from causal_core.validation.plan import plan_key
from causal_core.what_if.tasks import Asked

if TYPE_CHECKING:
    from collections.abc import Mapping

    from causal_core.data.table import Table
    from causal_core.study.study import Study
    from causal_core.what_if.intervention import Intervention
    from causal_core.what_if.moments import Moment
    from causal_core.what_if.structural_model import StructuralModel

TASKS: Final = "causal_core.what_if.tasks"

CHUNK: Final = 5
"""Refits a task."""

REFITS: Final = 40


def asked_of(study: Study, table: Table, mechanisms: dict[str, str] | None = None) -> Asked:
    """What the study's model is fitted from; nodes without a column count as latent.

    Raises:
        Problem: The graph holds no column of the table.
    """
    graph = study.graph
    missing = {node for node in graph.observed if node not in table.columns}
    kept = [node for node in graph.observed if node not in missing]
    if not kept:
        raise Problem("No node of the graph is a column of the table.", remedy="Draw the columns on Graph.")
    bare = graph.replace(latent={*graph.latent, *missing}, positions={}, notes={})
    types = tuple(sorted((name, kind) for name, kind in study.data.types.items() if name in kept))
    chosen = tuple(sorted((mechanisms or {}).items()))
    return Asked(table, bare, types, chosen, study.seed)


def model_plan(asked: Asked) -> Plan:
    """The plan that fits the model; its result is a list with one `StructuralModel`."""
    call = Call(f"{TASKS}:fit_model", {"asked": asked})
    return Plan(model_key(asked), "Fitting how every node comes about", (call,), seconds=1800)


def response_plan(asked: Asked, model: StructuralModel, node: str) -> Plan:
    """The plan of what setting a node brings about, with bands; its result is a `Banded`."""
    given = {"model": model, "node": node, "seed": asked.seed}
    draws = range(REFITS)
    calls = tuple(
        Call(f"{TASKS}:ask_refits", {**given, "draws": tuple(draws[at : at + CHUNK])})
        for at in range(0, REFITS, CHUNK)
    )
    combine = Call(f"{TASKS}:combine_response", given)
    key = plan_key("response_lines", model_key(asked), node)
    return Plan(key, f"Bands for setting {node}", calls, combine, seconds=1800)


def changes_plan(
    asked: Asked,
    model: StructuralModel,
    many: tuple[Mapping[str, Intervention], ...],
    outcome: Moment,
) -> Plan:
    """The plan of how sure changes of an outcome are; its result is (i,) standard errors.

    Args:
        asked: What the model was fitted from.
        model: The model.
        many: The interventions.
        outcome: The number of the outcome.
    """
    given = {"model": model, "many": many, "outcome": outcome, "seed": asked.seed}
    draws = range(REFITS)
    calls = tuple(
        Call(f"{TASKS}:ask_changes", {**given, "draws": tuple(draws[at : at + CHUNK])})
        for at in range(0, REFITS, CHUNK)
    )
    said = tuple(tuple((node, repr(wanted)) for node, wanted in each.items()) for each in many)
    key = plan_key("changes", model_key(asked), said, outcome.text)
    combine = Call(f"{TASKS}:combine_changes", given)
    return Plan(key, f"Intervals for {outcome.text}", calls, combine, seconds=1800)


def model_key(asked: Asked) -> str:
    """What identifies the model."""
    return plan_key(
        "structural_model",
        asked.table.fingerprint,
        asked.graph.fingerprint,
        asked.types,
        asked.mechanisms,
        asked.seed,
    )


def shares_plan(
    asked: Asked,
    model: StructuralModel,
    target: str,
    row: int | None = None,
    groups: tuple[str, str, str] | None = None,
) -> Plan:
    """The plan that shares something of a node among mechanisms; its result is a list with one `Attribution`.

    Args:
        asked: What the model was fitted from.
        model: The model.
        target: The node.
        row: Position among the model's rows of the one that is unusual; None when that is not asked.
        groups: Column, and its values in the two groups between which something changed; else None. Without
            either, the node's variance is shared.
    """
    given = {"asked": asked, "model": model, "target": target, "row": row, "groups": groups}
    key = plan_key("shares", model_key(asked), target, row, groups)
    return Plan(key, f"Sharing out {target}", (Call(f"{TASKS}:share_out", given),), seconds=1800)


def tables_plan(asked: Asked, smoothing: float, parts: int = 4) -> Plan:
    """The plan that learns a Bayesian network's tables; its result is a list with one `BayesianNetwork`.

    Args:
        asked: The table and the graph.
        smoothing: Prior rows for each combination of parents.
        parts: Into how many parts numbers are cut.
    """
    call = Call(f"{TASKS}:learn_tables", {"asked": asked, "smoothing": smoothing, "parts": parts})
    key = plan_key("tables", model_key(asked), smoothing, parts)
    return Plan(key, "Learning the tables of the network", (call,), seconds=600)


def network_file_plan(path: Path, name: str, digest: str) -> Plan:
    """The plan that reads a network from an upload; its result is a list with one `BayesianNetwork`.

    Args:
        path: The spooled file.
        name: What its sender calls it.
        digest: Of its bytes.
    """
    call = Call(f"{TASKS}:load_network", {"path": path, "name": name})
    return Plan(plan_key("network_file", digest, name), f"Reading {name}", (call,), seconds=120)
