"""What the heavy steps of a study start from: the table, the question and the columns to adjust for."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from causal_core.data.table import Table
from causal_core.problem import DoesNotApply
from causal_core.study.features import before_treatment
from causal_core.study.fitness import learnable_features
from causal_core.study.options import Level
from causal_core.study.routes import Route, door_route, instrument_route, mediation_route

if TYPE_CHECKING:
    from causal_core.data.design import Design, Floats
    from causal_core.data.imputation import Filling
    from causal_core.data.missing import MissingReport
    from causal_core.identification import Identification
    from causal_core.study.study import Study
    from causal_core.uplift.units import Units


@dataclass(frozen=True)
class Inputs:
    """The inputs of the steps after identification; equal inputs give equal results.

    Attributes:
        table: The table.
        treatment: The treatment's column.
        control: The control level.
        outcome: The outcome's column.
        covariates: The columns to adjust for.
        adjusted: Whether these suffice to identify the effect.
        reason: Why there is no adjustment set; empty when there is one.
        features: The columns that learners may use.
        instruments: The instruments and what they need to be adjusted for, or why there are none.
        door: The front-door set likewise.
        mediation: The mediators whose share can be told likewise.
        types: (column, kind) pairs that override what the table suggests.
        target: ATE, ATT or ATC.
        randomised: Whether assignment is known to be random.
        propensity: Column of the known propensity.
        clusters: Column of the clusters.
        weights: Column of the sampling weights.
        seed: Seed of everything random.
        squares: Covariates whose squares enter the models.
        interactions: Covariates whose products with the arms enter standardisation.
        nuisances: What double machine learning predicts with.
        missing: What becomes of rows with a missing covariate: complete, indicator or imputation.
        completed: Which completed table is meant, from 1, under imputation.
        mediator_value: Where the controlled direct effect holds the mediator; None for its usual level.
        logs: Covariates that enter the models by their logarithm.
    """

    table: Table
    treatment: str
    control: Level
    outcome: str
    covariates: tuple[str, ...]
    adjusted: bool
    reason: str
    features: tuple[str, ...]
    instruments: Route
    door: Route
    mediation: Route
    types: tuple[tuple[str, str], ...]
    target: str
    randomised: bool
    propensity: str | None
    clusters: str | None
    weights: str | None
    seed: int
    squares: tuple[str, ...] = ()
    interactions: tuple[str, ...] = ()
    nuisances: str = "boosted"
    missing: str = "complete"
    completed: int = 1
    mediator_value: float | None = None
    logs: tuple[str, ...] = ()

    @classmethod
    def of(cls, study: Study, table: Table, identification: Identification) -> Inputs:
        """The inputs that a study, its table and its identification give."""
        question, chosen = study.question, identification.chosen
        before = before_treatment(study) & set(table.columns)
        covariates = chosen.variables if chosen else ()
        if question.randomised and question.adjust_for is None:
            # Nothing need be adjusted for; what predicts the outcome makes the estimate more precise.
            covariates = tuple(sorted(before & study.graph.ancestors([question.outcome])))
        instruments = instrument_route(question, identification)
        door, mediation = door_route(question, identification), mediation_route(question, identification)
        features = learnable_features(study, table, identification).used
        used = {question.treatment, question.outcome, question.clusters, question.weights}
        used |= {question.propensity, *covariates, *features}
        used |= {*instruments.columns, *door.columns, *mediation.columns}
        return cls(
            table=table,
            treatment=question.treatment,
            control=question.control,
            outcome=question.outcome,
            covariates=covariates,
            adjusted=chosen is not None and chosen.valid,
            reason="" if chosen is not None else identification.verdict,
            features=features,
            instruments=instruments,
            door=door,
            mediation=mediation,
            types=tuple(sorted((name, kind) for name, kind in study.data.types.items() if name in used)),
            target=question.target,
            randomised=question.randomised,
            propensity=question.propensity,
            clusters=question.clusters,
            weights=question.weights,
            seed=study.seed,
            squares=study.estimate.squares,
            interactions=study.estimate.interactions,
            nuisances=study.estimate.nuisances,
            missing=study.estimate.missing,
            mediator_value=study.estimate.mediator_value,
            logs=study.estimate.logs,
        )

    def design(self) -> Design:
        """The arrays for estimators that adjust; built once for equal inputs in one process."""
        return _design(self, self.covariates, self._filling())

    def without_terms(self, columns: Collection[str]) -> Inputs:
        """The same inputs, where these columns enter as they are: by no logarithm and with no square."""
        from dataclasses import replace

        return replace(
            self,
            squares=tuple(name for name in self.squares if name not in columns),
            logs=tuple(name for name in self.logs if name not in columns),
        )

    def _filling(self) -> Filling | None:
        from causal_core.data.imputation import Filling

        if self.missing == "imputation":
            return Filling("imputation", self.completed, self.seed)
        return Filling("indicator") if self.missing == "indicator" and self.randomised else None

    def design_with(self, columns: tuple[str, ...], covariates: tuple[str, ...]) -> tuple[Design, Floats]:
        """A design with `covariates`, and `columns` encoded for the same rows, (rows, encoded columns)."""
        from dataclasses import replace

        import numpy as np

        # An instrument or a mediator must stay the columns it is, so it has neither square nor logarithm.
        plain = self.without_terms(columns)
        whole = _design(plain, tuple(dict.fromkeys((*covariates, *columns))))
        apart = np.isin(whole.covariate_sources, columns)
        kept = np.flatnonzero(~apart)
        design = replace(
            whole,
            covariates=whole.covariates[:, kept],
            covariate_names=tuple(whole.covariate_names[i] for i in kept),
            covariate_sources=tuple(whole.covariate_sources[i] for i in kept),
        )
        return design, whole.covariates[:, apart]

    def design_for(self, method: str) -> tuple[Design, Floats | None]:
        """The rows a method uses, and the instrument or mediators it goes through, (rows, columns) or None.

        A plain comparison in a trial needs no covariate, so it loses no row to a missing one. Instruments and
        front doors use complete rows, whatever becomes of missing covariates elsewhere.

        Raises:
            DoesNotApply: The graph offers no instrument, front-door set, mediator or adjustment set for the
                method, or missing covariates are to be marked by indicators although assignment was not
                random.
        """
        from causal_core.estimation.methods import METHODS

        strategy = METHODS[method].strategy if method in METHODS else "backdoor"
        if strategy == "iv":
            # The Wald ratio is of one instrument: the first.
            most = 1 if method == "wald" else None
            return self._along(self.instruments, most)
        if strategy == "frontdoor":
            return self._along(self.door)
        if strategy == "mediation":
            return self._along(self.mediation)
        if method == "difference_in_means":
            return (_design(self, ()) if self.randomised else self.design()), None
        if self.reason:
            raise DoesNotApply(self.reason)
        design = self.design()
        if self.missing == "indicator" and not self.randomised:
            refuse_indicators(design, self.covariates)
        return design, None

    def _along(self, route: Route, most: int | None = None) -> tuple[Design, Floats]:
        if not route.variables:
            raise DoesNotApply(route.reason)
        return self.design_with(route.variables[:most], route.given)

    def missing_values(self) -> MissingReport:
        """Missing values by column and arm, among the columns that an adjusting estimate needs."""
        from causal_core.data.missing import missing_report

        return missing_report(
            self.table,
            self.treatment,
            self.control,
            self.outcome,
            self.covariates,
            dict(self.types),
            propensity=self.propensity,
            clusters=self.clusters,
            weights=self.weights,
        )

    def units(self) -> Units:
        """The people for uplift: rows with treatment and outcome, features with their missing values."""
        from causal_core.data.encoding import feature_frame
        from causal_core.uplift.units import Units

        design = _design(self, ())
        return Units(
            features=feature_frame(self.table, self.features, dict(self.types), design.rows),
            arm=design.arm,
            outcome=design.outcome,
            arms=design.arms,
            randomised=design.randomised,
            propensity=design.propensity,
            clusters=design.clusters,
            rows=design.rows,
            weights=design.weights,
        )


def refuse_indicators(design: Design, covariates: tuple[str, ...]) -> None:
    """Refuse to mark missing covariates by indicators where assignment was not random.

    Raises:
        DoesNotApply: A covariate is missing in some row.
    """
    gaps = [name for name, _ in design.dropped_by if name in covariates]
    if gaps:
        raise DoesNotApply(
            f"An indicator of missing values of {', '.join(gaps)} would bias this estimate: rows that lack a "
            "value are not made comparable by an average put in its place (Greenland & Finkle 1995). It is "
            "for randomised assignment, where nothing need be made comparable.",
            remedy="Use complete rows or multiple imputation.",
        )


@lru_cache(maxsize=4)
def _design(inputs: Inputs, covariates: tuple[str, ...], filling: Filling | None = None) -> Design:
    from dataclasses import replace

    from causal_core.data.encoding import build_design
    from causal_core.estimation.terms import check_terms, with_logs, with_squares

    if covariates:
        check_terms(inputs.table.columns, inputs.squares, inputs.interactions, inputs.logs)
    design = build_design(
        inputs.table,
        treatment=inputs.treatment,
        control=inputs.control,
        outcome=inputs.outcome,
        covariates=covariates,
        types=dict(inputs.types),
        propensity=inputs.propensity,
        clusters=inputs.clusters,
        weights=inputs.weights,
        randomised=inputs.randomised,
        filling=filling,
    )
    design = replace(design, interactions=inputs.interactions, nuisances=inputs.nuisances)
    return with_squares(with_logs(design, inputs.logs), inputs.squares)
