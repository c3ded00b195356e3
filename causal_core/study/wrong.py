"""What would have to be true for a conclusion to be wrong: one line, and what stands behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from causal_core.estimation.result import Estimate
from causal_core.refutation.benchmarks import Robustness
from causal_core.refutation.finding import multiple, p_text, percent
from causal_core.refutation.refuters import REFUTERS
from causal_core.refutation.result import Refutation
from causal_core.refutation.sensitivity import Sensitivity
from causal_core.study.headline import covers_zero, interval_text

QUESTION = "What would have to be true for this conclusion to be wrong?"

OTHERWISE = "a graph wrong otherwise, or models that do not fit"
MODELS = (
    "All of this takes the models of treatment and outcome to fit: no refuter sees a bend that they miss; "
    "“Look closer” on Estimate may."
)
NOT_ENOUGH = "A hidden cause of treatment and outcome alone would not be enough."


@dataclass(frozen=True)
class Wrong:
    """What would have to be true for a conclusion to be wrong.

    Attributes:
        line: One sentence that holds by itself.
        detail: The numbers and conditions behind it; may be empty.
    """

    line: str
    detail: str = ""


INSTRUMENT = Wrong(
    "An instrument that touches the outcome other than through the treatment, shares a hidden cause with it, "
    "or moves some people's treatment the other way.",
    NOT_ENOUGH,
)
FRONT_DOOR = Wrong(
    "An effect that bypasses the mediator in part, or a hidden cause that the mediator shares with treatment "
    "or outcome.",
    NOT_ENOUGH,
)


def what_if_wrong(
    estimate: Estimate,
    refutations: Sequence[Refutation],
    sensitivity: Sensitivity | None,
    assigned: bool,
    interference: str = "unknown",
) -> Wrong:
    """The whole of the refutations as what would have to be true for the conclusion to be wrong.

    Args:
        estimate: The estimate that was tried, of one arm.
        refutations: The refuters' answers about it.
        sensitivity: What a hidden confounder would have to be like; None when it was not looked at.
        assigned: Whether assignment is known: random, or with known probabilities.
        interference: Whether one unit's treatment can touch another's outcome: `no`, `yes` or `unknown`.
    """
    if estimate.value is None:
        return Wrong("There is no conclusion that could be wrong.")
    if covers_zero(estimate):
        return Wrong(
            f"Nothing more than chance: the 95 % interval ({interval_text(estimate)}) holds zero, so these "
            "data do not settle the direction in the first place."
        )
    found = _assumption(estimate, refutations, sensitivity, assigned, interference)
    failed = _failed(refutations, sensitivity)
    if not failed:
        return found
    return Wrong(
        f"Nothing more: {failed}, so it may be wrong as it stands.",
        f"Beyond that: {found.line[0].lower()}{found.line[1:]} {found.detail}".strip(),
    )


def _assumption(
    estimate: Estimate,
    refutations: Sequence[Refutation],
    sensitivity: Sensitivity | None,
    assigned: bool,
    interference: str,
) -> Wrong:
    """Which assumption would have to fail, and by how much."""
    if estimate.strategy == "iv":
        return INSTRUMENT
    if estimate.strategy == "frontdoor":
        return FRONT_DOOR
    if assigned:
        return _assigned(estimate, refutations, interference)
    if sensitivity is not None and sensitivity.robustness.coefficient is not None:
        return _confounder(sensitivity)
    why = sensitivity.robustness.finding.error if sensitivity is not None else None
    return Wrong(
        f"A hidden cause of both treatment and outcome, how strong is not known here, {OTHERWISE}.", why or ""
    )


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


def _assigned(estimate: Estimate, refutations: Sequence[Refutation], interference: str) -> Wrong:
    total = estimate.rows_used + estimate.rows_dropped
    lost = (
        f"{estimate.rows_dropped:,} of {total:,} rows are left out."
        if estimate.rows_dropped
        else "No row of this table is left out, but people may have been lost before they reached it."
    )
    touch = {
        "no": " You say that no one's treatment can touch another's outcome.",
        "yes": " You say that one's treatment can touch another's outcome.",
    }.get(interference, "")
    test = next(
        (each for each in refutations if each.refuter == "randomisation" and each.error is None), None
    )
    chance = "One 95 % interval in twenty misses the truth by chance."
    if test is not None and test.p_value is not None:
        chance = (
            f"Chance: the randomisation test of no effect on anybody gives {p_text(test.p_value)}; a small p "
            "speaks against it."
        )
    return Wrong(
        "An assignment not carried out as planned, people missing because of their treatment, one's "
        "treatment touching another's outcome, or chance.",
        f"Assignment is known, so a hidden cause cannot make it wrong. {lost}{touch} {chance}",
    )


def _confounder(sensitivity: Sensitivity) -> Wrong:
    found = sensitivity.robustness
    share = percent(found.value or 0.0)
    line, times = _beside_the_strongest(found, share)
    words = [
        f"A confounder equally strong with both would have to explain {share} of what the covariates leave "
        "unexplained of treatment and of outcome to bring the estimate to zero"
    ]
    words.append(f" ({percent(found.interval)} for its interval to touch zero)." if found.interval else ".")
    risk = sensitivity.e_value
    if risk.value is not None and risk.limit is not None and risk.limit > 1:
        words.append(
            f" As risk ratios: at least {risk.value:.3g} with each of the two, {risk.limit:.3g} for the "
            "interval."
        )
    if sensitivity.method != "linear_regression":
        words.append(" Shares and multiples are reckoned for the linear regression of the same rows.")
    words.append(f" {MODELS}")
    return Wrong(line, f"{times}{''.join(words)}")


def _beside_the_strongest(found: Robustness, share: str) -> tuple[str, str]:
    """The line, and what of the multiples stands behind it."""
    strongest = found.strongest
    if strongest is None or strongest.to_zero is None:
        if found.benchmarks:
            return (
                f"A hidden confounder unlike every known covariate that explains {share} of what is left of "
                f"treatment and outcome, {OTHERWISE}.",
                "No confounder like a known covariate could do it, however many times as strong. ",
            )
        return (
            f"A hidden confounder that explains {share} of what is left of treatment and outcome, "
            f"{OTHERWISE}.",
            "There is no known covariate to hold that against. ",
        )
    times, name, nearest = strongest.to_zero, strongest.covariate, strongest.to_interval
    close = f"{multiple(nearest)} times its strength lets the 95 % interval touch zero. " if nearest else ""
    if times < 1:
        return (
            f"A hidden confounder weaker than {name}, the strongest known ({multiple(times)} times its "
            f"strength), {OTHERWISE}.",
            close,
        )
    return (
        f"A hidden confounder {multiple(times)} times as strong as {name}, the strongest known, {OTHERWISE}.",
        close,
    )
