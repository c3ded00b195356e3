"""A graph held against data: what it implies, whether the table agrees, and what would."""

from causal_core.falsification.changes import suggest_changes
from causal_core.falsification.graph_test import check_graph as test_graph
from causal_core.falsification.independence import check_independence as test_independence
from causal_core.falsification.permutations import falsify
from causal_core.falsification.result import Change, Changes, Falsified, GraphTest, Tested

__all__ = [
    "Change",
    "Changes",
    "Falsified",
    "GraphTest",
    "Tested",
    "falsify",
    "suggest_changes",
    "test_graph",
    "test_independence",
]
