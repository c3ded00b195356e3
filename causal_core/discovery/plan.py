"""The search for a graph as a plan for the engine: one task for the suggestion, others for resamples."""

from __future__ import annotations

import hashlib
import json
from importlib.metadata import version

from causal_core.data.table import Table
from causal_core.discovery.algorithms import ALGORITHMS
from causal_core.discovery.search import Search
from causal_core.engine.call import Call, Plan
from causal_core.plain import to_plain

CHUNK = 5
"""Resamples in one task."""


def suggestion_plan(table: Table, search: Search, resamples: int) -> Plan:
    """The plan of a search; its result is a `Suggested`.

    Args:
        table: The table.
        search: What is searched, and how.
        resamples: How many times the search is repeated on rows drawn anew; 0 for none.
    """
    given = {"table": table, "search": search}
    tasks = [Call("causal_core.discovery.search:run", given)]
    for start in range(0, resamples, CHUNK):
        numbers = tuple(range(start, min(start + CHUNK, resamples)))
        tasks.append(Call("causal_core.discovery.bootstrap:resample", {**given, "numbers": numbers}))
    parts = [version("dostudio"), version("causal-learn"), table.fingerprint, to_plain(search), resamples]
    digest = hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
    return Plan(
        f"suggest-{digest}",
        f"Searching for a graph with {ALGORITHMS[search.algorithm].title}",
        tuple(tasks),
        Call("causal_core.discovery.bootstrap:combine"),
        seconds=1800,
    )
