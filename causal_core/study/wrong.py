"""What would have to be true for a conclusion to be wrong, in one breath."""

from __future__ import annotations

from collections.abc import Sequence

from causal_core.estimation.result import Estimate
from causal_core.refutation.benchmarks import Robustness
from causal_core.refutation.finding import multiple, p_text, percent
from causal_core.refutation.refuters import REFUTERS
from causal_core.refutation.result import Refutation
from causal_core.refutation.sensitivity import Sensitivity
from causal_core.study.headline import covers_zero, interval_text

QUESTION = "What would have to be true for this conclusion to be wrong?"

INSTRUMENT = (
    "The instrument would have to touch the outcome other than through the treatment, or share a hidden "
    "cause with it, or move some people's treatment the other way; a hidden cause of treatment and outcome "
    "alone would not be enough."
)
FRONT_DOOR = (
    "Part of the effect would have to bypass the mediator, or the mediator share a hidden cause with "
    "treatment or outcome; a hidden cause of treatment and outcome alone would not be enough."
)


def wrong_sentence(
    estimate: Estimate,
    refutations: Sequence[Refutation],
    sensitivity: Sensitivity | None,
    assigned: bool,
    interference: str = "unknown",
) -> str:
    """The whole of the refutations as what would have to be true for the conclusion to be wrong.

    Args:
        estimate: The estimate that was tried, of one arm.
        refutations: The refuters' answers about it.
        sensitivity: What a hidden confounder would have to be like; None when it was not looked at.
        assigned: Whether assignment is known: random, or with known probabilities.
        interference: Whether one unit's treatment can touch another's outcome: `no`, `yes` or `unknown`.
    """
    if estimate.value is None:
        return "There is no conclusion that could be wrong."
    if covers_zero(estimate):
        return (
            f"Nothing more than chance: the 95 % interval ({interval_text(estimate)}) holds zero, so these "
            "data do not settle the direction in the first place."
        )
    failed = _failed(refutations, sensitivity)
    parts = [f"It may be wrong as it stands: {failed}. Beyond that:"] if failed else []
    if estimate.strategy == "iv":
        parts.append(INSTRUMENT)
    elif estimate.strategy == "frontdoor":
        parts.append(FRONT_DOOR)
    elif assigned:
        parts.append(_assigned(estimate, refutations, interference))
    elif sensitivity is not None and sensitivity.robustness.coefficient is not None:
        parts.append(_confounder(sensitivity))
    else:
        why = sensitivity.robustness.finding.error if sensitivity is not None else None
        parts.append(
            "A hidden cause of both treatment and outcome would have to be left out; how strong, is not "
            f"known here{f' ({why})' if why else ''}."
        )
    return " ".join(parts)


def _failed(refutations: Sequence[Refutation], sensitivity: Sensitivity | None) -> str:
    names = [
        f"“{REFUTERS[each.refuter].label}”"
        for each in refutations
        if each.verdict == "fail" and each.error is None and each.refuter != "unobserved_common_cause"
    ]
    if sensitivity is not None and sensitivity.overlap.finding.verdict == "fail":
        names.append("“Overlap”")
    if not names:
        return ""
    listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    return f"{listed} {'fails' if len(names) == 1 else 'fail'}"


def _assigned(estimate: Estimate, refutations: Sequence[Refutation], interference: str) -> str:
    total = estimate.rows_used + estimate.rows_dropped
    lost = (
        f"those left out ({estimate.rows_dropped:,} of {total:,} rows) are missing because of the treatment"
        if estimate.rows_dropped
        else "people were lost before they reached this table because of the treatment"
    )
    touch = {
        "no": "one's treatment touched another's outcome after all",
        "yes": "one's treatment touched another's outcome, as you say it can",
    }.get(interference, "one's treatment touched another's outcome")
    test = next(
        (each for each in refutations if each.refuter == "randomisation" and each.error is None), None
    )
    chance = "by chance, as one 95 % interval in twenty is"
    if test is not None and test.p_value is not None:
        chance = f"by chance ({p_text(test.p_value)} in the randomisation test)"
    return (
        "Assignment is known, so a hidden cause cannot make it wrong. It would be wrong if assignment was "
        f"not carried out as planned, if {lost}, if {touch}, or {chance}."
    )


def _confounder(sensitivity: Sensitivity) -> str:
    found = sensitivity.robustness
    words = [
        f"A hidden confounder would have to explain {percent(found.value or 0.0)} of what the covariates "
        "leave unexplained of both treatment and outcome to bring the estimate to zero"
    ]
    if found.interval:
        words.append(f" ({percent(found.interval)} for its interval to touch zero)")
    words.append(_beside_the_strongest(found))
    risk = sensitivity.e_value
    if risk.value is not None and risk.limit is not None and risk.limit > 1:
        words.append(
            f" As risk ratios: at least {risk.value:.3g} with each of the two, {risk.limit:.3g} for the "
            "interval."
        )
    if sensitivity.method != "linear_regression":
        words.append(" The shares are reckoned for the linear regression of the same rows.")
    words.append(" Or the graph would have to be wrong in another way.")
    return "".join(words)


def _beside_the_strongest(found: Robustness) -> str:
    strongest = found.strongest
    if strongest is None or strongest.to_zero is None:
        if found.benchmarks:
            return "; no confounder like a known covariate could, however many times as strong."
        return "; there is no known covariate to hold that against."
    times = strongest.to_zero
    name = strongest.covariate
    if times < 1:
        return (
            f": one like {name}, the strongest known, would do it at {multiple(times)} times its strength - "
            f"less than {name} itself."
        )
    words = f": one like {name}, the strongest known, would have to be {multiple(times)} times as strong"
    nearest = strongest.to_interval
    return f"{words} ({multiple(nearest)} times for the interval)." if nearest else f"{words}."
