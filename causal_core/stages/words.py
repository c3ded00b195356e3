"""What a rule over stages found, in sentences; names from the data stand in them unescaped."""

from __future__ import annotations

from typing import Final, Literal

from causal_core.gap.digits import gain_with_unit, number_and_ends
from causal_core.percent import percent
from causal_core.policy.result import Gain, PolicyResult
from causal_core.stages.asked import Asked
from causal_core.stages.result import RegimeValue, StageFound, StagesResult
from causal_core.study.headline import number_text

Finding = Literal["gain", "loss", "unclear"]

NAMES: Final = {
    "q_learning": "the learned rule",
    "tree": "the readable rule",
    "first_only": "first decision by person, later ones as they were made",
    "logged": "as it was done",
}
"""Regime -> how it is called."""


def regime_name(regime: RegimeValue) -> str:
    """What a regime is called: a sequence by its arms."""
    if regime.name in NAMES:
        return NAMES[regime.name]
    arms = " → ".join(arm for arm in regime.arms if arm)
    return f"{arms} for everybody"


def finding(gain: Gain) -> Finding:
    """Whether the 95 % interval of a gain lies above 0, below, or holds it."""
    if gain.ci[0] > 0:
        return "gain"
    return "loss" if gain.ci[1] < 0 else "unclear"


def verdict(found: StagesResult, unit: str = "", person: str = "person") -> str:
    """Whether deciding person by person, stage by stage, gains over the best sequence for everybody."""
    gain = found.reference.gain_of_rule
    other = f"giving everybody {sequence(found.best_fixed)}"
    size = amount(gain, unit)
    chosen = "the sequence predicted best on the rows learned from"
    if not found.best_fixed:
        other, chosen = "what was done", "as no sequence of arms can be given to everybody"
    if finding(gain) == "gain":
        return f"Deciding by person at each stage gains {size} per {person} over {other}, {chosen}."
    if finding(gain) == "loss":
        return (
            f"The learned rule loses {size} per {person} against {other}, {chosen}: do not use it as it "
            "stands."
        )
    return (
        f"No clear gain over {other}, {chosen}: {size} per {person}, and the interval holds zero. That "
        "may do as well."
    )


def amount(gain: Gain, unit: str = "") -> str:
    """A gain or a loss as a size with its interval."""
    if finding(gain) == "loss":
        gain = Gain(-gain.value, gain.std_error, (-gain.ci[1], -gain.ci[0]))
    return gain_with_unit(gain, unit)


def sequence(arms: tuple[str, ...]) -> str:
    """Arms one after the other."""
    return ", then ".join(arm for arm in arms if arm)


def against_readable(found: StagesResult, unit: str = "") -> str:
    """What the readable rule loses against the learned one."""
    gain = found.readable.gain_of_rule
    if gain.std_error == 0:
        return "The readable rule decides alike."
    if finding(gain) == "gain":
        return f"The readable rule gives up {amount(gain, unit)} of that."
    if finding(gain) == "loss":
        return f"The readable rule does better than the learned one, by {amount(gain, unit)}."
    return f"The readable rule does about as well: the difference is {amount(gain, unit)}."


def optimism(found: StagesResult) -> str:
    """What the models themselves say of the learned rule, and why that is not its value."""
    rule = found.rule
    value, ends = number_and_ends(rule.value, rule.ci)
    return (
        f"On the rows they were learned from, the models predict {number_text(rule.predicted)} for the "
        "learned rule. That is not its value: taking the best arm by a model takes its errors too, so such "
        f"numbers tend to be too good. On other rows it is worth {value} ({ends})."
    )


def assumptions(found: StagesResult, asked: Asked) -> tuple[str, ...]:
    """What the values rest on, one sentence each."""
    sentences = [
        f"Stage {place} ({stage.treatment}): {_comparable(stage, reason)}"
        for place, (stage, reason) in enumerate(zip(found.stages, found.comparable, strict=True), start=1)
    ]
    for place, stage in enumerate(found.stages, start=1):
        if stage.decided < 1:
            sentences.append(
                f"{percent(1 - stage.decided)} of people have no decision at stage {place}: who has one "
                "depends on what is known before it, and a rule leaves the others alone."
            )
        if stage.raised:
            sentences.append(
                f"At stage {place}, {stage.raised:,} estimated probabilities of an arm were so small that "
                "they were raised to a tenth of the arm's share: there the values lean on the models of the "
                "outcome."
            )
    shared = _shared_costs(found, asked)
    costs = ", ".join(
        f"{arm} {cost if isinstance(cost, str) else number_text(cost)}" for arm, cost in asked.cost
    )
    sentences += [
        f"The rules were learned on {found.rows_learned:,} rows; every value comes from {found.rows_used:,} "
        "other rows, by sequential doubly robust scores.",
        f"One unit of {asked.outcome} is worth {number_text(asked.benefit)}; cost a person: "
        f"{costs or 'none'}." + (f" {', '.join(shared)} costs the same at every stage." if shared else ""),
        "Only arms that followed these earlier arms in the data are ever given.",
        "Nobody's treatment touches another's outcome, and those who will be treated are like those in the "
        "table.",
    ]
    if found.rare:
        listed = "; ".join(found.rare[:5])
        more = f" and {len(found.rare) - 5} more" if len(found.rare) > 5 else ""
        sentences.append(f"Too few people to learn from, so no rule gives it: {listed}{more}.")
    if found.overruled:
        sentences.append(
            f"For {found.overruled:,} decisions the readable rule named an arm that was never given there; "
            "the best possible one stands in."
        )
    return tuple(sentences)


def staged_sentence(entry: PolicyResult, unit: str = "", person: str = "person") -> str:
    """The rule over stages among a study's other policies: what it is worth, and why it stands apart."""
    value, ends = number_and_ends(entry.value, entry.ci)
    parts = [
        f"The rule for each stage is worth {f'{value} {unit}'.rstrip()} ({ends}) per {person}, the costs of "
        f"every stage taken off, on {entry.rows_used:,} rows of its own.",
        f"Over giving everybody {entry.all_arm} it gains {amount(entry.gain_vs_all, unit)}."
        if entry.all_arm
        else f"Over what was done it gains {amount(entry.gain_vs_current, unit)}.",
        "The policies above decide once and leave later stages as they were, so its value is not set against "
        "theirs.",
    ]
    return " ".join(parts)


def rows_sentence(found: StagesResult) -> str:
    """Which rows were used and which left out."""
    used = found.rows_learned + found.rows_used
    lost = ", ".join(f"{rows:,} without {name}" for name, rows in found.dropped)
    return f"{used:,} rows in use" + (f"; left out: {lost}." if lost else ".")


def _comparable(stage: StageFound, reason: str) -> str:
    if stage.chances == "estimated":
        return f"the graph is right that {reason} Chances of the arms were estimated."
    within = f" and the same {' and '.join(stage.within)}" if stage.within else ""
    if stage.chances == "known":
        return f"{reason[:1].lower()}{reason[1:]} The chances are those of the table."
    return (
        f"{reason[:1].lower()}{reason[1:]} People with the same arms before{within} are taken to have had "
        "the same chances."
    )


def _shared_costs(found: StagesResult, asked: Asked) -> list[str]:
    return [arm for arm, cost in asked.cost if cost and sum(arm in stage.arms for stage in found.stages) > 1]
