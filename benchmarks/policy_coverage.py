"""How often the intervals of policies' values and gains hold the truth.

    python benchmarks/policy_coverage.py [held_out|estimators|product|retention] [runs]

Three normal columns; everybody's outcome is x1 + x2 / 2 with unit noise, and an arm adds to it: with strong
effects 1 + x1 or 0.8 + x2, with weak ones 0.1 + 0.15 x1 or 0.1 + 0.15 x2, or nothing. Arms cost 0.2 and 0.4
a person. "Trial": even chances, known. "Estimated": the chances depend on x1 (a row in a hundred has less
than 0.1 of an arm), and are fitted by logistic regression. Clusters are five rows that share half the
variance of the columns and of the noise; their arms are their own.

held_out (the default): half of the rows teach a linear T-learner and a tree of depth 2, the other half, with
linear nuisances cross-fitted in five folds, values what they say. The truth of a learned policy is its mean
over 4,096 quasi-random people. "max-t" asks all simultaneous intervals of these policies to hold together;
"best, max-t" and "best, plain" ask it of the policy of the largest gain, "best, halves" of one chosen on one
half of the judged rows and valued on the other. "procedure" is the value of best_arm over sequential folds,
against the mean of its folds' true values, "crossed" the same over five crossed folds. An interval without
length, of a policy that treats no judged row, is not asked; "best_arm treats nobody" is how often that was so
(its true gain is then nearly 0).
estimators: the same policy best_arm valued by each estimator, with a fair and with a poor outcome model.
product: through `uplift.learn`, `score_fold` and `evaluate`, with boosted nuisances.
retention: draws of the generated trial `retention_offers`, whose true gains are known.
Cells are per cent with exact binomial 95 % intervals. Set OPENBLAS_NUM_THREADS=1.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import causal_core.policy.simultaneous as together
from benchmarks.policy_retention import by_retention
from benchmarks.policy_tally import Tally, holds, show
from benchmarks.policy_worlds import (
    COSTS,
    NAMES,
    PEOPLE,
    Data,
    World,
    chosen_arms,
    held_out,
    lines,
    predicted,
    priced,
    scored,
)
from causal_core import policy, uplift
from causal_core.policy.allocation import allocate
from causal_core.policy.estimators import estimators
from causal_core.policy.ranking import Ranking
from causal_core.policy.simultaneous import best_of, simultaneous

SHARE, BUDGET = 0.2, 0.1


def gains_of(world: World, effects: np.ndarray, tree: policy.PolicyTree) -> dict[str, float]:
    """The true gain over nobody of each policy, from (people, k) predicted effects of the same learner."""
    cost = np.array(COSTS)[: world.arms]
    net, rows = world.effect(PEOPLE) - cost, np.arange(len(PEOPLE))
    value = effects - cost
    best = value[:, 1:].argmax(axis=1) + 1
    reached = Ranking.of(value[rows, best]).reach(SHARE).included
    price = np.broadcast_to(cost, effects.shape)
    spent = allocate(effects, price, BUDGET * len(PEOPLE)).assigned
    found = {
        "top_share": float((reached * net[rows, best]).mean()),
        "best_arm": float(net[rows, chosen_arms(effects)].mean()),
        "budget": float(net[rows, spent].mean()),
        "tree": float(net[rows, tree.assign(pd.DataFrame(PEOPLE, columns=NAMES))].mean()),
    }
    for arm in range(1, world.arms):
        name = "treat_all" if world.arms == 2 else f"treat_all: {('none', 'a', 'b')[arm]}"
        found[name] = float(net[:, arm].mean())
    return found


def once(world: World, rows: int, seed: int, tally: Tally) -> None:
    """Which intervals of one sample hold their truths."""
    random = np.random.default_rng(seed)
    data = world.draw(rows, random)
    half = data.folds(2, random)
    learning, judged = data.take(np.flatnonzero(half == 0)), data.take(np.flatnonzero(half == 1))
    learned = lines(learning)
    rewards = scored(learning, learning.folds(5, random))[0] - np.array(COSTS)[: world.arms]
    tree = policy.fit_tree(pd.DataFrame(learning.x, columns=NAMES), rewards, depth=2)
    effects = predicted(learned, judged.x)
    economics = priced(held_out(judged, effects[:, 1:] - effects[:, :1], random, rows))
    everywhere = predicted(learned, PEOPLE)
    truth = gains_of(world, everywhere - everywhere[:, :1], tree)
    results = [
        *policy.treat_all(economics),
        policy.top_share(economics, SHARE),
        policy.best_arm(economics),
        policy.within_budget(economics, BUDGET * rows),
        policy.by_tree(economics, tree, pd.DataFrame(judged.x, columns=NAMES)),
    ]
    for each in results[world.arms - 2 :]:
        # With several arms the last stands for them all.
        name = each.policy.partition(":")[0]
        tally.ask(name, each.gain_vs_none.ci, truth[each.policy])
    top = results[world.arms - 1]
    net = world.effect(PEOPLE) - np.array(COSTS)[: world.arms]
    done = float((world.chances(PEOPLE) * net).sum(axis=1).mean())
    everybody = float(net[:, economics.all_arm].mean())
    tally.ask("top, all", top.gain_vs_all.ci, truth["top_share"] - everybody)
    tally.ask("top, current", top.gain_vs_current.ci, truth["top_share"] - done)
    tally.ask("top, value", top.ci, truth["top_share"])
    joint = simultaneous(results, seed=seed)
    pairs = list(zip(results, joint.gains, strict=True))
    answered = [holds(gain.ci, truth[each.policy]) for each, gain in pairs if gain.std_error > 0]
    tally.add("max-t", held=all(answered))
    first, gain = next(pair for pair in pairs if pair[0].policy == joint.best)
    tally.ask("best, max-t", gain.ci, truth[first.policy])
    tally.ask("best, plain", first.gain_vs_none.ci, truth[first.policy])
    half_way = best_of(results, seed)
    tally.ask("best, halves", half_way.gain_vs_none.ci, truth[half_way.policy])
    for name, sequential in (("procedure", True), ("crossed", False)):
        tally.ask(name, *of_folds(world, data, random, sequential=sequential))
    tally.add("best_arm treats nobody", held=results[world.arms].treated_share == 0)


def of_folds(
    world: World, data: Data, random: np.random.Generator, *, sequential: bool
) -> tuple[tuple[float, float], float]:
    """The interval of best_arm's gain over folds, and the mean of its folds' true gains."""
    fold = data.folds(5, random)
    scores = scored(data, fold)[0]
    cost = np.array(COSTS)[: world.arms]
    net, people = world.effect(PEOPLE) - cost, np.arange(len(PEOPLE))
    gains, true = np.zeros(len(fold)), np.zeros(len(fold))
    judged = fold > 0 if sequential else np.ones(len(fold), dtype=bool)
    for each in range(1 if sequential else 0, 5):
        learned = lines(data.take(np.flatnonzero(fold < each if sequential else fold != each)))
        inside = np.flatnonzero(fold == each)
        effects, everywhere = predicted(learned, data.x[inside]), predicted(learned, PEOPLE)
        arm = chosen_arms(effects - effects[:, :1])
        gains[inside] = scores[inside, arm] - cost[arm] - scores[inside, 0]
        true[inside] = net[people, chosen_arms(everywhere - everywhere[:, :1])].mean()
    clusters = None if data.clusters is None else data.clusters[judged]
    return policy.Gain.of(gains[judged], clusters).ci, float(true[judged].mean())


WORLDS = {
    1000: (
        World("strong"),
        World("strong", 3),
        World("weak"),
        World("weak", 3),
        World("none"),
        World("none", 3),
        World("strong", clustered=True),
        World("none", 3, clustered=True),
        World("strong", 3, estimated=True),
        World("none", estimated=True),
    ),
    4000: (World("strong", 3, estimated=True), World("none", estimated=True)),
}
"""Rows -> worlds."""


def main(runs: int) -> None:
    """The table of values and gains on held-out rows."""
    # The quantile's error of 0.03 is small beside that of the coverage.
    together.DRAWS = 2000
    for rows, worlds in WORLDS.items():
        print(f"\n{runs:,} runs a world, {rows:,} rows\n")
        for place, world in enumerate(worlds):
            tally = Tally(Counter(), Counter())
            for seed in range(runs):
                once(world, rows, 10_000 * place + seed, tally)
            show("effects | arms | assignment", world.title(), tally.held, tally.asked, head=place == 0)


def by_estimators(runs: int) -> None:
    """The same policy by each estimator, with a fair and a poor outcome model, rare arms and common ones."""
    print(f"{runs:,} runs, 1,000 rows\n")
    for steep in (0.5, 2.0):
        for model_says in ("fair", "poor"):
            found, error = Counter[str](), Counter[str]()
            for seed in range(runs):
                random = np.random.default_rng(seed)
                data = World("strong").draw(1000, random)
                chance = 1 / (1 + np.exp(-steep * data.x[:, 0]))
                arm = (random.random(1000) < chance).astype(int)
                outcome = data.x @ [1, 0.5, 0] + arm * (1 + data.x[:, 0]) + random.normal(size=1000)
                model = np.column_stack([data.x @ [1, 0.5, 0], data.x @ [2, 0.5, 0] + 1])
                if model_says == "poor":
                    model = np.zeros((1000, 2))
                scores, rows = model.copy(), np.arange(1000)
                chances = np.column_stack([1 - chance, chance])
                scores[rows, arm] += (outcome - model[rows, arm]) / chances[rows, arm]
                held = replace(
                    held_out(data, data.x[:, :1], random, 2000),
                    scores=scores, outcome_model=model, arm=arm, outcome=outcome, propensity=chances,
                )  # fmt: skip
                economics = policy.Economics.of(held, "t")
                # Treated are x1 > 0: (1 + E[x1 | x1 > 0]) / 2.
                truth = 0.5 + stats.norm.pdf(0)
                for each in estimators(economics, policy.best_arm(economics)):
                    error[each.method] += (each.value - truth) ** 2
                    ci = each.ci
                    if ci is None and each.std_error is not None:
                        reach = 1.96 * each.std_error
                        ci = (each.value - reach, each.value + reach)
                    found[each.method] += ci is not None and holds(ci, truth)
            show("logistic slope | model", f"{steep:g} | {model_says}", found, runs, head=True)
            errors = " | ".join(f"{(each / runs) ** 0.5:.3f}" for each in error.values())
            print(f"| root mean square error | | {errors} |")


def product(runs: int) -> None:
    """Through the product's own learning and scoring, 1,000 rows."""
    print(f"{runs:,} runs a world, 1,000 rows, linear T-learner, boosted nuisances\n")
    for place, world in enumerate((World("strong"), World("none"), World("strong", 3))):
        found = Counter[str]()
        for seed in range(runs):
            data = world.draw(1000, np.random.default_rng(seed))
            frame = pd.DataFrame(data.x, columns=NAMES)
            labels = ("none", "a", "b")[: world.arms]
            units = uplift.Units(frame, data.arm, data.outcome, labels, randomised=True)
            learned = uplift.learn(units, "t", seed, "linear")
            parts = [learned, *(uplift.score_fold(units, fold, seed=seed) for fold in range(5))]
            held = uplift.evaluate(units, parts, seed).held_out
            economics = priced(held)
            # The learner's lines, from its own predictions.
            design = np.column_stack([np.ones(len(held.rows)), data.x[held.rows]])
            line = np.linalg.lstsq(design, held.predicted["t"], rcond=None)[0]
            effects = np.column_stack([np.zeros(len(PEOPLE)), line[0] + PEOPLE @ line[1:]])
            tree = policy.fit_tree(frame.iloc[:100], np.zeros((100, world.arms)), depth=1)
            truth = gains_of(world, effects, tree)
            for each in (
                policy.treat_all(economics)[0],
                policy.top_share(economics, SHARE),
                policy.best_arm(economics),
                policy.within_budget(economics, BUDGET * 1000),
            ):
                name = each.policy.partition(":")[0]
                found[name] += holds(each.gain_vs_none.ci, truth[each.policy])
        show("effects | arms | assignment", world.title(), found, runs, head=place == 0)


MODES: dict[str, tuple[Callable[[int], None], int]] = {
    "held_out": (main, 2000),
    "estimators": (by_estimators, 2000),
    "product": (product, 100),
    "retention": (by_retention, 500),
}

if __name__ == "__main__":
    asked = next((name for name in sys.argv[1:] if name in MODES), "held_out")
    mode, usual = MODES[asked]
    mode(next((int(each) for each in sys.argv[1:] if each.isdigit()), usual))
