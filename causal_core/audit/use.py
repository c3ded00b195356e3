"""What the model uses, beside what its inputs do to the outcome: input by input."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from causal_core.audit.answer import Answer, Number
from causal_core.audit.box import Box
from causal_core.audit.people import People, changed, doing, expected
from causal_core.data.design import Floats
from causal_core.problem import DoesNotApply
from causal_core.what_if.columns import level_text
from causal_core.what_if.structural_model import StructuralModel

Verdict = Literal["moves both", "proxy", "opposite", "leak", "unused", "cause unused"]

HARDLY: Final = 0.01
"""An input moves the prediction where changing it alone moves a row's by this share of its deviation."""

RARE: Final = 0.02
"""Levels with fewer of the rows are not compared."""


@dataclass(frozen=True)
class Contrast:
    """Which two values of an input are compared.

    Attributes:
        node: The input.
        low: Its code: the lower quartile, the first of two levels, or the level with the lowest outcome.
        high: The upper quartile, the second level, or the level with the highest outcome.
        text: Both in words.
    """

    node: str
    low: float
    high: float
    text: str


def contrasts_of(world: StructuralModel, inputs: Sequence[str], outcome: str) -> tuple[Contrast, ...]:
    """The two values at which each input is compared; numpy alone.

    Raises:
        DoesNotApply: The outcome has more than two levels.
    """
    reached = expected(world, outcome, _seen(world))
    return tuple(_contrast(world, name, reached) for name in inputs)


@dataclass(frozen=True)
class Use:
    """The question what each input does.

    Attributes:
        outcome: The outcome.
        contrasts: The values compared, an input each.
    """

    outcome: str
    contrasts: tuple[Contrast, ...]

    def numbers(self, world: StructuralModel, box: Box) -> Floats:
        """(4 inputs,) naive response, response through the graph, effect on the outcome, mean naive move."""
        people, found = People.of(world), []
        spread = box.predict(world, people.codes).std()
        for each in self.contrasts:
            ends = [
                (box.predict(world, changed(people, each.node, code)), doing(world, people, each.node, code))
                for code in (_code(world, box, each, each.low), _code(world, box, each, each.high))
            ]
            naive = ends[1][0] - ends[0][0]
            graph = box.predict(world, ends[1][1]) - box.predict(world, ends[0][1])
            effect = expected(world, self.outcome, ends[1][1]) - expected(world, self.outcome, ends[0][1])
            moved = np.abs(naive).mean() / spread if spread > 0 else 0.0
            found += [naive.mean(), graph.mean(), effect.mean(), moved]
        return np.array(found)


@dataclass(frozen=True)
class Used:
    """One input.

    Attributes:
        contrast: The values compared.
        correlation: Of the input with the outcome; of more than two levels the correlation ratio, 0 to 1.
        naive: The change of the mean prediction when this column alone is changed.
        graph: The same when the input is set and all that follows moves too.
        effect: The change of the mean outcome when the input is set.
        cause: Whether the graph has a directed way from the input to the outcome.
        leak: Whether the input comes after the outcome.
        verdict: What this makes of it; "opposite" where the prediction answers the other way than the
            outcome, to the column alone or through the graph.
    """

    contrast: Contrast
    correlation: float
    naive: Number
    graph: Number
    effect: Number
    cause: bool
    leak: bool
    verdict: Verdict

    @property
    def acts(self) -> bool:
        """Whether setting the input moves the mean prediction for certain; without bands, at all."""
        return self.graph.clear or (bool(np.isnan(self.graph.low)) and self.graph.value != 0)

    @property
    def read_wrong(self) -> bool:
        """Whether the column alone points the other way, while acting moves prediction and outcome alike."""
        return self.verdict == "opposite" and self.graph.value * self.effect.value > 0


def used(world: StructuralModel, question: Use, answer: Answer) -> tuple[Used, ...]:
    """Input by input: proxies and leaks first, then by how much the prediction moves."""
    outcome = question.outcome
    above = world.graph.ancestors([outcome]) - {outcome}
    below = world.graph.descendants([outcome]) - {outcome}
    found = []
    for place, contrast in enumerate(question.contrasts):
        naive, graph, effect = (answer.at(4 * place + each) for each in range(3))
        cause, leak = contrast.node in above, contrast.node in below
        uses = answer.values[4 * place + 3] >= HARDLY
        found.append(
            Used(
                contrast,
                _correlation(world, contrast.node, outcome),
                naive,
                graph,
                effect,
                cause,
                leak,
                _verdict(naive, graph, effect, uses=uses, cause=cause, leak=leak),
            )
        )
    order = ("leak", "opposite", "proxy", "moves both", "cause unused", "unused")
    return tuple(sorted(found, key=lambda each: (order.index(each.verdict), -abs(each.naive.value))))


def _verdict(naive: Number, graph: Number, effect: Number, *, uses: bool, cause: bool, leak: bool) -> Verdict:
    if leak:
        return "leak"
    # Without bands an effect of a cause counts as it stands.
    moves = cause and (effect.clear or (np.isnan(effect.low) and effect.value != 0))
    if not uses:
        return "cause unused" if moves else "unused"
    if not moves:
        return "proxy"
    same = naive.value * effect.value > 0 and graph.value * effect.value > 0
    return "moves both" if same else "opposite"


def _seen(world: StructuralModel) -> dict[str, Floats]:
    return {node: world.columns[node].codes(world.frame[node]) for node in world.order}


def _contrast(world: StructuralModel, name: str, reached: Floats) -> Contrast:
    column = world.columns[name]
    codes = column.codes(world.frame[name])
    if not column.discrete:
        low, high = (float(each) for each in np.quantile(codes, [0.25, 0.75]))
        if low == high:
            low, high = column.low, column.high
        return Contrast(name, low, high, f"{low:.4g} to {high:.4g}")
    ends = np.array([0, len(column.levels) - 1])
    if column.kind == "category":
        rows = np.bincount(codes.astype(np.int64), minlength=len(column.levels))
        common = np.flatnonzero(rows >= max(20, RARE * len(codes)))
        if len(common) < 2:
            raise DoesNotApply(
                f"{name} has no two levels with enough rows to compare.",
                remedy="Merge rare levels, or leave it out of the inputs.",
            )
        means = np.array([reached[codes == code].mean() for code in common])
        ends = common[[int(means.argmin()), int(means.argmax())]]
    words = " to ".join(level_text(column.levels[int(end)]) for end in ends)
    return Contrast(name, float(ends[0]), float(ends[1]), words)


def _code(world: StructuralModel, box: Box, each: Contrast, code: float) -> float:
    """The code in this model, which may be that of a half sample with other levels."""
    value = box.columns[each.node].values(np.array([code])).iloc[0]
    return float(world.columns[each.node].codes([value])[0])


def _correlation(world: StructuralModel, name: str, outcome: str) -> float:
    first, second = (world.columns[node].codes(world.frame[node]) for node in (name, outcome))
    if world.columns[name].kind == "category":
        total = ((second - second.mean()) ** 2).sum()
        groups = [second[first == code] for code in np.unique(first)]
        between = sum(len(group) * (group.mean() - second.mean()) ** 2 for group in groups)
        return float(np.sqrt(between / total)) if total > 0 else 0.0
    if first.std() == 0 or second.std() == 0:
        return 0.0
    return float(np.corrcoef(first, second)[0, 1])
