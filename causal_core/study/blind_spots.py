"""What a feature matrix cannot say, shown by the concrete nodes of one graph."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from causal_core.data.association import Association
from causal_core.estimation.seen_done import Number, SeenDone
from causal_core.graph import CausalGraph
from causal_core.graph.names import listed
from causal_core.identification.adjustment import check_adjustment
from causal_core.identification.controls import Control
from causal_core.study.headline import number_text
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
    graph: CausalGraph,
    treatment: str,
    outcome: str,
    controls: Sequence[Control],
    matrix: FeatureMatrix,
    counted: SeenDone | None = None,
) -> tuple[str, ...]:
    """Up to six sentences on where the matrix would mislead, each about nodes of this graph.

    Args:
        graph: The causal graph.
        treatment: The treatment.
        outcome: The outcome.
        controls: What adjusting for each node does.
        matrix: The feature matrix of the same columns.
        counted: The outcome seen and done over a valid adjustment set, where it can be counted.
    """
    verdicts = {control.node: control for control in controls}
    ranked = matrix.importances
    found = _mixed(graph, treatment, outcome, matrix, counted)
    found += _tempting(outcome, verdicts, matrix)
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


def _mixed(
    graph: CausalGraph, treatment: str, outcome: str, matrix: FeatureMatrix, counted: SeenDone | None
) -> list[str]:
    """The association of treatment and outcome, where paths of bias are open, against the effect."""
    pair = matrix.with_outcome(treatment)
    check = check_adjustment(graph, treatment, outcome, ())
    if pair is None or pair.value is None or not check.open_path:
        return []
    between = check.open_path[1:-1]
    back = (
        f"by the arrow from {outcome}"
        if (outcome, treatment) in graph.edges
        else "from a hidden common cause"
    )
    way = f"through {listed(between)}" if between else back
    size = _size(pair) + _coded(matrix, treatment, outcome)
    raw = f"The raw association of {treatment} and {outcome} ({size})"
    if treatment not in graph.ancestors(outcome):
        return [
            f"{raw} looks like an effect; by the graph there is none, and what ties the two comes by open "
            f"paths that are not causal, as the one {way}."
        ]
    sign = ", and can even have the other sign" if pair.measure == "r" else ""
    said = [
        f"{raw} mixes the effect with what comes by open paths that are not causal, as the one {way}: it "
        f"can be stronger or weaker than the effect{sign}."
    ]
    return said + ([] if counted is None else _sign(counted))


def _size(pair: Association) -> str:
    mark = {"r": "r", "eta": "η", "V": "V"}[pair.measure]
    interval = f", 95 % interval {number_text(pair.ci[0])} to {number_text(pair.ci[1])}" if pair.ci else ""
    return f"{mark} = {number_text(pair.value or 0.0)}{interval}, {pair.rows:,} rows"


def _coded(matrix: FeatureMatrix, *columns: str) -> str:
    """Which level of a two-valued category counts as 1, on which the sign of r depends."""
    read = dict(zip(matrix.associations.columns, matrix.associations.read_as, strict=True))
    return "".join(f"; {name}: {read[name]}" for name in columns if read[name].endswith(" as 1"))


def _sign(counted: SeenDone) -> list[str]:
    """Whether a difference between two levels keeps its sign once adjusted: the first that does not."""
    gaps = [
        (pair.level, pair.seen_gap, pair.done_gap)
        for pair in counted.pairs[1:]
        if pair.seen_gap is not None and pair.done_gap is not None
    ]
    turned = [each for each in gaps if each[1].value * each[2].value < 0]
    if not counted.adjusted or not gaps or not (turned or len(gaps) == 1):
        return []
    level, seen, done = (turned or gaps)[0]
    how = "turns round" if turned else "stays the same"
    if any(not (gap.ci[0] > 0 or gap.ci[1] < 0) for gap in (seen, done)):
        how += ", but these rows do not settle the sign of both"
    outside = f"; {counted.rows_outside:,} rows lack a comparison" if counted.rows_outside else ""
    return [
        f"Here: {level} less {counted.pairs[0].level}, in the {counted.measure}, is {_text(seen)} as seen "
        f"and {_text(done)} adjusted for {listed(counted.adjusted)}: the sign {how} (95 % intervals, "
        f"{counted.rows_used:,} rows{outside})."
    ]


def _text(number: Number) -> str:
    low, high = number.ci
    interval = f" ({number_text(low)} to {number_text(high)})" if low == low else ""
    return f"{number_text(number.value)}{interval}"


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
