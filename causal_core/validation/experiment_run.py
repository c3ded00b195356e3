"""The computation behind an observational estimate held against a randomised one."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from causal_core.data.design import Design, Floats, Integers
from causal_core.data.known import cluster_levels
from causal_core.data.source import columns_of
from causal_core.estimation.average import ELSEWHERE, RUN
from causal_core.estimation.inference import Answer, interval
from causal_core.estimation.methods import METHODS
from causal_core.estimation.sample import prepare
from causal_core.problem import DoesNotApply, Problem
from causal_core.study.inputs import Inputs
from causal_core.validation.experiment import Compared, Comparison, Samples, Side
from causal_core.validation.experiment_rows import sample_rows

Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Stacked:
    """Both samples as designs over one table.

    Attributes:
        trial: The randomised rows.
        observational: The observational rows, with the trial's rows of the arms they lack.
        target: Over whom the observational effect is averaged.
        shared_arms: The arms taken from the trial.
        clusters: (rows of the table,) cluster codes, or None.
        notes: What a reader must know.
    """

    trial: Design
    observational: Design
    target: str
    shared_arms: tuple[str, ...]
    clusters: Integers | None = None
    notes: tuple[str, ...] = ()


def compare_methods(inputs: Inputs, samples: Samples, methods: tuple[str, ...]) -> tuple[Comparison, ...]:
    """The comparison by each method and for each arm; what cannot be had says why.

    Raises:
        Problem: The samples cannot be told apart, or one of them cannot be used.
    """
    stacked = stack(inputs, samples)
    return tuple(
        compare(stacked, method, arm, inputs.seed, samples.trial_method, inputs.reason)
        for method in methods
        for arm in stacked.observational.arms[1:]
    )


def combine(inputs: Inputs, samples: Samples, parts: list[tuple[Comparison, ...]]) -> Compared:
    """All comparisons together."""
    stacked = stack(inputs, samples)
    return Compared(
        comparisons=tuple(each for part in parts for each in part),
        samples=samples,
        target=stacked.target,
        shared_arms=stacked.shared_arms,
        covariates=inputs.covariates,
        notes=stacked.notes,
    )


def stack(inputs: Inputs, samples: Samples) -> Stacked:
    """The two samples of a table.

    An arm that the observational rows lack comes from the trial: in LaLonde (1986) the treated of the
    experiment are compared with a survey. The effect is then averaged over the rows both share.

    Raises:
        Problem: A value marks both samples, a sample has no rows, or both arms would come from the trial.
    """
    in_trial, in_other = sample_rows(inputs.table, samples)
    notes = []
    if inputs.missing != "complete":
        inputs = replace(inputs, missing="complete")
        notes.append("Here only rows with every needed value are used, whatever the study does with others.")
    known = replace(inputs, propensity=None, randomised=True)
    if samples.assignment is not None:
        known = replace(known, treatment=samples.assignment)
    if samples.trial_method == "difference_in_means":
        known = replace(known, covariates=())
    trial = _chosen(known.design(), in_trial)
    whole = replace(inputs, randomised=False).design()
    present = set(np.unique(whole.arm[in_other[whole.rows]]).tolist())
    lacking = [b for b in range(len(whole.arms)) if b not in present]
    if len(lacking) == len(whole.arms):
        raise Problem(
            f"No observational row has {inputs.treatment} and every value that is needed.",
            column=inputs.treatment,
            remedy="Choose other values for the observational sample.",
        )
    borrowed = in_trial[whole.rows] & np.isin(whole.arm, lacking)
    kept = in_other[whole.rows] | borrowed
    other = whole.at(np.flatnonzero(kept))
    if lacking and other.propensity is not None:
        other = replace(other, propensity=None)
        notes.append("The known propensity holds for the trial alone, so the probabilities are estimated.")
    target = inputs.target if not lacking else "ATC" if 0 in lacking else "ATT"
    if target != inputs.target:
        notes.append(
            f"Both estimates share the trial's rows of {_listed([whole.arms[b] for b in lacking])}, so the "
            f"observational effect is averaged over them ({target}), whatever the study's target."
        )
    if not lacking and inputs.target == "ATE":
        notes.append(
            "The two samples may hold different people: a difference can come from who they are as well as "
            "from confounding."
        )
    return Stacked(
        trial=trial,
        observational=other,
        target=target,
        shared_arms=tuple(whole.arms[b] for b in lacking),
        clusters=_clusters(inputs),
        notes=tuple(notes),
    )


def compare(
    stacked: Stacked,
    method: str,
    arm: str,
    seed: int = 0,
    trial_method: str = "difference_in_means",
    refused: str = "",
) -> Comparison:
    """One method's observational estimate of one arm beside the experimental one, and their difference.

    Both estimates are means of influences over the stacked rows; the variance of the difference is that of
    the differences of the influences, so rows that both use count once, with their covariance (Newey &
    McFadden 1994, section 6; the setting is LaLonde 1986).

    Args:
        stacked: The two samples.
        method: A method that adjusts for covariates, or `difference_in_means`.
        arm: The arm, as text.
        seed: For methods that split the rows at random.
        trial_method: How the trial is analysed.
        refused: Why no method that adjusts may run; empty when they may.
    """
    contrast = (stacked.observational.arms[0], arm)
    try:
        trial, first = _side(stacked.trial, trial_method, arm, stacked.target, seed)
    except Problem as problem:
        return Comparison(method, contrast, error=f"The trial gives no estimate: {problem}")
    try:
        if refused and method != "difference_in_means":
            raise DoesNotApply(refused)
        other, second = _side(stacked.observational, method, arm, stacked.target, seed)
    except Problem as problem:
        return Comparison(method, contrast, trial=trial, error=str(problem))
    rows = int(max(stacked.trial.rows.max(), stacked.observational.rows.max())) + 1
    parts = np.zeros((2, rows))
    parts[0, stacked.observational.rows] = second
    parts[1, stacked.trial.rows] = first
    error, freedom = _spread(parts[0] - parts[1], stacked.clusters)
    apart = float(np.hypot(trial.std_error, other.std_error))
    difference = other.value - trial.value
    return Comparison(
        method=method,
        contrast=contrast,
        trial=trial,
        observational=other,
        difference=difference,
        std_error=error,
        ci=interval(difference, error, freedom),
        apart_error=apart,
        shared=int(np.isin(stacked.trial.rows, stacked.observational.rows).sum()),
    )


def _side(design: Design, method: str, arm: str, target: str, seed: int) -> tuple[Side, Floats]:
    """One estimate, and (rows of the design,) what each row adds to its error."""
    design = _present(design)
    if arm not in design.arms[1:]:
        raise Problem(
            f"There is no row of {arm} among them.",
            column=design.treatment_name,
            remedy="Choose other values for this sample.",
        )
    a = design.arms.index(arm)
    answer, influence = _answer(design, method, a, target, seed)
    parts = influence / design.rows_used
    error, freedom = _spread(parts, design.clusters)
    estimand = answer.estimand or target
    if method == "difference_in_means" and not design.randomised:
        estimand = "association"
    side = Side(
        value=answer.value,
        std_error=error,
        ci=interval(answer.value, error, freedom if freedom is not None else answer.freedom),
        control_rows=int((design.arm == 0).sum()),
        arm_rows=int((design.arm == a).sum()),
        estimand=estimand,
        notes=answer.notes,
    )
    return side, parts


def _present(design: Design) -> Design:
    """The design with the arms that have rows; the control level must have some."""
    counts = np.bincount(design.arm, minlength=len(design.arms))
    if counts[0] == 0:
        raise Problem(
            f"There is no row of {design.arms[0]} among them.",
            column=design.treatment_name,
            remedy="Choose other values for this sample.",
        )
    kept = np.flatnonzero(counts)
    if len(kept) == len(counts):
        return design
    return replace(
        design,
        arm=np.searchsorted(kept, design.arm),
        arms=tuple(design.arms[b] for b in kept),
        propensity=None,
    )


def _answer(design: Design, method: str, a: int, target: str, seed: int) -> tuple[Answer, Floats]:
    if method in ELSEWHERE or method not in RUN:
        label = METHODS[method].label if method in METHODS else method
        raise DoesNotApply(
            f"{label} does not adjust for covariates, so it is not compared here.",
            remedy="Choose a method that adjusts for covariates.",
        )
    counts = np.bincount(design.arm, minlength=len(design.arms))
    if counts[0] < 2 or counts[a] < 2:
        raise Problem("An arm has fewer than two rows.", remedy="Choose other values for this sample.")
    try:
        answer = RUN[method](prepare(design, seed), a, target, True)
        if answer.influence is None:
            # Matching states each row's influence (Otsu & Rai 2017) when rows are clusters of their own.
            alone = replace(design, clusters=np.arange(design.rows_used))
            answer = RUN[method](prepare(alone, seed), a, target, True)
    except (np.linalg.LinAlgError, FloatingPointError) as error:
        raise Problem(f"The computation broke down ({error}).", remedy="Look for extreme values.") from None
    if answer.influence is None:
        raise DoesNotApply(
            f"{METHODS[method].label} does not say how much each row moves it, so its covariance with the "
            "experiment cannot be had.",
            remedy="Choose another method.",
        )
    return answer, answer.influence


def _spread(parts: Floats, clusters: Integers | None) -> tuple[float, float | None]:
    """The standard error of a sum of rows' parts, and its degrees of freedom (None: normal)."""
    if clusters is None:
        return float(np.sqrt(np.sum(parts**2))), None
    used = parts != 0
    _, codes = np.unique(clusters[used], return_inverse=True)
    sums = np.bincount(codes, weights=parts[used])
    groups = len(sums)
    if groups < 2:
        raise Problem(
            "There is only one cluster, so there is no standard error.", remedy="Use more clusters."
        )
    return float(np.sqrt(np.sum(sums**2) * groups / (groups - 1))), float(groups - 1)


def _chosen(design: Design, wanted: Flags) -> Design:
    return design.at(np.flatnonzero(wanted[design.rows]))


def _clusters(inputs: Inputs) -> Integers | None:
    if inputs.clusters is None:
        return None
    return cluster_levels(columns_of(inputs.table, [inputs.clusters])[inputs.clusters]).codes


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
