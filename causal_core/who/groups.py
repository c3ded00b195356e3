"""The effect in the leaves of a tree: grown on one half of the rows, told from the other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from causal_core.plain import Plain, to_plain
from causal_core.uplift.arrays import interval
from causal_core.who.judged import FEWEST_ROWS, Judged, Mean, difference, mean_over
from causal_core.who.tree import Branch, Columns, Path, leaf_of, leaves
from causal_core.who.words import effect_text, interval_text

LETTERS = "ABCDEFGH"

LONGEST = 80
"""Characters of a rule that is said in the sentence."""


@dataclass(frozen=True)
class Group:
    """One leaf.

    Attributes:
        letter: A for the leaf predicted to gain most, then B, ...
        place: Its position from low to high in the tree.
        rule: Who is in it, in words; empty when the tree is one leaf.
        predicted: Mean predicted effect where the tree was grown.
        learned: Rows there.
        share: Of the held-out rows.
        effect: On the held-out rows; None when there are too few.
        rows: Held-out rows.
        thin: Held-out rows with little chance of one of the two arms.
    """

    letter: str
    place: int
    rule: str
    predicted: float
    learned: int
    share: float
    effect: Mean | None
    rows: int
    thin: int


@dataclass(frozen=True, eq=False)
class Groups:
    """An honest tree.

    Attributes:
        contrast: (control, arm).
        root: The tree; its leaves from low to high are the groups by `place`.
        groups: Highest predicted effect first.
        depth: How many questions may follow each other.
        smallest: Share of rows that a leaf was to hold at least.
        rows: (rows it was grown on, held-out rows).
        average: The effect over all held-out rows.
        difference: The effect in the group predicted highest less that in the one predicted lowest; None with
            one group or too few rows.
        difference_error: Its standard error.
        sentence: What was found.
    """

    contrast: tuple[str, str]
    root: Branch
    groups: tuple[Group, ...]
    depth: int
    smallest: float
    rows: tuple[int, int]
    average: Mean
    difference: float | None
    difference_error: float | None
    sentence: str

    def to_dict(self) -> dict[str, Plain]:
        """The groups as plain JSON."""
        return {
            "contrast": to_plain(self.contrast),
            "groups": to_plain(self.groups),
            "average": to_plain(self.average),
            "difference": to_plain(self.difference),
            "difference_error": to_plain(self.difference_error),
            "rows": to_plain(self.rows),
            "sentence": self.sentence,
        }


def honest_groups(
    root: Branch, columns: Columns, judged: Judged, depth: int, smallest: float, unit: str = ""
) -> Groups:
    """The effect in each leaf, from held-out rows.

    Args:
        root: A tree grown on other rows.
        columns: Of the held-out rows.
        judged: The held-out rows.
        depth: What the tree was asked for.
        smallest: Likewise.
        unit: The outcome's unit, for the sentence.
    """
    found = leaves(root)
    place = leaf_of(root, columns.matrix)
    highest_first = sorted(range(len(found)), key=lambda number: -found[number][1].predicted)
    groups = []
    for letter, number in zip(LETTERS, highest_first, strict=False):
        path, leaf = found[number]
        inside = place == number
        count = int(inside.sum())
        groups.append(
            Group(
                letter=letter,
                place=number,
                rule=rule(path),
                predicted=leaf.predicted,
                learned=leaf.rows,
                share=count / len(inside),
                effect=mean_over(judged, inside) if count >= FEWEST_ROWS else None,
                rows=count,
                thin=int((inside & judged.thin).sum()),
            )
        )
    everybody = np.ones(len(place), dtype=bool)
    told = [group for group in groups if group.effect is not None]
    gap: tuple[float | None, float | None] = (None, None)
    if len(groups) > 1 and groups[0] in told and groups[-1] in told:
        gap = difference(judged, place == groups[0].place, place == groups[-1].place)
    return Groups(
        judged.contrast,
        root,
        tuple(groups),
        depth,
        smallest,
        (root.rows, len(place)),
        mean_over(judged, everybody),
        *gap,
        _sentence(tuple(groups), gap, unit),
    )


def rule(path: Path) -> str:
    """The questions and answers that lead to a leaf, in words; a later cut takes the place of a wider one."""
    said: dict[tuple[int, bool], str] = {}
    for split, low in path:
        # Of a category the later set of levels is the narrower on either side; of numbers on the same side.
        key = (split.place, low if split.threshold is not None else True)
        said.pop(key, None)
        said[key] = split.words(low=low)
    return " and ".join(said.values())


def _sentence(groups: tuple[Group, ...], gap: tuple[float | None, float | None], unit: str) -> str:
    first, last = groups[0], groups[-1]
    if len(groups) == 1:
        return (
            "One group: no question about the columns tells the predicted effects apart enough, so there is "
            "nothing to split by."
        )
    if first.effect is None or last.effect is None:
        return f"A group holds fewer than {FEWEST_ROWS} held-out rows, too few to tell its effect."
    if gap[0] is None or gap[1] is None:
        return "The groups hold too few clusters to tell their effects apart."
    low, high = interval(gap[0], gap[1])
    numbers = (
        f"{effect_text(first.effect, unit)} in group {first.letter}, predicted highest{_whom(first)}, and "
        f"{effect_text(last.effect, unit)} in group {last.letter}, predicted lowest{_whom(last)}; "
        f"the difference is {interval_text(gap[0], (low, high))}"
    )
    if low > 0:
        return f"The groups differ: the effect is {numbers}."
    if high < 0:
        return f"The tree has it the wrong way round: the effect is {numbers}. Do not act on it."
    return f"No detectable difference between the groups: the effect is {numbers}."


def _whom(group: Group) -> str:
    """Who is in the group, where that is short enough to be read in a sentence."""
    return f" ({group.rule})" if 0 < len(group.rule) <= LONGEST else ""
