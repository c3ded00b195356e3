"""What a valued policy says to the one who decides, and what that rests on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from causal_core.study.headline import number_text
from causal_core.study.results import Refused

if TYPE_CHECKING:
    from causal_core.identification import Identification
    from causal_core.policy.result import Gain, PolicyResult
    from causal_core.study.options import PolicyOptions
    from causal_core.study.results import Valued
    from causal_core.study.study import Study
    from causal_core.uplift.result import Evaluation

Verdict = Literal["gain", "loss", "unclear"]


@dataclass(frozen=True)
class Decision:
    """The answer to "what does treating this share gain?".

    Attributes:
        verdict: Whether the 95 % interval of the gain over treating nobody lies above 0, below, or holds it.
        sentence: The gain over treating nobody, per person.
        against_all: The gain over treating everybody; empty when everybody is treated anyway.
        beaten: Whether treating everybody gains clearly more.
        total: Gain and cost for the whole population; empty when nobody is treated.
    """

    verdict: Verdict
    sentence: str
    against_all: str
    beaten: bool
    total: str


def decision(study: Study, valued: Valued) -> Decision:
    """The chosen share in plain sentences; names from the data stand in them unescaped.

    Args:
        study: Its policy's share, unit and people are spoken of.
        valued: What its policy step gave.
    """
    options = study.policy
    top = next((each for each in answered(valued) if each.policy == "top_share"), None)
    gain = valued.curve.at(options.share) if top is None else top.gain_vs_none
    cost = float(valued.curve.cost[round(options.share * 100)]) if top is None else top.cost
    person, unit = person_word(study.data.row_is), options.unit
    several = any(len(each.arm_shares) > 2 for each in answered(valued))
    verdict = verdict_of(gain)
    if options.share == 0:
        sentence = "Treating nobody gains and costs nothing."
    else:
        change = _change(gain, person, unit, " over treating nobody", " against treating nobody")
        sentence = f"{_whom(options.share, several)} {change}."
    against_all = ""
    if top is not None and (options.share < 1 or several):
        everybody = f"giving everybody {top.all_arm}" if several else "treating everybody"
        against_all = f"Compared with {everybody}, it {_change(top.gain_vs_all, person, unit)}."
    beaten = bool(against_all) and top is not None and verdict_of(top.gain_vs_all) == "loss"
    return Decision(verdict, sentence, against_all, beaten, _total(gain, cost, options, unit))


def verdict_of(gain: Gain) -> Verdict:
    """Whether a gain is clear of 0."""
    if gain.ci[0] > 0:
        return "gain"
    return "loss" if gain.ci[1] < 0 else "unclear"


def answered(valued: Valued) -> tuple[PolicyResult, ...]:
    """The policies that could be valued."""
    return tuple(each for each in valued.policies if not isinstance(each, Refused))


def person_word(row_is: str) -> str:
    """What one row is without its article, `a customer` -> `customer`; `person` when that is longer."""
    words = row_is.split()
    if 1 < len(words) <= 3 and words[0].lower() in {"a", "an", "one"}:
        return " ".join(words[1:])
    return "person"


def benefit_unit(study: Study) -> str:
    """The unit of values and gains: the policy's own, or the outcome's where nothing was converted."""
    options = study.policy
    plain = options.benefit == 1 and all(cost == 0 for cost in options.cost.values())
    return options.unit or (study.question.unit if plain else "")


def share_text(share: float) -> str:
    """A share in per cent."""
    return f"{100 * share:.3g} %"


def assumptions(
    study: Study, identification: Identification, evaluation: Evaluation, valued: Valued
) -> tuple[str, ...]:
    """What the values rest on, one sentence each; names from the data stand in them unescaped."""
    question, options = study.question, study.policy
    held_out = evaluation.held_out
    learned = held_out.total_rows - len(held_out.rows)
    adjusted = ", ".join(identification.chosen.variables) if identification.chosen else ""
    costs = ", ".join(
        f"{arm} {cost if isinstance(cost, str) else number_text(cost)}" for arm, cost in options.cost.items()
    )
    clipped = max((result.clipped for result in evaluation.results), default=0)
    found = [
        "Assignment was random, so the arms are comparable."
        if question.randomised
        else f"The graph is right: holding fixed {adjusted or 'nothing'} makes the arms comparable.",
        f"Whom to treat was learned on {learned:,} rows ({valued.learner.upper()}-learner); every value "
        f"comes from {len(held_out.rows):,} other rows, by doubly robust (AIPW) scores.",
        f"One unit of {question.outcome} is worth {number_text(options.benefit)}; cost a person: "
        f"{costs or 'none'}. Nothing else is gained or lost.",
        {
            "no": "Nobody's treatment touches another's outcome, as the study says.",
            "yes": "The study says that treatments touch others' outcomes. The values leave that out: a "
            "roll-out can gain more or less.",
            "unknown": "Nobody's treatment touches another's outcome. The study leaves that open.",
        }[question.interference],
        "Those who will be treated are like those in the table, and respond as they did.",
        "Each interval is for one policy and one share. A share picked because its curve is highest here "
        f"will gain less elsewhere; the share fixed beforehand, by predictions alone, is "
        f"{share_text(valued.curve.planned_share)}.",
    ]
    if clipped:
        found.append(
            f"{clipped:,} estimated probabilities of an arm were so small that they were raised to a tenth "
            "of the arm's share: there the values lean on the outcome model."
        )
    return tuple(found)


def _whom(share: float, several: bool) -> str:
    arm = ", each with the arm predicted best for them," if several else ""
    if share == 1:
        return f"Treating everybody{arm}"
    return f"Treating the {share_text(share)} with the largest predicted benefit{arm}"


def _change(gain: Gain, person: str, unit: str, over: str = "", against: str = "") -> str:
    """A gain or loss per person with its interval, and whether it is clear of 0."""
    rising = gain.value >= 0
    size, low, high = (gain.value, *gain.ci) if rising else (-gain.value, -gain.ci[1], -gain.ci[0])
    noun = "gain" if rising else "loss"
    clear = (
        f"no clear {noun}, the interval holds zero" if verdict_of(gain) == "unclear" else f"a clear {noun}"
    )
    return (
        f"{'gains' if rising else 'loses'} {_amount(size, unit)} ({number_text(low)} to "
        f"{number_text(high)}) per {person}{over if rising else against}: {clear}"
    )


def _total(gain: Gain, cost: float, options: PolicyOptions, unit: str) -> str:
    people = options.people
    if options.share == 0:
        return ""
    text = (
        f"For {people:,} people: {_amount(gain.value * people, unit)} "
        f"({number_text(gain.ci[0] * people)} to {number_text(gain.ci[1] * people)}) in total over treating "
        "nobody"
    )
    if cost:
        text += f", the cost of {_amount(cost * people, unit)} taken off"
    return f"{text}."


def _amount(value: float, unit: str) -> str:
    return f"{number_text(value)} {unit}".rstrip()
