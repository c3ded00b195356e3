"""Pairs of one treated and one control row with nearly the same probability of treatment."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import Final

import numpy as np

from causal_core.data.design import Design, Floats, Integers
from causal_core.estimation.sample import Sample, prepare
from causal_core.problem import DoesNotApply, Problem

CALIPER: Final = 0.1
"""The widest gap within a pair, in standard deviations of the log odds of treatment.

Half of what is usual (Austin 2011): with many pairs even a small difference left within them shows in a test.
"""


@dataclass(frozen=True, eq=False)
class Pairs:
    """Matched pairs of one arm and control.

    Attributes:
        treated: (m,) positions in the design of the arm's rows.
        control: (m,) positions of their partners; none serves twice.
        unpaired: Rows of the smaller group that found no partner.
    """

    treated: Integers
    control: Integers
    unpaired: int

    def differences(self, outcome: Floats) -> Floats:
        """(m,) the treated row's outcome minus its partner's."""
        gaps: Floats = outcome[self.treated] - outcome[self.control]
        return gaps


def match_pairs(design: Design, a: int, seed: int = 0, sample: Sample | None = None) -> Pairs:
    """Pairs by the estimated log odds of arm `a` against control, each row at most once.

    Greedy, the row with the fewest comparable partners first (from the outer end of the smaller group),
    within a caliper of 0.1 standard deviations (Rosenbaum & Rubin 1985; Austin 2011).

    Args:
        design: The rows.
        a: The arm.
        seed: For the choice among partners with equal odds.
        sample: The design made ready, when that is at hand.

    Raises:
        DoesNotApply: There are weights, clusters, known probabilities or no covariates.
        Problem: No pair could be made.
    """
    for reason, there in (
        ("With sampling weights a pair does not stand for one unit, so pairs are not made.", design.weights),
        ("With clusters rows do not stand alone, as this test takes them to.", design.clusters),
        (
            "The probabilities of treatment are known, so no hidden cause can have moved them.",
            design.propensity,
        ),
    ):
        if there is not None:
            raise DoesNotApply(reason)
    if design.covariates.shape[1] == 0:
        raise DoesNotApply("There are no covariates to match on.")
    sample = sample or prepare(design)
    pair = np.maximum(sample.scores.probability[:, [0, a]], 1e-12)
    odds = np.log(pair[:, 1] / pair[:, 0])
    treated, control = np.flatnonzero(sample.arm == a), np.flatnonzero(sample.arm == 0)
    width = CALIPER * float(np.sqrt((odds[treated].var() + odds[control].var()) / 2))
    swapped = len(treated) > len(control)
    asking, answering = (control, treated) if swapped else (treated, control)
    # Where the other group is thin the partners are fewest; those rows choose first.
    # Rows with equal odds are chosen among at random: their order in the table may go with the outcome.
    random = np.random.default_rng(seed)
    asking, answering = random.permutation(asking), random.permutation(answering)
    sign = 1.0 if odds[asking].mean() >= odds[answering].mean() else -1.0
    asking = asking[np.argsort(-sign * odds[asking], kind="stable")]
    answering = answering[np.argsort(odds[answering], kind="stable")]
    chosen = _greedy(odds[asking], odds[answering], width)
    found = chosen >= 0
    if not found.any():
        raise Problem("No two rows of the arms are alike enough to be paired.")
    first, second = asking[found], answering[chosen[found]]
    if swapped:
        first, second = second, first
    return Pairs(first, second, int((~found).sum()))


def _greedy(asking: Floats, answering: Floats, width: float) -> Integers:
    """For each asker the nearest answerer (sorted) that is still free and within reach, or -1."""
    count = len(answering)
    places = answering.tolist()
    # Chains of used places, each pointing to the next that may be free; `left` is shifted by one.
    right, left = list(range(count + 1)), list(range(count + 1))
    chosen = np.full(len(asking), -1, dtype=np.int64)
    for number, odds in enumerate(asking.tolist()):
        start = bisect_left(places, odds)
        above = _free(right, start)
        below = _free(left, start) - 1
        gap_above = places[above] - odds if above < count else np.inf
        gap_below = odds - places[below] if below >= 0 else np.inf
        if min(gap_above, gap_below) > width + 1e-12:
            continue
        taken = above if gap_above <= gap_below else below
        chosen[number] = taken
        right[taken] = taken + 1
        left[taken + 1] = taken
    return chosen


def _free(chain: list[int], start: int) -> int:
    end = start
    while chain[end] != end:
        end = chain[end]
    while chain[start] != end:
        chain[start], start = end, chain[start]
    return end
