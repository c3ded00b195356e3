"""Learning while acting as plans for the engine: the simulation, the replay, and one run's log."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

from causal_core.bandit.few import few
from causal_core.bandit.strategies import STRATEGIES, check_strategies
from causal_core.bandit.tasks import Asked
from causal_core.engine.call import Call, Plan
from causal_core.problem import DoesNotApply, Problem
from causal_core.study.dose import refuse_dose
from causal_core.study.options import BanditOptions, PolicyOptions
from causal_core.study.steps import inputs, result_key
from causal_core.study.worth import refuse_own_worth
from causal_core.validation.plan import plan_key

if TYPE_CHECKING:
    from causal_core.data.table import Table
    from causal_core.policy.paid import PaidColumn
    from causal_core.study.study import Study
    from causal_core.uplift.result import Evaluation, HeldOut

    Paid = tuple[PaidColumn, ...]

TASKS: Final = "causal_core.bandit.tasks"

CHUNK: Final = 10
"""Runs that one task simulates side by side."""

MOST_PEOPLE: Final = 1_000_000
"""The most people of one run."""

MOST_LOGGED: Final = 100_000
"""The most people of a run whose log is written."""

OTHER_LENGTHS: Final = "Experiments of other lengths"
"""What the tasks beside those of the strategies do."""

PLAIN: Final = PolicyOptions()


def bandit_plan(study: Study, table: Table, evaluation: Evaluation, paid: Paid = ()) -> Plan:
    """The plan of the simulation; its result is a `Simulated`.

    Args:
        study: Its [bandit] says which strategies act, its [policy] what outcomes and arms are worth.
        table: Its table.
        evaluation: What the uplift step gave.
        paid: What each arm makes of the columns that costs are paid by.

    Raises:
        DoesNotApply: The treatment is a dose, or an outcome is worth nothing.
        Problem: An option does not fit.
    """
    asked, held_out, paid = _asked(study, table, evaluation, paid)
    given, options = inputs(study, table), asked.bandit
    strategies = (*options.strategies, "best_fixed")
    about = {"inputs": given, "asked": asked, "held_out": held_out, "paid": paid}
    chunks = seed_chunks(given.seed, options.seeds)
    tasks = tuple(
        Call(f"{TASKS}:simulate_strategy", {**about, "strategy": strategy, "seeds": seeds})
        for strategy in strategies
        for seeds in chunks
    )
    if "experiment" in options.strategies:
        tasks += tuple(Call(f"{TASKS}:simulate_lengths", {**about, "seeds": seeds}) for seeds in chunks)
    combine = Call(f"{TASKS}:combine_courses", about)
    return Plan(_key("bandit", study, table, asked), "Learning while acting", tasks, combine, seconds=1800)


def parts_of(study: Study) -> tuple[str, ...]:
    """What each task of `bandit_plan` belongs to, in words."""
    names = (*_plain(study.bandit).strategies, "best_fixed")
    chunks = len(seed_chunks(0, study.bandit.seeds))
    found = [STRATEGIES[name] for name in names for _ in range(chunks)]
    return (*found, *([OTHER_LENGTHS] * chunks if "experiment" in names else ()))


def replay_plan(study: Study, table: Table, evaluation: Evaluation, paid: Paid = ()) -> Plan:
    """The plan of the replay on the log; its result is a `Replay`. Arguments are those of `bandit_plan`.

    Raises:
        DoesNotApply: The treatment is a dose, an outcome is worth nothing, or the chances with which arms
            were given are not known.
        Problem: An option does not fit.
    """
    asked, held_out, paid = _asked(study, table, evaluation, paid)
    given = inputs(study, table)
    if not given.randomised and given.propensity is None:
        raise DoesNotApply(
            "A replay needs to know with which chance each person got their arm. In these data people were "
            "not assigned at random, so the chances could only be estimated, and their error would pass for "
            "a gain.",
            remedy="Run a small trial, or log the chance whenever an arm is drawn and name its column on "
            "Data.",
        )
    if held_out.weights is not None:
        raise DoesNotApply(
            "A replay treats the rows of the log as the people who come, and here rows with sampling weights "
            "stand for different numbers of people.",
            remedy="Leave the sampling weights out to replay the log as it is.",
        )
    # Nothing of a simulated world enters.
    still = dataclasses.replace(asked.bandit, rounds=2, delay=0, drift=0.0)
    asked = dataclasses.replace(asked, bandit=still)
    source = "shares" if given.propensity is None else "column"
    about = {"inputs": given, "asked": asked, "held_out": held_out, "paid": paid, "source": source}
    tasks = tuple(
        Call(f"{TASKS}:replay_strategy", {**about, "strategy": strategy})
        for strategy in asked.bandit.strategies
    )
    combine = Call(f"{TASKS}:combine_replays", about)
    return Plan(_key("replay", study, table, asked), "Replaying the log", tasks, combine, seconds=1800)


def log_plan(study: Study, table: Table, evaluation: Evaluation, strategy: str, paid: Paid = ()) -> Plan:
    """The plan of one simulated run's log; its result is a list with one `RunLog`.

    Raises:
        DoesNotApply: As `bandit_plan`.
        Problem: The run is too long to be written down, or there is no such strategy.
    """
    asked, held_out, paid = _asked(study, table, evaluation, paid)
    check_strategies((strategy,))
    people = asked.bandit.rounds * asked.bandit.per_round
    if people > MOST_LOGGED:
        raise Problem(
            f"A log of {people:,} people is too long to write.",
            remedy=f"Simulate at most {MOST_LOGGED:,} people.",
        )
    given = inputs(study, table)
    about = {"inputs": given, "asked": asked, "held_out": held_out, "paid": paid, "strategy": strategy}
    call = Call(f"{TASKS}:log_run", about)
    return Plan(_key(f"log-{strategy}", study, table, asked), "Writing one run's log", (call,))


def seed_chunks(seed: int, count: int) -> tuple[tuple[int, ...], ...]:
    """The seeds of the runs, as tasks share them."""
    seeds = tuple(seed * 100_003 + number for number in range(count))
    return tuple(seeds[start : start + CHUNK] for start in range(0, count, CHUNK))


def _asked(study: Study, table: Table, evaluation: Evaluation, paid: Paid) -> tuple[Asked, HeldOut, Paid]:
    refuse_dose(study, table, "policy")
    options, policy = study.bandit, study.policy
    check_strategies(options.strategies)
    refuse_own_worth(policy, "Learning while acting is simulated")
    if policy.benefit == 0:
        raise DoesNotApply(
            f"At a benefit of 0 nothing about {study.question.outcome} need be learned: the cheapest arm is "
            "best.",
            remedy="Set the benefit of one unit of the outcome on Policy; negative when less is better.",
        )
    if options.rounds * options.per_round > MOST_PEOPLE:
        raise Problem(
            f"{options.rounds:,} rounds of {options.per_round:,} people are over {MOST_PEOPLE:,} people.",
            remedy="Choose fewer rounds, or fewer people a round.",
        )
    learner = policy.learner or next(iter(evaluation.held_out.predicted), "")
    worth = dataclasses.replace(
        PLAIN, benefit=policy.benefit, cost=policy.cost, paid_per=policy.paid_per, learner=learner
    )
    held_out, columns = few(evaluation.held_out, learner, paid, study.seed)
    return Asked(_plain(options), worth), held_out, columns


def _plain(options: BanditOptions) -> BanditOptions:
    """The options without repeated strategies; the best single arm is always set beside."""
    names = tuple(name for name in dict.fromkeys(options.strategies) if name != "best_fixed")
    return dataclasses.replace(options, strategies=names)


def _key(step: str, study: Study, table: Table, asked: Asked) -> str:
    return plan_key(step, result_key("uplift", study, table), asked)
