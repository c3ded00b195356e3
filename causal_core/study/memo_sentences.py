"""The sentences of the decision memo: what to do, what that gains against what, how sure it is, what next.

Names from the data stand in them unescaped.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from causal_core.experiment.holdout import holdout
from causal_core.gap.digits import gain_with_unit, number_and_ends
from causal_core.percent import percent
from causal_core.problem import Problem
from causal_core.study import memo_words as words
from causal_core.study.decision import Verdict, benefit_unit, split_sentence, verdict_of
from causal_core.study.limited import LIMITED
from causal_core.study.results import Refused
from causal_core.uplift.comparable import rests_on_extrapolation

if TYPE_CHECKING:
    from causal_core.policy.result import PolicyResult
    from causal_core.policy.simultaneous import Together
    from causal_core.study.memo import Option
    from causal_core.study.results import Valued
    from causal_core.study.study import Study
    from causal_core.uplift.result import Evaluation

FULL = 0.995
"""From this part of an arm's places on they count as taken."""

HARDLY = 0.005
"""So small a part of all people is no part to speak of."""

SIZED = ("top_share", "budget")
"""Policies whose size is given, not found."""

INCOMPARABLE = "No recommendation: the arms are hardly comparable here."

EXTENDED = (
    "A gain would be what the models extend to people unlike any they saw in that arm. “How sure are we” "
    "says who they are; try it by lot on some of them first, or leave them out of the question."
)
"""What is said in place of a gain where arms cannot be compared."""


def recommendation(
    study: Study, evaluation: Evaluation, chosen: Option, options: Sequence[Option], comparable: bool
) -> str:
    """What to do, in one sentence: the policy where it clearly gains, else that it does not and what does.

    Args:
        study: Its share, budget and people are spoken of.
        evaluation: How many rows the table has.
        chosen: The policy the memo speaks for.
        options: All policies compared.
        comparable: Whether the arms are alike enough to tell a gain.
    """
    result, people = chosen.result, study.policy.people
    order = words.action(result, study.policy, evaluation.held_out.total_rows)
    quoted = f"“{order[:1].lower()}{order[1:]}”"
    verdict = verdict_of(result.gain_vs_none)
    clear = [each for each in options if verdict_of(each.together) == "gain"]
    better = ", ".join(f"“{each.name}”" for each in clear)
    if not comparable:
        return INCOMPARABLE
    if not treats(result):
        return f"Treat nobody. Yet clearly better than that: {better}." if clear else "Treat nobody."
    if verdict == "loss":
        return f"Do not do this: {quoted} loses against treating nobody."
    if verdict == "unclear":
        other = f"Clearly better than nobody: {better}." if clear else "Nothing here clearly beats it."
        return f"Treat nobody for now: {quoted} is not clearly better. {other}"
    if beaten(result):
        everybody = f"Treating everybody{_with_arm(result)}"
        return f"{everybody} gains clearly more than this: {quoted}."
    return f"{order}: {round(result.treated_share * people):,} of {people:,} people."


def unvalued_sentence(study: Study, valued: Valued) -> str:
    """Why there is no recommendation, where the memo's policy has no value."""
    wanted = study.policy.headline or "top_share"
    refused = (each for each in valued.policies if isinstance(each, Refused) and each.policy == wanted)
    refusal = next(refused, Refused(wanted, "It is not among the policies compared."))
    return f"No recommendation: {words.refusal(refusal)}"


def gain_sentence(study: Study, result: PolicyResult, person: str) -> str:
    """The gain over treating nobody, per person and in total; empty where nobody is treated."""
    if not treats(result):
        return ""
    gain, people, unit = result.gain_vs_none, study.policy.people, benefit_unit(study)
    spent = result.spending.value * people
    return (
        f"Against treating nobody this {words.change_text(gain, unit, f' per {person}')}. For {people:,} "
        f"people that is {words.totals_text(gain, unit, people)} in total"
        + (f", after costs of {words.amount(spent, unit)}." if spent else ".")
        + _counted(study, unit)
    )


def _counted(study: Study, unit: str) -> str:
    """What counts as a gain where nobody said what the outcome is worth, and a unit too long to repeat."""
    options, outcome = study.policy, study.question.outcome
    said = "" if words.brief(unit) == unit else f" Counted in {unit}."
    if abs(options.benefit) != 1 or options.unit:
        return said
    return f"{said} {'More' if options.benefit > 0 else 'Less'} of {outcome} counts as better."


def against_sentences(study: Study, result: PolicyResult, person: str) -> tuple[str, ...]:
    """The gain over treating everybody and, without randomisation, over what is done now."""
    unit, per = benefit_unit(study), f" per {person}"
    found = []
    if not words.is_nothing(result.gain_vs_all):
        change = words.change_text(result.gain_vs_all, unit, per)
        found.append(f"Compared with treating everybody{_with_arm(result)}, it {change}.")
    if not study.question.randomised and not words.is_nothing(result.gain_vs_current):
        change = words.change_text(result.gain_vs_current, unit, per)
        found.append(f"Compared with how people are treated now, it {change}.")
    return tuple(found)


def best_sentence(
    study: Study,
    options: Sequence[Option],
    together: Together | None,
    predicted: Mapping[str, float],
    person: str,
) -> str:
    """Which policy is predicted best, and which cannot be told from the highest value; empty for one."""
    if len(options) < 2 or together is None:
        return ""
    found = []
    known = [each for each in options if each.result.policy in predicted and not _exceeds(study, each.result)]
    if known:
        best = max(known, key=lambda each: predicted[each.result.policy])
        unit = benefit_unit(study)
        size = words.amount(predicted[best.result.policy], unit)
        gain = best.result.gain_vs_none
        judged = "0" if words.is_nothing(gain) else gain_with_unit(gain, words.brief(unit))
        found.append(
            f"Best by predictions alone, learned on other rows: “{best.name}”, predicted to gain {size} per "
            f"{person}; valued here, {judged}."
        )
    highest = next(each for each in options if each.result.policy == together.best)
    rivals = [
        f"“{each.name}”"
        for each in options
        if each.result.policy in together.contenders and each is not highest
    ]
    alike = f"; it cannot be told from {', '.join(rivals)}" if rivals else ", clearly"
    found.append(f"Highest of these {len(options)} values: “{highest.name}”{alike}.")
    if crowded := [f"“{each.name}”" for each in options if _exceeds(study, each.result)]:
        found.append(f"There are not places enough for {', '.join(crowded)}.")
    return " ".join(found)


def limit_sentences(study: Study, valued: Valued, chosen: Option | None) -> tuple[str, ...]:
    """What places, rules for groups and predictions say of how many the memo's policy treats."""
    if chosen is None:
        return ()
    found = [each.sentence for each in valued.quotas if each.policy == chosen.result.policy]
    pays, treated = valued.curve.planned_share, chosen.result.treated_share
    if chosen.result.policy in SIZED and treated > pays + HARDLY:
        found.append(
            f"It treats {words.part_text(treated)}, and is predicted to pay for {words.part_text(pays)} only."
        )
    shares = dict(chosen.result.arm_shares)
    for arm, most in study.policy.capacity.items():
        if arm in shares and words.kind_of(chosen.result.policy)[0] in LIMITED:
            full = ", which are all taken" if shares[arm] > FULL * most else ""
            found.append(f"There are places for {words.part_text(most)} with {arm}{full}.")
    return tuple(found)


def sure_sentences(
    evaluation: Evaluation, chosen: Option | None, options: Sequence[Option], unit: str, person: str
) -> tuple[str, ...]:
    """What the numbers rest on, what to be careful about, a sentence each."""
    held, found = evaluation.held_out, []
    found.append(split_sentence(held))
    if chosen is not None:
        found += [chosen.result.whose, *chosen.result.warnings]
    if chosen is not None and len(options) > 2 and treats(chosen.result):
        _, ends = number_and_ends(chosen.together.value, chosen.together.ci)
        found.append(
            f"{len(options)} policies are compared. If this one was picked because it looked best here, read "
            f"the interval that holds for all of them at once: {ends} {words.brief(unit)}".rstrip()
            + f" per {person} (max-t)."
        )
    return (*found, *evaluation.overlap)


def holdout_sentence(study: Study, evaluation: Evaluation, result: PolicyResult) -> str:
    """How many people to hold out of a roll-out for the gain found here to show; empty where none can be."""
    options = study.policy
    spread = abs(options.benefit) * float(evaluation.held_out.outcome.std())
    try:
        found = holdout(result.gain_vs_none.value, spread, options.people)
    except Problem:
        return ""
    people, power = f"{options.people:,} people", percent(found.power)
    if found.share is None:
        return (
            f"Even with half of {people} held out at random, the gain found here would not show with {power} "
            "power: measure it over more people."
        )
    lost = words.amount(found.forgone, benefit_unit(study))
    return (
        f"When this is rolled out, hold {words.part_text(found.share)} of {people} out at random, "
        f"{found.people:,} who are treated as if there were no policy: the gain found here then shows with "
        f"{power} power. It gives up about {lost}."
    )


def next_steps(
    study: Study, evaluation: Evaluation, chosen: Option | None, verdict: Verdict, *, sound: bool
) -> tuple[str, ...]:
    """What to do next, a sentence each; a holdout only of a policy that the memo recommends."""
    found: list[str] = []
    if chosen is not None and sound:
        found += filter(None, [holdout_sentence(study, evaluation, chosen.result)])
    if chosen is not None and treats(chosen.result) and verdict == "unclear":
        found.append("Try it by lot on more people, as many as a gain of this size needs to show.")
    if not study.question.randomised:
        found.append(
            "Nobody drew lots for these rows. Try the policy by lot on some people before all are treated so."
        )
    found.append("Ask again when a cost, the benefit or the people change: the memo holds for these numbers.")
    return tuple(found)


def beaten(result: PolicyResult) -> bool:
    """Whether treating everybody gains clearly more."""
    return verdict_of(result.gain_vs_all) == "loss"


def treats(result: PolicyResult) -> bool:
    """Whether anybody is treated."""
    return result.treated_share > 0


def hardly_comparable(evaluation: Evaluation) -> bool:
    """Whether some arm's people hardly had a chance of the control, or the other way round."""
    held = evaluation.held_out
    return any(
        rests_on_extrapolation(held.propensity, held.arm, held.arms, (held.arms[0], arm))
        for arm in held.arms[1:]
    )


def _exceeds(study: Study, result: PolicyResult) -> bool:
    """Whether a policy gives an arm to more people than there are places."""
    places = study.policy.capacity
    return any(share > places.get(arm, 1.0) + HARDLY for arm, share in result.arm_shares)


def _with_arm(result: PolicyResult) -> str:
    return f" with {result.all_arm}" if len(result.arm_shares) > 2 else ""
