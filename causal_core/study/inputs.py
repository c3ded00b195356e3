"""What the heavy steps of a study start from: the table, the question and the columns to adjust for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from causal_core.data.table import Table

if TYPE_CHECKING:
    import pandas as pd

    from causal_core.data.design import Design
    from causal_core.identification import Identification
    from causal_core.study.study import Study


@dataclass(frozen=True)
class Inputs:
    """The inputs of the steps after identification; equal inputs give equal results.

    Attributes:
        table: The table.
        treatment: The treatment's column.
        control: The control level as text.
        outcome: The outcome's column.
        covariates: The columns to adjust for.
        features: The columns that learners may use.
        strategy: `backdoor`, `iv`, `frontdoor` or `none`, from identification.
        reason: Why there is no adjustment set, when there is none.
        instrument: The instrument's column, when `strategy` offers one.
        mediators: The front-door set's columns, when `strategy` offers one.
        types: (column, kind) pairs that override what the table suggests.
        target: ATE, ATT or ATC.
        randomised: Whether assignment is known to be random.
        propensity: Column of the known propensity.
        clusters: Column of the clusters.
        weights: Column of the sampling weights.
        seed: Seed of everything random.
    """

    table: Table
    treatment: str
    control: str
    outcome: str
    covariates: tuple[str, ...]
    features: tuple[str, ...]
    strategy: str
    reason: str
    instrument: str | None
    mediators: tuple[str, ...]
    types: tuple[tuple[str, str], ...]
    target: str
    randomised: bool
    propensity: str | None
    clusters: str | None
    weights: str | None
    seed: int

    @classmethod
    def of(cls, study: Study, table: Table, identification: Identification) -> Inputs:
        """The inputs that a study, its table and its identification give."""
        question = study.question
        columns = set(table.columns)
        before = _before(study) & columns
        covariates = _covariates(study, identification, before)
        features = study.uplift.features
        if features is None:
            features = tuple(name for name in table.columns if name in before | set(covariates))
        kinds = {strategy.kind: strategy for strategy in identification.strategies}
        strategy = next((kind for kind in ("backdoor", "frontdoor", "iv") if kind in kinds), "none")
        instrument = question.instrument
        if instrument is None and "iv" in kinds:
            instrument = kinds["iv"].variables[0]
        mediators: tuple[str, ...] = (question.mediator,) if question.mediator else ()
        if not mediators and "frontdoor" in kinds:
            mediators = tuple(kinds["frontdoor"].variables)
        return cls(
            table=table,
            treatment=question.treatment,
            control=study.control,
            outcome=question.outcome,
            covariates=covariates,
            features=features,
            strategy=strategy,
            reason="" if strategy == "backdoor" else identification.verdict,
            instrument=instrument,
            mediators=mediators,
            types=tuple(sorted(study.data.types.items())),
            target=question.target,
            randomised=question.randomised,
            propensity=question.propensity,
            clusters=question.clusters,
            weights=question.weights,
            seed=study.seed,
        )

    def design(self) -> Design:
        """The arrays for estimators; built once for equal inputs in one process."""
        return _design(self)

    def feature_frame(self) -> pd.DataFrame:
        """The learners' columns of the same rows as `design`, categories and missing values kept."""
        from causal_core.data.encoding import feature_frame

        return feature_frame(self.table, self.features, dict(self.types), self.design().rows)


def _before(study: Study) -> frozenset[str]:
    """The observed columns of the graph that the treatment cannot have changed, as far as the study says."""
    question, graph = study.question, study.graph
    after = {name for name, when in study.data.measured.items() if when == "after"}
    later = graph.descendants([question.treatment])
    return graph.observed - later - after - {question.treatment, question.outcome}


def _covariates(study: Study, identification: Identification, before: frozenset[str]) -> tuple[str, ...]:
    question = study.question
    if question.adjust_for is not None:
        return tuple(question.adjust_for)
    if question.randomised:
        # Nothing need be adjusted for; what predicts the outcome makes the estimate more precise.
        return tuple(sorted(before & study.graph.ancestors([question.outcome])))
    return tuple(sorted(identification.chosen or ()))


@lru_cache(maxsize=4)
def _design(inputs: Inputs) -> Design:
    from causal_core.data.encoding import build_design

    return build_design(
        inputs.table,
        treatment=inputs.treatment,
        control=inputs.control,
        outcome=inputs.outcome,
        covariates=inputs.covariates,
        types=dict(inputs.types),
        propensity=inputs.propensity,
        clusters=inputs.clusters,
        weights=inputs.weights,
        randomised=inputs.randomised,
    )
