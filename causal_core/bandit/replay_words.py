"""What the replay on the log says, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from causal_core.bandit.strategies import BANDITS, STRATEGIES
from causal_core.bandit.words import RIVALS, money
from causal_core.percent import percent
from causal_core.study.headline import number_text

if TYPE_CHECKING:
    from causal_core.bandit.result import Replay, Replayed
    from causal_core.study.study import Study


def replay_sentence(study: Study, replayed: Replay) -> str:
    """What the log says without a model, for the strategy that gained most and what stands against it."""
    results = {each.strategy: each for each in replayed.results}
    learning = [each for name, each in results.items() if name in BANDITS]
    if not learning:
        return "No strategy that learns while it acts was replayed."
    lead = max(learning, key=lambda each: each.value)
    others = [results[name] for name in RIVALS if name in results]
    text = (
        f"On your own log, without a model of outcomes, {STRATEGIES[lead.strategy]} brings "
        f"{_person(study, lead)} over its first {lead.people:,} people."
    )
    for other in others:
        name = STRATEGIES[other.strategy]
        gap = lead.value - other.value
        reach = 1.96 * (lead.std_error**2 + other.std_error**2) ** 0.5
        if abs(gap) <= reach:
            text += f" {name} brings {_person(study, other)}: the log cannot tell them apart."
        else:
            word = "less" if gap > 0 else "more"
            text += f" {name} brings clearly {word}: {_person(study, other)}."
    return text


def rows_sentence(replayed: Replay) -> str:
    """How many logged rows a replay uses, and why not more."""
    used = f"{replayed.rows * replayed.share:,.0f} of {replayed.rows:,} logged rows"
    why = "those in which a strategy gave the arm that the log holds"
    thinned = (
        f" As arms had unequal chances, the log was first thinned at random to {percent(replayed.kept)} of "
        "its rows, in which they are equal."
        if replayed.kept < 0.9995
        else ""
    )
    source = (
        "Chances are those of the column that the study names."
        if replayed.source == "column"
        else "Assignment was random; the chances are the arms' shares."
    )
    return (
        f"Each pass uses about {used}: {why}.{thinned} {source} Values are means of {replayed.passes} passes "
        "in random order; intervals are those of one pass, so rather too wide (Li, Chu, Langford & Wang "
        "2011). What the log says holds for so few people: it cannot show how a longer run ends."
    )


def _person(study: Study, replayed: Replayed) -> str:
    ends = f"{number_text(replayed.ci[0])} to {number_text(replayed.ci[1])}"
    return f"{money(study, replayed.value)} per person (95 % interval {ends})"
