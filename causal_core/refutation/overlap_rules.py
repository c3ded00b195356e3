"""Whether the arms overlap enough for the target at hand, rule by rule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from causal_core.data.design import Design
from causal_core.estimation.inference import effective_size
from causal_core.estimation.propensity import Weighting, weighting
from causal_core.estimation.result import Estimate
from causal_core.estimation.sample import Sample, prepare
from causal_core.plain import Plain, to_plain
from causal_core.problem import Problem
from causal_core.refutation.finding import Finding, percent

LABEL: Final = "Overlap"
EXPECTATION: Final = (
    "Nearly every row of the target has somebody like it in the arms it is compared with, and no few rows "
    "carry the answer."
)
CANNOT: Final = (
    "It sees only the covariates in use; a wrong model of the treatment can hide a gap or feign one."
)
RARE: Final = 0.01
CRUMP: Final = 0.1
WHOM: Final = {"ATE": "all rows", "ATT": "treated rows", "ATC": "control rows"}


@dataclass(frozen=True)
class Rule:
    """One rule of overlap.

    Attributes:
        name: What is looked at.
        value: What was found: a share of rows or of weight from 0 to 1, or a count for sample sizes.
        shown: The value in words.
        limit: What counts as good and as bad, in words.
        verdict: `pass`, `unclear` or `fail`.
    """

    name: str
    value: float
    shown: str
    limit: str
    verdict: str


@dataclass(frozen=True)
class Overlap:
    """The rules for one arm and target, empty without an answer, and the words."""

    rules: tuple[Rule, ...]
    finding: Finding

    def to_dict(self) -> dict[str, Plain]:
        """The rules and words as plain JSON."""
        return {"rules": to_plain(self.rules)} | self.finding.to_dict()


def overlap_rules(design: Design, estimate: Estimate, target: str, sample: Sample | None = None) -> Overlap:
    """The rules of overlap for one arm against control.

    Only what the target needs is asked: for the treated, that they could have been controls; for the
    controls the reverse; for all rows both. Known probabilities are taken as they are: a rare arm by design
    is legitimate, and only the weights it leads to are judged. The rule of thumb of 0.1 is Crump et al.'s
    (2009); the effective size is Kish's.

    Args:
        design: The rows of the estimate.
        estimate: One arm's estimate.
        target: `ATE`, `ATT` or `ATC`.
        sample: The design made ready, when that is at hand.
    """
    if estimate.strategy in ("iv", "frontdoor"):
        return Overlap((), _finding("", "unclear", "Not applicable: no row is weighted by its probability."))
    try:
        sample = sample or prepare(design)
        a = design.arms.index(estimate.contrast[1])
        needed = {"ATE": (a, 0), "ATT": (0,), "ATC": (a,)}[target]
        population = None if target == "ATE" else a if target == "ATT" else 0
        made = {
            b: weighting(sample.scores, sample.arm, sample.weights, b, population, design.arms)
            for b in needed
        }
    except Problem as problem:
        return Overlap((), _finding(str(problem), "fail", None))
    rules = [*_probabilities(sample, a, target, needed)]
    for b in needed:
        rules += _weights(sample, b, made[b])
    worst = next(each for each in ("fail", "unclear", "pass") if each in {rule.verdict for rule in rules})
    said = [rule for rule in rules if rule.verdict == worst]
    if worst == "pass":
        seen = f"For {WHOM[target]} every rule is kept: no problem found."
    else:
        seen = "; ".join(f"{rule.name}: {rule.shown} ({rule.limit})" for rule in said) + "."
    return Overlap(tuple(rules), _finding(seen, worst, None))


def _finding(seen: str, verdict: str, error: str | None) -> Finding:
    done = "Looked at the probabilities of the arms given the covariates, and at the weights made from them."
    return Finding(LABEL, done if error is None else "", EXPECTATION, seen, verdict, CANNOT, error)


def _probabilities(sample: Sample, a: int, target: str, needed: tuple[int, ...]) -> list[Rule]:
    known = sample.design.propensity is not None
    goal = sample.target_weights(a, target)
    # Rows of other arms say nothing about these two, except as part of everybody.
    pair = sample.scores.probability[:, list(needed)].min(axis=1)
    rules = []
    # A rare arm has small probabilities everywhere and may still be compared well, so these two alone never
    # fail: the weights decide.
    for name, edge, good in (("Below 1 %", RARE, 0.01), ("Below 10 % (Crump's rule)", CRUMP, 0.1)):
        share = float(goal @ (pair < edge) / goal.sum())
        verdict = "pass" if known or share <= good else "unclear"
        limit = "known by design, so not judged" if known else f"good up to {100 * good:.0f} % of them"
        arms = " or ".join(sample.design.arms[b] for b in needed)
        rules.append(
            Rule(
                f"{name} likely to be in {arms}",
                share,
                f"{percent(share)} of {WHOM[target]}",
                limit,
                verdict,
            )
        )
    return rules


def _weights(sample: Sample, b: int, made: Weighting) -> list[Rule]:
    name, rows = sample.design.arms[b], int(sample.counts[b])
    size = effective_size(made.weights)
    heaviest = float(made.weights.max() / made.weights.sum())
    usual = 5 / rows
    share = size / rows
    return [
        Rule(
            f"Effective sample of {name}",
            size,
            f"{size:,.0f} of {rows:,} rows",
            "good from 100 or half of the rows on, bad below 30",
            "pass" if size >= 100 or share >= 0.5 else "unclear" if size >= 30 else "fail",
        ),
        Rule(
            f"Heaviest row of {name}",
            heaviest,
            f"{percent(heaviest)} of the weight",
            f"good up to {percent(max(0.05, usual))}, bad above {percent(max(0.2, 2 * usual))}",
            "pass"
            if heaviest <= max(0.05, usual)
            else "fail"
            if heaviest > max(0.2, 2 * usual)
            else "unclear",
        ),
    ]
