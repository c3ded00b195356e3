"""Processor seconds to allocate arms to people, beside HiGHS on the same linear programmes in the same run.

    python benchmarks/allocation.py [--largest 1000000] [--highs-largest 10000] [--repeats 3]

Four problems, on people whose gains (normal, mean 0.3) and costs (0.1 to 2) differ by person and arm: a
budget (0.08 a person), places (for 4 % of people in each arm), both at once, and a budget under rules for
groups (five groups; the first at least 40 % treated; shares at most 0.3 apart). HiGHS (scipy) solves the
relaxation in which people may be split; ours treats whole people (a budget under rules for groups leaves
chances at the limit). Printed are the median processor seconds of ours, those of HiGHS, their ratio, and our
total over the relaxation's best: 1 is as good as can be. No assignment brings more than ours and the gap,
printed as a part of the total. HiGHS is stopped after two minutes.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from functools import partial

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array, eye_array, kron, vstack

from causal_core.policy import Economics, allocate, budget_curve
from causal_core.policy.quota import within_budget_by_group
from causal_core.policy.rule import GroupRule, Groups
from causal_core.uplift import HeldOut

LONGEST = 120.0
MONEY, PLACES, GROUPS, PARITY, LEAST = 0.08, 0.04, 5, 0.3, 0.4


class World:
    """People with gains and costs that differ by person and arm."""

    def __init__(self, people: int, arms: int) -> None:
        random = np.random.default_rng(people + arms)
        nothing = np.zeros((people, 1))
        self.gain = np.hstack([nothing, random.normal(0.3, 1, (people, arms - 1))])
        self.price = np.hstack([nothing, random.uniform(0.1, 2, (people, arms - 1))])
        self.budget = MONEY * people
        self.places = [None, *[int(PLACES * people)] * (arms - 1)]
        code = random.integers(0, GROUPS, people)
        self.groups = Groups("group", tuple("abcde"), code)
        self.rule = GroupRule.of(self.groups, {"a": (LEAST, 1.0)}, PARITY)
        held_out = HeldOut(
            rows=np.arange(people),
            arms=tuple(str(arm) for arm in range(arms)),
            predicted={"t": self.gain[:, 1:]},
            baseline={"t": np.zeros(people)},
            scores=self.gain,
            outcome_model=self.gain,
            arm=random.integers(0, arms, people),
            outcome=np.zeros(people),
            propensity=np.full((people, arms), 1 / arms),
            clusters=None,
            total_rows=people,
        )
        costs = {label: self.price[:, arm] for arm, label in enumerate(held_out.arms)}
        self.economics = Economics.of(held_out, "t", costs=costs)

    def ours(self, problem: str) -> tuple[float, float]:
        """The total gain, and by how much it can fall short at most; NaN where that is not told."""
        if problem == "groups":
            found = within_budget_by_group(self.economics, self.groups, self.rule, self.budget)
            return float((found.policy_matrix * self.gain).sum()), float("nan")
        budget = None if problem == "places" else self.budget
        placed = allocate(self.gain, self.price, budget, None if problem == "budget" else self.places)
        return placed.value, placed.gap

    def highs(self, problem: str) -> float:
        """The best total of the relaxation; NaN when there was no time for it."""
        people, arms = self.gain.shape
        left: list[csr_array] = []
        right: list[float] = []
        if problem != "places":
            left.append(csr_array(self.price.reshape(1, -1)))
            right.append(self.budget)
        if problem in {"places", "both"}:
            each = kron(np.ones((1, people)), eye_array(arms, format="csr"))
            left.append(csr_array(each)[1:])
            right += [PLACES * people] * (arms - 1)
        if problem == "groups":
            treated = np.ones(arms)
            treated[0] = 0.0
            code = self.groups.code
            share = [np.kron((code == g) / (code == g).sum(), treated) for g in range(GROUPS)]
            rows = [-share[0]] + [one - other for one in share for other in share if one is not other]
            left.append(csr_array(np.array(rows)))
            right += [-LEAST] + [PARITY] * (len(rows) - 1)
        once = kron(eye_array(people, format="csr"), np.ones((1, arms)))
        found = linprog(
            -self.gain.ravel(),
            vstack(left),
            right,
            csr_array(once),
            np.ones(people),
            method="highs",
            options={"time_limit": LONGEST},
        )
        return -float(found.fun) if found.status == 0 else float("nan")


def seconds(call: Callable[[], object], repeats: int) -> float:
    """The median processor seconds of a few runs."""
    taken = []
    for _ in range(repeats):
        start = time.process_time()
        call()
        taken.append(time.process_time() - start)
    return statistics.median(taken)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--largest", type=int, default=1_000_000)
    parser.add_argument("--highs-largest", type=int, default=10_000)
    parser.add_argument("--repeats", type=int, default=3)
    given = parser.parse_args()
    sizes = [size for size in (1_000, 3_000, 10_000, 100_000, 1_000_000) if size <= given.largest]
    print("| problem | people | arms | ours (s) | HiGHS (s) | times as fast | total / relaxation | gap |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for people, arms in [*((size, 4) for size in sizes), (100_000, 2), (100_000, 8)]:
        if people > given.largest:
            continue
        world = World(people, arms)
        repeats = given.repeats if people <= 100_000 else 1
        for problem in ("budget", "places", "both", "groups"):
            total, gap = world.ours(problem)
            ours = seconds(partial(world.ours, problem), repeats)
            line = f"| {problem} | {people:,} | {arms} | {ours:.3f} | "
            if people <= given.highs_largest:
                start = time.process_time()
                best = world.highs(problem)
                highs = time.process_time() - start
                line += f"{highs:.2f} | {highs / ours:.1f} | {total / best:.6f} | "
            else:
                line += "- | - | - | "
            print(line + ("- |" if np.isnan(gap) else f"{gap / abs(total):.1e} |"), flush=True)
    print()
    print("| the page, 4 arms | rows | seconds |")
    print("| --- | --- | --- |")
    world = World(min(100_000, given.largest), 4)
    curve = budget_curve(world.economics)
    rows = f"{len(world.gain):,}"
    print(f"| the curve over the budget | {rows} | {seconds(lambda: budget_curve(world.economics), 3):.3f} |")
    print(f"| another budget | {rows} | {seconds(lambda: curve.at(world.budget), 5):.3f} |")


if __name__ == "__main__":
    main()
