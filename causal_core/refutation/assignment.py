"""What a randomisation test says about an estimate."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from causal_core.data.design import Floats
from causal_core.estimation.result import Estimate
from causal_core.refutation.finding import p_text
from causal_core.refutation.randomisation import p_value
from causal_core.refutation.refuters import REFUTERS
from causal_core.refutation.result import Refutation

LEVEL = 0.05


def judge_assignment(
    estimate: Estimate, place: int, parts: Sequence[tuple[Floats, str, int] | str]
) -> Refutation:
    """The randomisation test of one arm as a refutation, with a p-value that is one.

    Args:
        estimate: One arm's estimate; the test itself compares the plain (weighted) means.
        place: Which arm, from 0.
        parts: What `tasks.draw_assignments` gave: statistics, how they were drawn, rows; or why there are
            none.
    """
    refused = next((part for part in parts if isinstance(part, str)), None)
    if refused is not None:
        return _answer(estimate, error=refused)
    made = [part for part in parts if not isinstance(part, str)]
    found = np.concatenate([made[0][0][place, :1], *(part[0][place, 1:] for part in made)])
    p = p_value(found)
    if p is None:
        return _answer(estimate, error="The outcome does not scatter, or an arm has a single unit.")
    drawn = len(found) - 1
    far = round(p * (drawn + 1)) - 1
    done = (
        f"{made[0][1]}, {drawn:,} times, and compared the arms each time: the difference of their mean "
        f"outcomes over its standard error, {made[0][2]:,} rows, no covariates."
    )
    seen = (
        f"{far:,} of the {drawn:,} re-drawn assignments gave a difference at least as large, either way, as "
        f"the actual one: {p_text(p)}. "
    )
    if p <= LEVEL:
        seen += "If the treatment had no effect on anybody, chance would rarely do that: good news."
    else:
        seen += (
            "Chance alone does that often enough, so the difference of the arms is no evidence of an effect; "
            "nor does it show that there is none."
        )
    values = found[1:][np.isfinite(found[1:])]
    return _answer(estimate, done, seen, "pass" if p <= LEVEL else "unclear", p, values, float(found[0]))


def _answer(
    estimate: Estimate,
    done: str | None = None,
    seen: str = "",
    verdict: str = "unclear",
    p: float | None = None,
    values: Floats | None = None,
    statistic: float | None = None,
    error: str | None = None,
) -> Refutation:
    about = REFUTERS["randomisation"]
    return Refutation(
        refuter="randomisation",
        method=estimate.method,
        contrast=estimate.contrast,
        original=estimate.value,
        refuted=None,
        shift=None,
        p_value=p,
        expectation=about.expectation,
        verdict=verdict,
        done=done or about.done,
        seen=seen,
        cannot=about.cannot,
        simulations=() if values is None else tuple(values.tolist()),
        statistic=statistic,
        error=error,
    )
