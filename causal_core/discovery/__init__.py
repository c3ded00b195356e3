"""A causal graph suggested by data: five algorithms, what is known, and how sure each edge is."""

from causal_core.discovery.algorithms import ALGORITHMS, Algorithm
from causal_core.discovery.knowledge import Knowledge, known_of
from causal_core.discovery.search import Search, suggest
from causal_core.discovery.suggestion import Frequencies, PairShares, Suggested, SuggestedEdge, Suggestion

__all__ = [
    "ALGORITHMS",
    "Algorithm",
    "Frequencies",
    "Knowledge",
    "PairShares",
    "Search",
    "Suggested",
    "SuggestedEdge",
    "Suggestion",
    "known_of",
    "suggest",
]
