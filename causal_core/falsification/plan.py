"""The checks of a graph as plans for the engine."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from importlib.metadata import version

from causal_core.data.table import Table
from causal_core.engine.call import Call, Plan
from causal_core.falsification.permutations import PERMUTATIONS
from causal_core.falsification.result import THRESHOLD, GraphTest
from causal_core.falsification.statements import LIMIT
from causal_core.falsification.tasks import CHUNKS, Asked
from causal_core.graph.causal_graph import CausalGraph
from causal_core.plain import to_plain

TASKS = "causal_core.falsification.tasks"


def graph_test_plan(graph: CausalGraph, table: Table, types: Mapping[str, str], limit: int = LIMIT) -> Plan:
    """The plan that tests what the graph implies; its result is a `GraphTest` with the usual threshold.

    Judge it with another threshold by `graph_test.rejudged`.
    """
    asked = asked_of(graph, table, types, limit)
    calls = tuple(Call(f"{TASKS}:run_part", {"asked": asked, "part": part}) for part in range(CHUNKS))
    combine = Call(f"{TASKS}:combine_tests", {"asked": asked})
    return Plan(_key("check", asked), "Testing what the graph implies", calls, combine, seconds=1800)


def changes_plan(
    graph: CausalGraph,
    table: Table,
    types: Mapping[str, str],
    found: GraphTest,
    measured: Mapping[str, str] | None = None,
    limit: int = LIMIT,
) -> Plan:
    """The plan that looks for single changes that agree with the data; its result is a `Changes`."""
    asked = asked_of(graph, table, types, limit)
    times = tuple(sorted((measured or {}).items()))
    given = {"asked": asked, "found": found, "measured": times}
    calls = tuple(Call(f"{TASKS}:change_part", {**given, "part": part}) for part in range(CHUNKS))
    combine = Call(f"{TASKS}:combine_changes", given)
    key = _key("changes", asked, found.threshold, times)
    return Plan(key, "Looking for changes that agree with the data", calls, combine, seconds=1800)


def falsify_plan(
    graph: CausalGraph,
    table: Table,
    types: Mapping[str, str],
    permutations: int = PERMUTATIONS,
    seed: int = 1,
) -> Plan:
    """The plan that compares the graph with random relabellings; its result is a `Falsified`."""
    asked = asked_of(graph, table, types, permutations, seed)
    parts = max(1, -(-permutations // 5))
    calls = tuple(
        Call(f"{TASKS}:shuffle_part", {"asked": asked, "part": part, "parts": parts}) for part in range(parts)
    )
    combine = Call(f"{TASKS}:combine_shuffles", {"asked": asked})
    return Plan(_key("falsify", asked), "Comparing with random relabellings", calls, combine, seconds=1800)


def asked_of(graph: CausalGraph, table: Table, types: Mapping[str, str], number: int, seed: int = 1) -> Asked:
    """What the tasks start from; only what matters to the result, so that equal questions share it."""
    bare = graph.replace(positions={}, notes={})
    used = tuple(sorted((name, kind) for name, kind in types.items() if name in graph.nodes))
    return Asked(bare, table, used, number, seed)


def _key(step: str, asked: Asked, *more: object) -> str:
    parts = [
        version("dostudio"),
        THRESHOLD,
        asked.graph.fingerprint,
        asked.table.fingerprint,
        asked.types,
        asked.number,
        asked.seed,
        *more,
    ]
    text = json.dumps([to_plain(part) for part in parts], sort_keys=True)
    return f"{step}-{hashlib.sha256(text.encode()).hexdigest()}"
