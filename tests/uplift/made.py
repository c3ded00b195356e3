"""Results of the uplift step written by hand, for what draws and tells them."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from causal_core.uplift.findings import PairedDifference
from causal_core.uplift.result import Calibration, Segment, Trait, UpliftResult
from causal_core.uplift.toc import Rate

TRAITS = (Trait("early", None, 0.9, 0.3, 1.2), Trait("region", "north", 0.7, 0.5, 0.4))


def made(learner: str, bend: float, contrast: tuple[str, str] = ("a", "b"), **more: Any) -> UpliftResult:
    """A result whose curves bend up by `bend` over the line of random targeting; AUTOC is half of that."""
    share = np.linspace(0, 1, 101)
    gain = 0.3 * share + bend * share * (1 - share)
    toc = bend * (1 - share[1:])
    points = tuple(zip(share.tolist(), gain.tolist(), strict=True))
    result = UpliftResult(
        learner,
        contrast,
        qini=bend / 6,
        auuc=0.15 + bend / 6,
        autoc=Rate(bend / 2, 0.01, (bend / 2 - 0.02, bend / 2 + 0.02)),
        rate_qini=Rate(bend / 6, 0.01, (bend / 6 - 0.02, bend / 6 + 0.02)),
        average=0.3,
        curve=points,
        curve_std_error=tuple((0.02 * share).tolist()),
        qini_curve=points,
        random=((0.0, 0.0), (1.0, 0.3)),
        toc=tuple(zip(share[1:].tolist(), toc.tolist(), strict=True)),
        toc_band=tuple(
            (part, height - 0.01 / part, height + 0.01 / part)
            for part, height in zip(share[1:].tolist(), toc.tolist(), strict=True)
        ),
        r_score=bend / 10,
        source="randomised",
        segments=tuple(
            Segment(group, 100, 0.2, bend * (3 - group), 0.3, 0.1, (0.1, 0.5), TRAITS)
            for group in range(1, 6)
        ),
        calibration=Calibration(
            *((0.9, 0.2, (0.5, 1.3)) if bend else (0.1, 0.2, (-0.3, 0.5))), 0.3, 0.05, (0.2, 0.4)
        ),
        sentence="Effects differ." if bend > 0.04 else "No detectable heterogeneity.",
        rows_used=(500, 500),
    )
    return dataclasses.replace(result, **more)


def pair(
    first: str,
    second: str,
    value: float,
    error: float = 0.02,
    contrast: tuple[str, str] = ("a", "b"),
    measure: str = "autoc",
) -> PairedDifference:
    """A difference between two learners whose interval is two errors on each side."""
    ci = (round(value - 2 * error, 6), round(value + 2 * error, 6))
    return PairedDifference(contrast, measure, first, second, value, error, ci)
