"""Effects that differ by person, and how well they are ranked."""

from causal_core.uplift.curves import (
    QiniCurve,
    ScoreCurve,
    UpliftCurve,
    qini_curve,
    score_curve,
    uplift_curve,
)
from causal_core.uplift.evaluation import evaluate, learn, score_fold
from causal_core.uplift.fitting import FittedUplift, fit
from causal_core.uplift.result import Evaluation, HeldOut, UpliftResult
from causal_core.uplift.scores import aipw_scores
from causal_core.uplift.toc import Rate, rate, toc
from causal_core.uplift.units import Units

__all__ = [
    "Evaluation",
    "FittedUplift",
    "HeldOut",
    "QiniCurve",
    "Rate",
    "ScoreCurve",
    "Units",
    "UpliftCurve",
    "UpliftResult",
    "aipw_scores",
    "evaluate",
    "fit",
    "learn",
    "qini_curve",
    "rate",
    "score_curve",
    "score_fold",
    "toc",
    "uplift_curve",
]
