"""The results of a study's steps, and all of them together as plain JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from causal_core.data.column import Profile
from causal_core.data.reading import ReadOptions
from causal_core.data.table import Table
from causal_core.estimation.result import Estimate
from causal_core.plain import Plain, to_plain
from causal_core.refutation.result import Refutation

if TYPE_CHECKING:
    from causal_core.bandit.result import Acted
    from causal_core.data.missing import MissingReport
    from causal_core.estimation.diagnostics import Balance
    from causal_core.estimation.dose_result import DoseFindings
    from causal_core.gap.result import Gap
    from causal_core.identification import DoWhyView, Identification
    from causal_core.policy.quota_report import QuotaReport
    from causal_core.policy.result import PolicyResult
    from causal_core.policy.share_curve import ShareCurve
    from causal_core.refutation.sensitivity import Sensitivity
    from causal_core.study.study import Study
    from causal_core.uplift.result import Evaluation
    from causal_core.validation.result import Validated


@dataclass(frozen=True)
class Opened:
    """A file read: the table, its profile, the options in use and what was guessed or changed."""

    table: Table
    profile: Profile
    options: ReadOptions
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class Estimated:
    """The estimation step.

    Attributes:
        estimates: One for each method and arm, methods in the study's order.
        balance: Overlap and balance of each arm; empty when nothing is adjusted for.
        headline: The method whose number is said in a sentence; None when none answered.
        covariates: The columns adjusted for.
        rows_used: Complete rows.
        dropped_by: (column, rows left out because it was missing).
        missing: Missing values by column and arm.
        first: Under imputation the first completed table's estimates, which refuters try.
        dose: The curves, when the treatment is a dose.
    """

    estimates: tuple[Estimate, ...]
    balance: tuple[Balance, ...]
    headline: str | None
    covariates: tuple[str, ...]
    rows_used: int
    dropped_by: tuple[tuple[str, int], ...]
    missing: MissingReport | None = None
    first: tuple[Estimate, ...] = ()
    dose: DoseFindings | None = None

    def of(self, method: str | None) -> tuple[Estimate, ...]:
        """The estimates of one method, one an arm."""
        return tuple(estimate for estimate in self.estimates if estimate.method == method)

    def tried(self, method: str | None) -> tuple[Estimate, ...]:
        """What refuters try: the method's estimates, under imputation those of the first completed table."""
        return tuple(each for each in self.first if each.method == method) or self.of(method)


@dataclass(frozen=True)
class Refuted:
    """The refutation step.

    Attributes:
        refutations: One answer a refuter and arm.
        method: The method that was tried.
        sensitivity: What a hidden confounder would have to be like, one an arm.
    """

    refutations: tuple[Refutation, ...]
    method: str
    sensitivity: tuple[Sensitivity, ...] = ()


@dataclass(frozen=True)
class Refused:
    """A policy that could not be valued, and why."""

    policy: str
    error: str


@dataclass(frozen=True)
class Valued:
    """The policy step.

    Attributes:
        policies: The policies' values.
        curve: The gain over the share treated.
        learner: Whose predictions choose.
        benefit: Value of one unit of the outcome.
        quotas: What rules for groups do to each policy that ranks people; empty without such rules.
    """

    policies: tuple[PolicyResult | Refused, ...]
    curve: ShareCurve
    learner: str
    benefit: float
    quotas: tuple[QuotaReport, ...] = ()


@dataclass(frozen=True)
class Results:
    """What a study's steps gave; a step that was not asked for or failed is None.

    Attributes:
        study: The study.
        opened: Its table.
        identification: Whether and how the effect is identified.
        dowhy: DoWhy's own identification.
        estimated: The estimation step.
        validated: The validation step.
        refuted: The refutation step.
        uplift: The uplift step.
        valued: The policy step.
        gap: Ranking by risk against ranking by effect.
        bandit: Learning while acting.
        failures: Step -> why it failed, in words.
        inapplicable: Step -> why it has no answer for this question, in words.
    """

    study: Study
    opened: Opened
    identification: Identification | None = None
    dowhy: DoWhyView | None = None
    estimated: Estimated | None = None
    validated: Validated | None = None
    refuted: Refuted | None = None
    uplift: Evaluation | None = None
    valued: Valued | None = None
    gap: Gap | None = None
    bandit: Acted | None = None
    failures: Mapping[str, str] = field(default_factory=dict)
    inapplicable: Mapping[str, str] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Plain]:
        """The results as plain JSON; a step that was not run has no key."""
        plain: dict[str, Plain] = {
            "data": {
                "fingerprint": self.opened.table.fingerprint,
                "rows": self.opened.table.rows,
                "warnings": list(self.opened.warnings),
            }
        }
        if self.identification is not None:
            plain["identification"] = to_plain(self.identification.to_dict())
        if self.estimated is not None:
            plain["estimates"] = to_plain(self.estimated.estimates)
            plain["headline"] = self.estimated.headline
            if self.estimated.dose is not None:
                plain["dose_response"] = to_plain(self.estimated.dose)
            plain["missing"] = to_plain(self.estimated.missing)
        if self.validated is not None:
            plain["validation"] = to_plain(self.validated)
        if self.refuted is not None:
            plain["refutations"] = to_plain(self.refuted.refutations)
            plain["sensitivity"] = to_plain(self.refuted.sensitivity)
        if self.uplift is not None:
            plain["uplift"] = to_plain(self.uplift.results)
            plain["uplift_evaluation"] = to_plain(self.uplift)
        plain |= self._policy()
        plain |= self._gap()
        plain |= self._bandit()
        study = self.study
        for step, key, entry, names in (
            ("refute", "refutations", "refuter", study.refute.refuters),
            ("uplift", "uplift", "learner", study.uplift.learners),
            ("policy", "policy", "policy", study.policy.policies),
        ):
            if step in self.inapplicable:
                plain[key] = [{entry: name, "error": self.inapplicable[step]} for name in names]
        if study.held_back.share is not None or study.held_back.opened:
            plain["held_back"] = to_plain(study.held_back)
        if self.failures:
            plain["failures"] = to_plain(self.failures)
        return plain

    def _bandit(self) -> dict[str, Plain]:
        if self.bandit is not None:
            return {"bandit": to_plain(self.bandit)}
        return {"bandit": {"error": self.inapplicable["bandit"]}} if "bandit" in self.inapplicable else {}

    def _policy(self) -> dict[str, Plain]:
        if self.valued is None:
            return {}
        policies: dict[str, Plain] = {"policy": to_plain(self.valued.policies)}
        if self.valued.quotas:
            policies["policy_groups"] = to_plain(self.valued.quotas)
        return policies

    def _gap(self) -> dict[str, Plain]:
        from causal_core.gap.chosen import gap_entry

        if self.gap is not None:
            return {"gap": gap_entry(self.study, self.gap)}
        return {"gap": {"error": self.inapplicable["gap"]}} if "gap" in self.inapplicable else {}
