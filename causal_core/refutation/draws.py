"""What a simulation draws at random, and the design that a draw makes of another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from causal_core.data.design import Design, Floats, Integers
from causal_core.refutation.refuters import SUBSET_SHARE

# DoWhy draws from numpy's RandomState, and the same seed must give the same data here as there. A permutation
# is what `choice` without replacement takes its values from, and `standard_normal` what `normal` shifts.
Random = np.random.RandomState

RESERVED: Final = "random common cause"


@dataclass(frozen=True, eq=False)
class Draw:
    """What one simulation drew; what its refuter does not draw is None.

    Attributes:
        rows: (m,) the rows that are kept or drawn, in their order, possibly several times.
        left_out: The other rows, where each row is kept once or not at all; None where that is not so.
        clusters: (m,) codes in place of the rows' own, where a cluster drawn twice counts as two.
        order: (n,) the row each row takes its treatment from.
        covariate: (n,) a covariate more.
        outcome: (n,) the outcome in place of the observed one.
    """

    rows: Integers | None = None
    left_out: Integers | None = None
    clusters: Integers | None = None
    order: Integers | None = None
    covariate: Floats | None = None
    outcome: Floats | None = None

    def of(self, design: Design) -> Design:
        """The design that the draw makes of the one it was drawn for."""
        if self.rows is not None:
            design = take_rows(design, self.rows, self.clusters)
        if self.order is not None:
            # A row's known probabilities belong to its treatment's draw, so they move along with it.
            known = None if design.propensity is None else design.propensity[self.order]
            design = replace(design, arm=design.arm[self.order], propensity=known)
        if self.covariate is not None:
            design = add_covariate(design, self.covariate)
        if self.outcome is not None:
            design = replace(design, outcome=self.outcome)
        return design


def take_rows(design: Design, rows: Integers, clusters: Integers | None = None) -> Design:
    """The design of some rows, in that order; `clusters` replaces the cluster codes."""
    taken = design.at(rows)
    return taken if clusters is None else replace(taken, clusters=clusters)


def add_covariate(design: Design, values: Floats, name: str = RESERVED) -> Design:
    """The design with one covariate more."""
    return replace(
        design,
        covariates=np.column_stack([design.covariates, values]),
        covariate_names=(*design.covariate_names, name),
        covariate_sources=(*design.covariate_sources, name),
    )


def placebo_order(design: Design, random: Random) -> Integers:
    """(n,) the row each row takes its treatment from: whole clusters, or rows within them, change places."""
    n = design.rows_used
    if design.clusters is None:
        return random.permutation(n)
    _, first, codes = np.unique(design.clusters, return_index=True, return_inverse=True)
    if (design.arm == design.arm[first][codes]).all():
        # Whole clusters were treated: whole clusters change places.
        order: Integers = first[random.permutation(len(first))][codes]
    else:
        order = np.empty(n, dtype=np.int64)
        for group in range(len(first)):
            members = np.flatnonzero(codes == group)
            order[members] = members[random.permutation(len(members))]
    return order


def _random_common_cause(design: Design, random: Random) -> Draw:
    return Draw(covariate=random.standard_normal(design.rows_used))


def _placebo_treatment(design: Design, random: Random) -> Draw:
    return Draw(order=placebo_order(design, random))


def _data_subset(design: Design, random: Random) -> Draw:
    if design.clusters is None:
        n = design.rows_used
        order, size = random.permutation(n), round(SUBSET_SHARE * n)
        return Draw(order[:size], order[size:])
    names, codes = np.unique(design.clusters, return_inverse=True)
    chosen = random.permutation(len(names))[: max(round(SUBSET_SHARE * len(names)), 1)]
    kept = np.isin(codes, chosen)
    return Draw(np.flatnonzero(kept), np.flatnonzero(~kept))


def _bootstrap(design: Design, random: Random) -> Draw:
    if design.clusters is None:
        return Draw(random.randint(0, design.rows_used, size=design.rows_used))
    names, codes = np.unique(design.clusters, return_inverse=True)
    order = np.argsort(codes, kind="stable")
    starts = np.searchsorted(codes[order], np.arange(len(names) + 1))
    drawn = random.randint(0, len(names), size=len(names))
    pieces = [order[starts[g] : starts[g + 1]] for g in drawn]
    # A cluster drawn twice counts as two clusters.
    fresh = np.repeat(np.arange(len(drawn)), [len(piece) for piece in pieces])
    return Draw(np.concatenate(pieces), clusters=fresh)


def _dummy_outcome(design: Design, random: Random) -> Draw:
    return Draw(outcome=random.standard_normal(design.rows_used))


DRAWS: Final[dict[str, Callable[[Design, Random], Draw]]] = {
    "random_common_cause": _random_common_cause,
    "placebo_treatment": _placebo_treatment,
    "data_subset": _data_subset,
    "bootstrap": _bootstrap,
    "dummy_outcome": _dummy_outcome,
}
"""Refuter name -> how it draws; `unobserved_common_cause`, which follows the estimate, is not among them."""
