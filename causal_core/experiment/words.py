"""A planned experiment in sentences; names from the data stand in them unescaped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from causal_core.experiment.result import Comparison, Needed, Planned, weeks
from causal_core.percent import percent
from causal_core.policy.catalogue import POLICIES
from causal_core.study.decision import benefit_unit
from causal_core.study.headline import number_text

if TYPE_CHECKING:
    from causal_core.study.study import Study

GOALS: Final = {
    "average": "An average effect",
    "autoc": "Who responds",
    "gain": "What a policy gains",
}
"""Goal -> how it is called."""

OVER: Final = {
    "none": "treating nobody",
    "all": "treating everybody",
    "current": "treating as so far",
}

CORRECTIONS: Final = {
    "dunnett": "Dunnett",
    "bonferroni": "Bonferroni",
    "none": "none",
}

HEAD: Final = ("Arm", "Share", "People in it", "For 80 % power", "For 90 % power", "80 %, by formula")
"""Head of the table by arm."""


def unit_of(study: Study, goal: str) -> str:
    """The unit of the size; may be empty."""
    return benefit_unit(study) if goal == "gain" else study.question.unit


def size_text(study: Study, planned: Planned) -> str:
    """What is to be found, with its size."""
    size = f"{number_text(planned.size)} {unit_of(study, planned.goal)}".rstrip()
    if planned.goal == "average":
        each = "in every arm " if len(planned.labels) > 2 else ""
        return f"an average effect {each}of {size}"
    if planned.goal == "autoc":
        return f"that effects differ as {planned.learner.upper()} predicts (AUTOC {size})"
    return f"a gain of {size} a person by “{policy_label(planned.policy)}” over {OVER[planned.against]}"


def policy_label(name: str) -> str:
    """What a policy is called."""
    return POLICIES[name].label if name in POLICIES else name


def answer_sentence(study: Study, planned: Planned) -> str:
    """How many people it takes, in which arms, for how long."""
    options = study.experiment
    needed = planned.needed(options.power)
    time = weeks(needed.people, options.per_week, options.delay)
    waiting = f" and {options.delay:g} weeks until the last outcome" if options.delay else ""
    return (
        f"It takes {range_text(needed)} people to find {size_text(study, planned)} with "
        f"{percent(options.power)} power: {time:,} weeks at {options.per_week:,.4g} a week{waiting}."
    )


def range_text(needed: Needed) -> str:
    """A number of people and the interval that the simulations leave."""
    return f"{needed.people:,} ({needed.low:,} to {needed.high:,})"


def at_hand_sentence(study: Study, planned: Planned) -> str:
    """What the people who can be had find; empty when that is open."""
    options = study.experiment
    if options.people is None:
        return ""
    power, low, high = planned.power_at(options.people)
    least = planned.detectable(options.people, options.power)
    unit = unit_of(study, planned.goal)
    return (
        f"With {options.people:,} people the power is {percent(power)} ({percent(low)} to {percent(high)}); "
        f"the smallest size they find with {percent(options.power)} power is "
        f"{f'{number_text(least.size)} {unit}'.rstrip()} "
        f"({number_text(least.low)} to {number_text(least.high)})."
    )


def rows_of(study: Study, planned: Planned) -> list[tuple[str, ...]]:
    """The table by arm, the control first."""
    needed = planned.needed(study.experiment.power)
    found: list[tuple[str, ...]] = []
    for label, share in zip(planned.labels, planned.shares, strict=True):
        mine = next((each for each in planned.comparisons if each.arm == label), None)
        found.append(
            (
                label,
                percent(share, 1),
                f"{-(-needed.people * share // 1):,.0f}",
                *_needs(mine),
            )
        )
    if planned.goal != "average":
        found.append(("all", "100 %", f"{needed.people:,}", *_needs(planned.comparisons[0])))
    return found


def false_sentence(planned: Planned) -> str:
    """How often nothing is taken for something."""
    false = planned.false
    return (
        f"Where nothing is there, {percent(false.share, 1)} of {false.runs:,} simulated experiments with "
        f"{false.people:,} people found something ({percent(false.ci[0], 1)} to {percent(false.ci[1], 1)}); "
        "5 % are meant to."
    )


def method_sentences(study: Study, planned: Planned) -> tuple[str, ...]:
    """How the numbers came about, one sentence each."""
    runs = planned.comparisons[0].points[0].runs
    points = len(planned.comparisons[0].points)
    found = [
        f"People are drawn with replacement from {planned.source}; their outcome averages "
        f"{number_text(planned.mean)}, with standard deviation {number_text(planned.spread)}.",
        f"At {points} numbers of people up to {runs:,} experiments each were simulated and analysed; "
        "whiskers are exact 95 % intervals of the share that found it. The line is a probit curve in the "
        "root of the number of people, and the interval of the people it takes is that of this curve: "
        "simulation error alone, not whether the next people are like these.",
    ]
    if planned.goal == "average":
        effect = (
            "changes the outcome of as many people as that takes, drawn by lot"
            if planned.binary
            else "adds the same to every outcome"
        )
        found.append(f"Treatment {effect}.")
        found.append(
            f"The analysis is a regression on arms and up to {planned.adjusted} covariates, which predict "
            f"{percent(planned.explained)} of the outcome's variance, with robust errors."
            if planned.adjusted
            else "The analysis is the difference in means, with robust errors."
        )
        if len(planned.labels) > 2:
            found.append(
                f"The comparisons with {planned.labels[0]} are corrected together: "
                f"{CORRECTIONS[planned.correction]}."
                if planned.correction != "none"
                else f"The comparisons with {planned.labels[0]} are not corrected: more arms find "
                "more by chance."
            )
    else:
        found.append(
            "Effects are the predicted ones, changed as little as gives the size. The ranking and the "
            f"outcome models are those learned in this study ({planned.learner.upper()}), fixed: the "
            "experiment tests them on new people and learns none."
        )
    if planned.cluster_size is not None:
        found.append(
            f"Whole clusters of {study.question.clusters} are drawn, {planned.cluster_size:.3g} people each "
            "on average, and "
            + ("each gets one arm." if planned.whole else "people in them get arms one by one.")
            + " Errors are those of clusters."
        )
    found.append(
        "Beside it stands the formula of a t-test with the same variances; where both differ much, believe "
        "the simulation."
    )
    return tuple(found)


def _needs(comparison: Comparison | None) -> tuple[str, str, str]:
    if comparison is None:
        return "", "", ""
    formula = comparison.formula_needed(0.8)
    return (
        range_text(comparison.needed(0.8)),
        range_text(comparison.needed(0.9)),
        "" if formula is None else f"{formula:,}",
    )
