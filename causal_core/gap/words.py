"""What the comparison of rankings says, in sentences; names from the data stand in them unescaped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from causal_core.gap.digits import gain_with_unit, number_and_ends
from causal_core.study.decision import benefit_unit, person_word, share_text
from causal_core.study.headline import number_text

if TYPE_CHECKING:
    from causal_core.gap.accuracy import Accuracy
    from causal_core.gap.result import Comparison, Gap
    from causal_core.policy.result import Gain
    from causal_core.study.study import Study
    from causal_core.uplift.toc import Rate

MAXIM: Final = "A good predictor need not be a good targeter"

ALSO_CHOOSES: Final = "; ranking by effect also chooses the arm for each person, which a risk score cannot"


def verdict_sentence(study: Study, comparison: Comparison) -> str:
    """Which ranking gains more at this budget, whether the data can tell, and what else differs."""
    gain, unit, person = comparison.difference, benefit_unit(study), person_of(study)
    what = budget_words(study, comparison)
    also = "" if comparison.alone is None else ALSO_CHOOSES
    if gain.value == 0 and gain.std_error == 0:
        return f"At this budget both rankings treat the same people: {what}, they gain the same."
    if comparison.verdict == "unclear":
        return (
            f"These data cannot tell the two rankings apart: {what}, ranking by effect less ranking by risk "
            f"is {gain_with_unit(gain, unit)} per {person}, and the interval holds zero{also}."
        )
    winner, loser = ("effect", "risk") if comparison.verdict == "uplift" else ("risk", "effect")
    return (
        f"Ranking by {winner} gains more: {what}, {gain_with_unit(_turned(gain, winner), unit)} more per "
        f"{person} than ranking by {loser}{also}."
    )


def alone_sentence(study: Study, comparison: Comparison) -> str:
    """What the order of people alone gains, where ranking by effect also chooses arms; else nothing."""
    alone, whole = comparison.alone, comparison.difference
    if alone is None or (whole.value == 0 and whole.std_error == 0):
        return ""
    gain = alone.difference
    if gain.value == 0 and gain.std_error == 0:
        return f"With {alone.arm} for both, the rankings gain the same: all of it is the choice of arm."
    holds = ", and the interval holds zero" if gain.ci[0] <= 0 <= gain.ci[1] else ""
    return (
        f"With {alone.arm} for both, the order alone, by effect less by risk, is worth "
        f"{gain_with_unit(gain, benefit_unit(study))} per {person_of(study)}{holds}."
    )


def total_sentence(study: Study, gap: Gap, comparison: Comparison) -> str:
    """What the losing ranking cost, for all people of the policy; nothing where no loser can be told."""
    people, unit = study.policy.people, benefit_unit(study)
    if comparison.verdict == "unclear":
        return ""
    risk = f"the score {gap.score}" if gap.score else "risk"
    effect = "effect"
    if comparison.alone is not None:
        risk = f"{risk} with {comparison.alone.arm} for all"
        effect = "effect with each person's arm"
    winner, loser = (effect, risk) if comparison.verdict == "uplift" else (risk, effect)
    gain = _turned(comparison.difference, "effect" if comparison.verdict == "uplift" else "risk")
    return (
        f"For {people:,} people, ranking by {loser} instead of {winner} costs "
        f"{gain_with_unit(gain, unit, people)} in total."
    )


def budget_words(study: Study, comparison: Comparison) -> str:
    """The budget both get, as the start of a sentence."""
    if comparison.money:
        unit = study.policy.unit
        amount = f"{number_text(comparison.budget)} {unit}".rstrip()
        return f"with {amount} to spend per {person_of(study)}"
    return f"with {share_text(comparison.budget)} treated"


def spending_sentence(study: Study, comparison: Comparison) -> str:
    """What each spends, where an equal share is not equal money or equal money is not an equal share."""
    risk, uplift, unit = comparison.risk, comparison.uplift, study.policy.unit
    if comparison.money:
        return (
            f"For that, ranking by risk treats {share_text(risk.share)} and ranking by effect "
            f"{share_text(uplift.share)}."
        )
    if abs(risk.cost - uplift.cost) <= 1e-9 * max(abs(risk.cost), abs(uplift.cost), 1e-9):
        return ""
    return (
        f"The arms differ in cost: ranking by risk spends {_amount(risk.cost, unit)} per {person_of(study)}, "
        f"ranking by effect {_amount(uplift.cost, unit)}; the gains are net of it."
    )


def same_sentence(comparison: Comparison) -> str:
    """How many people both rankings treat."""
    if comparison.same is None:
        return "Nobody is treated."
    return (
        f"Of those that ranking by risk treats, {share_text(round(comparison.same, 2))} are also treated by "
        "ranking by effect."
    )


def accuracy_sentence(gap: Gap) -> str:
    """How well the risk predicts, and beside it how well it targets."""
    whose = f"The score {gap.score}" if gap.score else "The risk model"
    predicts = (
        f"{whose} cannot be said to predict well or badly: {gap.accuracy_missing}"
        if gap.accuracy is None
        else f"{whose} {_predicts(gap.accuracy)}."
    )
    risk, uplift = gap.targeting.risk, gap.targeting.uplift
    if _targets(risk) == _targets(uplift):
        return f"{predicts} Ranked by it as by predicted effect, {_targets(risk)}."
    return f"{predicts} Ranked by it, {_targets(risk)}; ranked by predicted effect, {_targets(uplift)}."


def accuracy_text(found: Accuracy) -> str:
    """The measure with its interval."""
    number, ends = number_and_ends(found.value, found.ci)
    return f"{measure_name(found)} {number} ({ends})"


def measure_name(found: Accuracy) -> str:
    """What accuracy is measured by."""
    return "AUC" if found.measure == "auc" else "Spearman rank correlation"


def rows_sentence(gap: Gap) -> str:
    """The rows behind the numbers, and those left out."""
    least = "at least " if gap.folds > 1 else ""
    risk = (
        f"risk is the score {gap.score}, where {'high' if gap.high_is_risky else 'low'} means risk"
        if gap.score
        else f"risk was learned on {least}{gap.rows_learned:,} other rows, all arms together, without the "
        "treatment"
    )
    left = (
        f" {gap.rows_missing:,} held-out rows were left out, because their score is missing: the numbers are "
        "about the others."
        if gap.rows_missing
        else ""
    )
    folds = f" In {gap.folds} folds, each ranked by models of the folds before it." if gap.folds > 1 else ""
    return f"On {gap.rows:,} rows that no ranking was learned from; {risk}.{left}{folds}"


def ground_sentence(study: Study, gap: Gap) -> str:
    """What makes the arms comparable among people of equal rank."""
    if study.question.randomised:
        return "Assignment was random, so the arms are comparable wherever a ranking cuts."
    if gap.score is None or gap.score in study.graph.nodes:
        return "All of it holds if the graph is right."
    return (
        "All of it holds if the graph is right, and if what is held fixed makes the arms comparable also "
        f"among people of equal {gap.score}, which the graph does not hold."
    )


def arms_sentence(gap: Gap) -> str:
    """Which arm each ranking gives, where there are several."""
    if len(gap.people.arms) == 2:
        return ""
    if gap.arm is not None:
        return f"Both give {gap.people.risk.label}."
    return (
        f"Ranking by effect gives each person the arm predicted best for them; a risk score names no arm, so "
        f"it gives {gap.people.risk.label}, predicted best on average, and so does picking at random."
    )


def person_of(study: Study) -> str:
    """What one row is, in a word or two."""
    return person_word(study.data.row_is)


def _predicts(found: Accuracy) -> str:
    low, high = found.ci
    chance = 0.5 if found.measure == "auc" else 0.0
    if low <= chance <= high:
        return "predicts the outcome no better than chance, as far as these data can tell"
    if found.value < chance:
        return "predicts the outcome the wrong way round"
    strong = 0.7 if found.measure == "auc" else 0.3
    return f"predicts the outcome {'well' if found.value >= strong else 'a little'}"


def _targets(found: Rate) -> str:
    if found.ci[0] > 0:
        return "those who respond come first"
    if found.ci[1] < 0:
        return "those who respond come last"
    return "those who respond come first no more than by chance, as far as these data can tell"


def _turned(gain: Gain, winner: str) -> Gain:
    if winner == "effect":
        return gain
    return type(gain)(-gain.value, gain.std_error, (-gain.ci[1], -gain.ci[0]))


def _amount(value: float, unit: str) -> str:
    return f"{number_text(value)} {unit}".rstrip()
