"""The mechanism of a node: fitted in several ways, chosen by how well left-out rows are predicted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from causal_core.data.design import Floats, Integers
from causal_core.problem import Problem
from causal_core.what_if.columns import Column
from causal_core.what_if.count import MOST, Count
from causal_core.what_if.count_choice import (
    COUNT_WAYS,
    CountFit,
    count_of,
    fit_count,
    looks_like_count,
    may_be_count,
    surely_more,
    whole_score,
)
from causal_core.what_if.learning import HOWS, How, learn
from causal_core.what_if.left_out import FOLDS, base_loss, left_out, losses
from causal_core.what_if.mechanism import Additive, GumbelMax, Mechanism, Root, Threshold
from causal_core.what_if.predictor import Predictor
from causal_core.what_if.scaled import Scaled
from causal_core.what_if.scaled_choice import SCALED_WAYS, SpreadFit, fit_spread, hints, scaled_of

MOST_ROWS: Final = 20_000
"""Rows on which ways are compared."""


@dataclass(frozen=True)
class Fit:
    """How a node's mechanism was chosen, and how well it predicts rows it was not fitted on.

    Attributes:
        node: The node.
        parents: Its parents.
        how: "as seen" of a node without parents, else one of `hows_of`.
        chosen_by_hand: Whether the analyst chose it.
        losses: (way, mean loss on left-out rows): the squared error in variances of the node, or the negative
            log chance of the level that came, relative to that of its share. Below 1 parents help.
        explained: Share of the node's variance (or of its deviance) that the chosen way predicts in left-out
            rows; None for a node without parents, or that does not vary.
        scores: Where a count was tried: (way, mean log chance of the whole numbers of left-out rows).
        gained: Where a spread of each row's own was tried: by how much it raises the mean log score of the
            sizes of left-out residuals, and its standard error.
    """

    node: str
    parents: tuple[str, ...]
    how: str
    chosen_by_hand: bool = False
    losses: tuple[tuple[str, float], ...] = ()
    explained: float | None = None
    scores: tuple[tuple[str, float], ...] = ()
    gained: tuple[float, float] | None = None


@dataclass(frozen=True, eq=False)
class _Rows:
    """A node's rows, and which fold leaves each out: of all, and of those on which ways are compared."""

    target: Column
    columns: tuple[Column, ...]
    parents: Floats
    values: Floats
    seed: int
    fold: Integers
    kept: Integers

    @property
    def some(self) -> bool:
        """Whether ways are compared on some rows only."""
        return bool((self.kept < 0).any())

    def out(self, way: How, fold: Integers, rival: Floats | None = None) -> Floats:
        """(n, s) scores of left-out rows."""
        return left_out(way, self.target, self.columns, self.parents, self.values, fold, self.seed, rival)

    def best(self, ways: tuple[How, ...]) -> tuple[How, Floats, tuple[tuple[str, float], ...]]:
        """The better way, its (n, s) scores of left-out rows, and the loss of each way."""
        loss: dict[How, Floats] = {}
        out: dict[How, Floats] = {}
        for way in ways:
            out[way] = self.out(way, self.kept, None if way == ways[0] else loss[ways[0]])
            loss[way] = np.full(len(self.values), np.nan)
            scored = np.isfinite(out[way]).all(axis=1)
            loss[way][scored] = losses(self.target, out[way][scored], self.values[scored])
        better = len(ways) == 2 and surely_more(loss["linear"] - loss["boosted"])
        chosen = ways[1] if better else ways[0]
        base = base_loss(self.target, self.values)
        told = tuple((way, float(np.nanmean(loss[way]) / base)) for way in ways) if base > 0 else ()
        return chosen, self.out(chosen, self.fold) if self.some else out[chosen], told

    def count(self, fold: Integers, ways: tuple[str, ...]) -> CountFit:
        """The node fitted as a count."""
        return fit_count(self.target, self.columns, self.parents, self.values, fold, self.seed, ways)

    def spread(self, residuals: Floats, fold: Integers, ways: tuple[str, ...]) -> SpreadFit:
        """The spread of the node's residuals."""
        return fit_spread(self.target, self.columns, self.parents, residuals, fold, self.seed, ways)


def hows_of(target: Column, values: Floats) -> tuple[str, ...]:
    """The ways in which a node with parents can be fitted."""
    if target.discrete:
        return HOWS
    return (*HOWS, *SCALED_WAYS, *(COUNT_WAYS if may_be_count(target, values) else ()))


def fit_node(
    target: Column,
    columns: tuple[Column, ...],
    parents: Floats,
    values: Floats,
    seed: int,
    how: str | None = None,
    *,
    judged: bool = True,
    plain: bool = False,
) -> tuple[Mechanism, Fit]:
    """The mechanism of one node.

    Args:
        target: The node.
        columns: Its parents.
        parents: (n, p) their codes.
        values: (n,) the node's codes.
        seed: Of folds and trees.
        how: One of `hows_of`; None for whichever predicts left-out rows better, boosted only where its loss
            is lower by more than a standard error. What looks like a count is fitted as one unless mean plus
            noise gives its left-out whole numbers a higher log chance, by more than a standard error. Any
            other number gets a spread that depends on its parents where that tells the sizes of left-out
            residuals better, by more than two standard errors.
        judged: Whether to say how well left-out rows are predicted; else a node with levels whose `how` is
            given is fitted once, which takes a sixth of the time.
        plain: Whether only mean plus noise comes into question for a number where `how` is None.

    Raises:
        Problem: There is no such way for the node, or it is asked for one without parents.
    """
    names = tuple(column.name for column in columns)
    if how is not None:
        _check(target, columns, values, how)
    if not columns:
        return Root(values), Fit(target.name, names, "as seen")
    mean = SCALED_WAYS[how][0] if how in SCALED_WAYS else how
    ways = HOWS if mean is None else tuple(way for way in HOWS if way == mean)
    if len(np.unique(values)) == 1:
        # Nothing varies, so nothing can be learned of it.
        ways, how = ("linear",), how and "linear"
    if not judged and target.discrete and len(ways) == 1:
        predictor = learn(ways[0], target, columns, parents, values, seed)
        return _mechanism(target, predictor, values[:, None], values, ways[0]), Fit(
            target.name, names, ways[0], chosen_by_hand=True
        )
    drawn = np.random.default_rng(seed).permutation(len(values))
    fold = drawn % FOLDS
    # Ways are compared on some rows of a large table, the one chosen is left out on all.
    kept = np.where(drawn < MOST_ROWS, fold, -1) if len(ways) == 2 else fold
    rows = _Rows(target, columns, parents, values, seed, fold, kept)
    if not ways:
        return _counted(rows, rows.count(fold, (str(how),)), Fit(target.name, names, "", chosen_by_hand=True))
    chosen, out, told = rows.best(ways)
    fitted = Fit(target.name, names, chosen, how is not None, told, 1 - dict(told)[chosen] if told else None)
    if how is None and not plain and looks_like_count(target, values):
        found, other = rows.count(kept, tuple(COUNT_WAYS)), whole_score(values, out[:, 0])
        scores = ((chosen, float(np.nanmean(other))), (found.way, float(np.nanmean(found.score))))
        fitted = replace(fitted, scores=scores)
        if not surely_more(other - found.score):
            return _counted(rows, rows.count(fold, (found.way,)) if rows.some else found, fitted)
    predictor = learn(chosen, target, columns, parents, values, seed)
    if how in SCALED_WAYS or (how is None and not plain and not target.discrete):
        mechanism, fitted = _scaled(rows, predictor, values - out[:, 0], fitted, how)
        if mechanism is not None:
            return mechanism, fitted
    return _mechanism(target, predictor, out, values, chosen), fitted


def _check(target: Column, columns: tuple[Column, ...], values: Floats, how: str) -> None:
    known = how in (*HOWS, *SCALED_WAYS, *COUNT_WAYS)
    if not columns or not known:
        raise Problem(
            f"{target.name} has no parents, so its values stay as seen."
            if known
            else f"There is no mechanism '{how}' for {target.name}.",
            column=target.name,
            remedy=f"Choose among {', '.join(hows_of(target, values))}."
            if columns
            else "Leave its mechanism out.",
        )
    if how in SCALED_WAYS and target.discrete:
        raise Problem(
            f"{target.name} has levels, so there is no spread about its mean.",
            column=target.name,
            remedy=f"Choose among {', '.join(HOWS)}.",
        )
    if how in COUNT_WAYS and len(np.unique(values)) > 1 and not may_be_count(target, values):
        raise Problem(
            f"{target.name} is no count: that is a whole number from 0 to {MOST} with more than two values.",
            column=target.name,
            remedy=f"Choose among {', '.join(hows_of(target, values))}.",
        )


def _counted(rows: _Rows, found: CountFit, fit: Fit) -> tuple[Count, Fit]:
    loss = float(np.nanmean((rows.values - found.means) ** 2) / rows.values.var())
    told = replace(fit, how=found.way, losses=(*fit.losses, (found.way, loss)), explained=1 - loss)
    return count_of(found, rows.target, rows.columns, rows.parents, rows.values, rows.seed), told


def _scaled(
    rows: _Rows, predictor: Predictor, residuals: Floats, fit: Fit, how: str | None
) -> tuple[Scaled | None, Fit]:
    """The node with a spread of each row's own; None where that is not clearly needed nor asked for."""
    if how is not None:
        found = rows.spread(residuals, rows.fold, (how,))
    else:
        if not hints(rows.columns, rows.parents, rows.values, residuals):
            return None, fit
        ways = tuple(way for way, (mean, _) in SCALED_WAYS.items() if mean == fit.how)
        found = rows.spread(np.where(rows.kept < 0, np.nan, residuals), rows.kept, ways)
        fit = replace(fit, gained=found.gained)
        if not found.needed:
            return None, fit
        if rows.some:
            found = rows.spread(residuals, rows.fold, (found.way,))
    fit = replace(fit, how=found.way, gained=fit.gained or found.gained)
    mechanism = scaled_of(found, predictor, rows.target, rows.columns, rows.parents, residuals, rows.seed)
    return mechanism, fit


def _mechanism(target: Column, predictor: Predictor, out: Floats, values: Floats, how: str) -> Mechanism:
    if target.kind == "binary":
        return Threshold(predictor, how)
    if target.kind == "category":
        return GumbelMax(predictor, len(target.levels), how)
    # Residuals of rows that were fitted are too small, those of left-out rows are as in new people.
    residuals = values - out[:, 0]
    return Additive(predictor, residuals - residuals.mean(), how)
