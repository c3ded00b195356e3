"""What the simulation and the replay say, in sentences; names from the data stand in them unescaped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from causal_core.bandit.strategies import BANDITS, EXPERIMENTS, STRATEGIES
from causal_core.percent import percent
from causal_core.study.decision import benefit_unit
from causal_core.study.headline import number_text, signed_text

if TYPE_CHECKING:
    from causal_core.bandit.result import Amount, Simulated
    from causal_core.study.study import Study

RIVALS: Final = ("experiment", "ab_test", "fixed_policy", "best_fixed")
"""What learning while acting is set against, the first of these that was simulated."""

WHEN: Final = (
    "**Learning while acting pays** when outcomes are known soon, when many people come while it learns, "
    "when a bad arm is dear, or when effects change, so that a decision made once grows old.",
    "**An experiment first pays** when you need to know how large an effect is and how sure that is, when "
    "outcomes come late, or when the decision stands for long after: it gives every arm the same chance, "
    "ends on a day fixed beforehand, and anyone can analyse it. What a bandit logs needs its chances to be "
    "analysed, and arms it gave up soon stay uncertain.",
    "**Neither pays** when the policy learned from the data you have is as good as either. Then what an "
    "experiment or a bandit can still bring is news of change.",
)
"""When a bandit is worth it, as Markdown."""

Verdict = Literal["gain", "loss", "unclear"]


@dataclass(frozen=True)
class Answer:
    """What the simulation says of learning while acting.

    Attributes:
        verdict: Whether it gains over its rival, loses against it or against the policy learned from the
            data, or neither is clear.
        sentence: That, with the difference and its interval.
        rest: What else decides, in a few sentences.
    """

    verdict: Verdict
    sentence: str
    rest: str


def leader(simulated: Simulated) -> str | None:
    """The strategy that goes on learning and gains most; None when none was simulated."""
    learning = [name for name in simulated.names if name in BANDITS]
    return max(learning, key=lambda name: simulated.reward(name).value, default=None)


def rival(simulated: Simulated) -> str:
    """What the leader is set against."""
    return next(name for name in RIVALS if name in simulated.names)


def answer(study: Study, simulated: Simulated) -> Answer:
    """Whether learning while acting is worth it, under the fitted model."""
    lead, other = leader(simulated), rival(simulated)
    if lead is None:
        names = ", ".join(STRATEGIES[name] for name in BANDITS)
        return Answer(
            "unclear", "No strategy that learns while it acts is chosen.", f"Choose one of these: {names}."
        )
    more, several = simulated.more(lead, other), sum(name in BANDITS for name in simulated.names) > 1
    who = STRATEGIES[lead] + (", the best of the strategies that go on learning," if several else "")
    against = rival_words(study, simulated, other)
    whom = f"over {simulated.people:,} people"
    verdict = verdict_of(more)
    if verdict == "unclear":
        sentence = (
            f"Under this fitted model {who} cannot be told from {against}: the difference {whom} is "
            f"{_signed(study, more)}, and the interval holds zero."
        )
    else:
        verb = "gains" if verdict == "gain" else "loses"
        than = "more than" if verdict == "gain" else "against"
        sentence = f"Under this fitted model {who} {verb} {_sized(study, more)} {than} {against}, {whom}."
    if beaten_by_fixed(simulated, lead):
        verdict = "loss"
    rest = [_fixed_sentence(study, simulated, lead), _price_sentence(simulated, lead)]
    return Answer(verdict, sentence, " ".join(filter(None, rest)))


def beaten_by_fixed(simulated: Simulated, lead: str) -> bool:
    """Whether the policy learned from the data clearly gains more than a strategy that goes on learning."""
    return "fixed_policy" in simulated.names and verdict_of(simulated.more("fixed_policy", lead)) == "gain"


def verdict_of(amount: Amount) -> Verdict:
    """Whether the interval lies above 0, below, or holds it."""
    if amount.ci[0] > 0:
        return "gain"
    return "loss" if amount.ci[1] < 0 else "unclear"


def rival_words(study: Study, simulated: Simulated, name: str) -> str:
    """A strategy as what another is set against."""
    length = min(study.bandit.experiment, simulated.rounds)
    rounds = f"{length:,} {'round' if length == 1 else 'rounds'}"
    if name in EXPERIMENTS and study.bandit.experiment >= simulated.rounds:
        return f"an experiment that lasts all {rounds}"
    if name == "experiment":
        return f"an experiment of {rounds} and then committing to each person's best arm"
    if name == "ab_test":
        return f"an experiment of {rounds} and then committing to one arm for all"
    if name == "best_fixed":
        return (
            f"giving everybody {simulated.best_arm}, known to be the best single arm by the simulation alone"
        )
    return "the policy learned from the data, which never learns on"


def scope_sentence(study: Study, simulated: Simulated) -> str:
    """What the world is made of, and what its numbers are not."""
    spread = ", ".join(
        f"{number_text(size)} ({arm})" for arm, size in zip(simulated.arms[1:], simulated.spread, strict=True)
    )
    unit = f" {study.question.unit}" if study.question.unit else ""
    sentences = [
        f"A simulation: people are drawn from {simulated.rows:,} rows of the table, and what an arm brings "
        "them is what models fitted on other rows predict. Where they are wrong, so is this.",
        f"Effects differ between people as far as these rows confirm: by a standard deviation of "
        f"{spread}{unit}.",
        f"Each person's best arm would gain {money(study, simulated.worth[1])} per person over "
        f"{simulated.arms[0]}, the best single arm ({simulated.best_arm}) "
        f"{money(study, simulated.worth[0])}.",
        f"Bands and intervals: 95 %, over {simulated.seeds} runs with other people and other luck; all "
        "strategies meet the same. They do not hold the uncertainty of the model itself.",
        "People come one by one, not by cluster." if study.question.clusters else "",
        "Supposed: nobody's treatment touches another's outcome."
        if study.question.interference != "no"
        else "",
    ]
    return " ".join(filter(None, sentences))


def sums_sentence(study: Study, simulated: Simulated) -> str:
    """What the table of strategies holds."""
    unit = benefit_unit(study)
    whole = f"{simulated.people:,} people together{f', in {unit}' if unit else ''}"
    return (
        f"Sums of {whole}: means of {simulated.seeds} runs, with 95 % intervals of the mean in parentheses. "
        "Explored: share of people given another arm than the one then thought best, in order to learn."
    )


def length_sentence(study: Study, simulated: Simulated) -> str:
    """Which length of an experiment costs least; empty where none was tried."""
    tried = dict(simulated.by_length())
    if not tried:
        return ""
    best = min(tried, key=lambda rounds: tried[rounds].value)
    chosen = min(study.bandit.experiment, simulated.rounds)
    regret = simulated.regret("experiment")
    text = (
        f"Of the lengths tried, {best:,} of {simulated.rounds:,} rounds cost least: "
        f"{_sized(study, tried[best])} short of each person's best arm"
    )
    if chosen == best:
        return f"{text}, and so long it is."
    return f"{text}; the {chosen:,} chosen cost {_sized(study, regret)}."


def start_sentence(study: Study) -> str:
    """What strategies know at first."""
    known = (
        "Strategies start knowing nothing of the arms"
        if study.bandit.start == "nothing"
        else "Strategies start from the rows that effects were learned on"
    )
    return (
        f"{known}; costs are known to them. They predict what an arm brings by a linear model of the columns."
    )


def exploring_share(simulated: Simulated, name: str) -> float:
    """Share of all people who got, in order to learn, another arm than the one then thought best."""
    course = simulated.course(name)
    stretches = [*course.people[:1], *(course.people[1:] - course.people[:-1])]
    mean = course.exploring.mean(axis=0)
    return float(sum(each * size for each, size in zip(mean, stretches, strict=True)) / course.people[-1])


def _fixed_sentence(study: Study, simulated: Simulated, lead: str) -> str:
    if "fixed_policy" not in simulated.names or rival(simulated) == "fixed_policy":
        return ""
    more = simulated.more("fixed_policy", lead)
    verdict = verdict_of(more)
    if verdict == "unclear":
        return "The policy learned from the data gains about as much without learning on."
    if verdict == "gain":
        still = _sized(study, more)
        text = (
            f"But the policy learned from the data gains {still} more than that, without learning on. The "
            "simulated world is made of its own predictions, as far as other rows confirm them, which "
            "favours it."
        )
        if study.bandit.start == "nothing":
            text += " It has the data; the others start knowing nothing of the arms."
        return text
    return f"The policy learned from the data, which never learns on, gains {_sized(study, more)} less."


def _price_sentence(simulated: Simulated, lead: str) -> str:
    return (
        f"To learn, {STRATEGIES[lead]} gives {percent(exploring_share(simulated, lead))} of people another "
        "arm than the one it thinks best."
    )


def _sized(study: Study, amount: Amount) -> str:
    """The size of an amount clear of 0, and of its interval."""
    if amount.value >= 0:
        return f"{money(study, amount.value)} ({number_text(amount.ci[0])} to {number_text(amount.ci[1])})"
    return f"{money(study, -amount.value)} ({number_text(-amount.ci[1])} to {number_text(-amount.ci[0])})"


def _signed(study: Study, amount: Amount) -> str:
    unit = benefit_unit(study)
    ends = f"{number_text(amount.ci[0])} to {number_text(amount.ci[1])}"
    return f"{signed_text(amount.value)} {unit}".rstrip() + f" ({ends})"


def money(study: Study, value: float) -> str:
    """A number with the benefit's unit."""
    return f"{number_text(value)} {benefit_unit(study)}".rstrip()
