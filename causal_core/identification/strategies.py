"""The result of identification: what was asked, the answer in words, and each way to the effect."""

from __future__ import annotations

from dataclasses import dataclass

from causal_core.graph import CausalGraph
from causal_core.graph.paths import Path
from causal_core.identification.identify import IdentifiedEffect
from causal_core.identification.instruments import Instrument
from causal_core.identification.mediation import MediationCheck
from causal_core.identification.optimal import OptimalSet
from causal_core.listing import Listing

Set = frozenset[str]


@dataclass(frozen=True)
class Strategy:
    """One way to the effect.

    Attributes:
        kind: "backdoor", "frontdoor", "iv", "mediation" or "general".
        variables: What it uses: the adjustment set, the front-door set, the instrument, the mediators; in
            name order.
        reason: Why it works, in words.
        given: What is adjusted for besides `variables`: an instrument's conditioning set, a mediation's
            covariates.
        assumption: What it needs beyond the graph; empty when nothing.
    """

    kind: str
    variables: tuple[str, ...]
    reason: str
    given: tuple[str, ...] = ()
    assumption: str = ""

    def to_dict(self) -> dict[str, object]:
        """The strategy as plain data."""
        plain: dict[str, object] = {
            "kind": self.kind,
            "variables": list(self.variables),
            "reason": self.reason,
        }
        if self.given:
            plain["given"] = list(self.given)
        if self.assumption:
            plain["assumption"] = self.assumption
        return plain


@dataclass(frozen=True)
class ChosenSet:
    """The adjustment set in use.

    Attributes:
        variables: The set, in name order.
        valid: Whether it gives the effect.
        reason: Why or why not, in words.
        by_user: Whether it was asked for; otherwise it is the smallest set.
        culprits: The nodes that make it wrong.
    """

    variables: tuple[str, ...]
    valid: bool
    reason: str
    by_user: bool
    culprits: tuple[str, ...] = ()


@dataclass(frozen=True)
class Identification:
    """Whether and how an effect can be had from the data, given the graph.

    Attributes:
        treatment: The treatments, in name order.
        outcome: The outcomes, in name order.
        graph: The graph reasoned on; for a randomised treatment without the arrows into it.
        identifiable: Whether the effect is identifiable with no assumption besides the graph.
        zero: Whether the graph draws no causal path, so that the effect is zero.
        verdict: The answer in a sentence or two.
        strategies: The ways to the effect; the first is the one to use unless another is chosen.
        adjustment_sets: The minimal adjustment sets found, smallest first.
        frontdoor_sets: The minimal front-door sets found.
        instruments: The instruments found.
        chosen: The adjustment set in use; None when none is asked for and none exists.
        instrument: The instrument asked for, or the first one found; None when there is none.
        mediation: The answer about the mediators asked about, or None.
        general: Formula, derivation and obstruction.
        paths: The paths between treatment and outcome, open or blocked given the set in use, with reasons.
        randomised: Whether the treatment is known to be random.
        ignored: The arrows the design overrules, as text.
        notes: What else the reader should know, in sentences.
        optimal: The adjustment set of least asymptotic variance, or why none is named.
    """

    treatment: tuple[str, ...]
    outcome: tuple[str, ...]
    graph: CausalGraph
    identifiable: bool
    zero: bool
    verdict: str
    strategies: tuple[Strategy, ...]
    adjustment_sets: Listing[Set]
    frontdoor_sets: Listing[Set]
    instruments: Listing[Instrument]
    chosen: ChosenSet | None
    instrument: Instrument | None
    mediation: MediationCheck | None
    general: IdentifiedEffect
    paths: Listing[Path]
    randomised: bool = False
    ignored: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    optimal: OptimalSet | None = None

    def to_dict(self) -> dict[str, object]:
        """The identification as plain data: identifiable, verdict, strategies and what explains them."""
        chosen = self.chosen
        return {
            "identifiable": self.identifiable,
            "verdict": self.verdict,
            "strategies": [strategy.to_dict() for strategy in self.strategies],
            "adjusted_for": None if chosen is None else list(chosen.variables),
            "adjusted_for_valid": None if chosen is None else chosen.valid,
            "adjusted_for_reason": None if chosen is None else chosen.reason,
            "estimand": self.general.estimand,
            "notes": list(self.notes),
        }
