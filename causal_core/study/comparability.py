"""Whether the arms can be compared, said in a sentence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from causal_core.estimation.diagnostics import Balance
from causal_core.estimation.result import Estimate
from causal_core.percent import percent
from causal_core.study.headline import STILL_UNLIKE

ACCEPTED = 0.1
"""Standardised differences up to this are usually called balanced (Austin 2009)."""

FEW = 100
"""An effective sample below this leaves too little to trust an interval."""

WEIGHTED = ("ipw", "aipw", "ipw_regression_adjustment")
"""Methods that rest on the weights whose balance is looked at."""

HEAVY = 0.05
"""One row with more than this share of the weight decides too much."""


def comparability_sentence(balance: Balance) -> str:
    """How far weighting makes one arm and control alike, and what it costs in effective rows."""
    control, arm = balance.contrast
    if balance.error is not None:
        return f"{arm} and {control} cannot be weighted to look alike: {balance.error}"
    before, after = (
        max((abs(value) for value in side), default=0.0) for side in (balance.before, balance.after)
    )
    faults = concerns(balance)
    verdict = "no problem found" if not faults else "; ".join(faults)
    return (
        f"{arm} against {control}: {verdict}. The largest standardised difference is {before:.2f} as the "
        f"data are and {after:.2f} after weighting. The weights leave an effective sample of "
        f"{balance.effective[1]:,.0f} of {balance.rows[1]:,} rows of {arm} and "
        f"{balance.effective[0]:,.0f} of {balance.rows[0]:,} of {control}; the heaviest row has "
        f"{percent(max(balance.largest_share), 2)} of its arm's weight."
    )


def concerns(balance: Balance) -> tuple[str, ...]:
    """What speaks against comparing the arms, each in a few words; empty when nothing does."""
    control, arm = balance.contrast
    found = []
    for name, rows, effective, largest, clipped in zip(
        (control, arm), balance.rows, balance.effective, balance.largest_share, balance.clipped, strict=True
    ):
        if effective < FEW <= rows:
            found.append(f"few effective rows of {name}")
        if largest > HEAVY and rows >= FEW:
            found.append(f"one row of {name} weighs too much")
        if clipped:
            found.append(f"{clipped:,} rows with hardly any chance of {name}")
    if any(abs(value) > ACCEPTED for value in balance.after):
        found.append(f"still unlike after weighting (above {ACCEPTED:g})")
    return tuple(found)


def with_balance(estimates: Iterable[Estimate], balances: Iterable[Balance]) -> tuple[Estimate, ...]:
    """The estimates, those by weights with a note where the modelled weights leave their arms unlike."""
    notes = {each.contrast: note for each in balances if (note := _unlike(each))}
    return tuple(
        replace(each, notes=(*each.notes, notes[each.contrast]))
        if each.method in WEIGHTED and each.value is not None and each.contrast in notes
        else each
        for each in estimates
    )


def _unlike(balance: Balance) -> str:
    """Where the arms differ most after weighting, if too much; under known probabilities that is chance."""
    apart = [(abs(value), name) for value, name in zip(balance.after, balance.covariates, strict=False)]
    most, name = max(apart, default=(0.0, ""))
    if balance.known or balance.error is not None or most <= ACCEPTED:
        return ""
    return (
        f"{STILL_UNLIKE}: {name} by {most:.2f} standard deviations (accepted: {ACCEPTED:g}). The model of "
        "the treatment does not make them comparable; the number may be biased."
    )
