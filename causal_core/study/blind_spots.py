"""What a feature matrix cannot say, shown by the concrete nodes of one graph."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from causal_core.graph import CausalGraph
from causal_core.identification.controls import Control
from causal_core.study.matrix import FeatureMatrix

_HARM = {
    "over-control": "adjusting for it would hide part of the effect",
    "collider": "adjusting for it would make an association that is no effect",
    "case-control": "adjusting for it would bend the effect",
    "bias amplification": "adjusting for it would make the bias larger",
}

NOTICED = 0.05
"""Associations from this size on count as going together."""


def blind_spots(
    graph: CausalGraph, treatment: str, outcome: str, controls: Sequence[Control], matrix: FeatureMatrix
) -> tuple[str, ...]:
    """Up to four sentences on where the matrix would mislead, each about nodes of this graph.

    Args:
        graph: The causal graph.
        treatment: The treatment.
        outcome: The outcome.
        controls: What adjusting for each node does.
        matrix: The feature matrix of the same columns.
    """
    verdicts = {control.node: control for control in controls}
    ranked = matrix.importances
    found = _tempting(outcome, verdicts, matrix)
    for rank, each in reversed(list(enumerate(ranked, start=1))):
        control = verdicts.get(each.column)
        if control and control.verdict == "good" and rank > 1 and rank > len(ranked) / 2:
            found.append(
                f"{each.column} comes only {_ordinal(rank)} of {len(ranked)} as a predictor of {outcome}, so "
                "a matrix would drop it; by the graph, bias stays without it."
            )
            break
    found += _alike(treatment, outcome, controls, matrix)
    hidden = [node for node in graph.nodes if node in graph.latent]
    if hidden:
        named = ", ".join(hidden[:3]) + (f" and {len(hidden) - 3} others" if len(hidden) > 3 else "")
        found.append(f"Not observed, so in no matrix: {named}. The graph says what it does all the same.")
    return tuple(found)


def _tempting(outcome: str, verdicts: Mapping[str, Control], matrix: FeatureMatrix) -> list[str]:
    """The bad control that a matrix would put in first."""
    bad = {node: each for node, each in verdicts.items() if each.verdict == "bad" and each.kind in _HARM}
    ranked = matrix.importances
    for rank, each in enumerate(ranked[: (len(ranked) + 1) // 2], start=1):
        if each.column in bad and each.ci[0] > 0:
            place = "the best predictor" if rank == 1 else f"predictor number {rank} of {len(ranked)}"
            return [
                f"{each.column} is {place} of {outcome}, so a matrix would put it in; "
                f"by the graph, {_HARM[bad[each.column].kind]}."
            ]
    strength = {
        node: abs(pair.value)
        for node in bad
        if (pair := matrix.with_outcome(node)) is not None and pair.value is not None
    }
    node = max(strength, key=strength.__getitem__, default="")
    if not node or strength[node] < NOTICED:
        return []
    return [
        f"{node} goes together with {outcome} ({strength[node]:.2f} in size), so a matrix would put it in; "
        f"by the graph, {_HARM[bad[node].kind]}."
    ]


def _alike(treatment: str, outcome: str, controls: Sequence[Control], matrix: FeatureMatrix) -> list[str]:
    """The good and the bad control that look most alike in the matrix, when both go with both ends."""
    places: dict[str, tuple[float, float]] = {}
    for control in controls:
        pair = [matrix.associations.of(control.node, end) for end in (treatment, outcome)]
        values = [each.value for each in pair if each is not None and each.value is not None]
        if len(values) == 2 and min(map(abs, values)) >= NOTICED:
            places[control.node] = (abs(values[0]), abs(values[1]))
    good, bad = (
        [control.node for control in controls if control.verdict == verdict and control.node in places]
        for verdict in ("good", "bad")
    )
    gaps = [
        (abs(places[a][0] - places[b][0]) + abs(places[a][1] - places[b][1]), a, b) for a in good for b in bad
    ]
    if not gaps:
        return []
    _, a, b = min(gaps)
    return [
        f"{a} and {b} both go together with {treatment} and {outcome}; no number here says that the first "
        "should be adjusted for and the second should not. The arrows do."
    ]


def _ordinal(number: int) -> str:
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
