"""Ways of learning a policy from doubly robust scores: what part of the oracle's gain each reaches.

    python benchmarks/policy_learning.py [--seeds 10]

All get the same rows and scores, with noise of three to five times the effects. Worlds: six standard normal
columns and a region of three; two arms and three. Line: the best arm follows a line in two columns and the
region. Steps: it follows two cuts (a tree's world). Corners: it follows the sign of a product (neither a line
nor greedy cuts find it). Nothing: no arm is better for anybody. Numbers are true gains over the best single
arm on 20,000 new rows, as a part of what an oracle gains, averaged over the seeds; 1 is the best there can be
and 0 is giving everybody the same. Where nothing is to be gained the share of rules that tell people apart is
given instead, as the gain is 0 for all.
"""

from __future__ import annotations

import argparse
import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import pandas as pd

from causal_core.policy import fit_tree, learn_policy
from causal_core.policy.learning import _WAYS
from causal_core.uplift.dummies import Dummies
from causal_core.uplift.features import Encoder

WORLDS = ("line", "steps", "corners", "nothing")
ROWS = (500, 2000, 8000)
NEW = 20_000
SINGLE = (("regression", 0.0), ("classification", 1e-2), ("ascent", 1e-3))
WAYS = (*(name for name, _ in SINGLE), "linear", "boosted", "tree")


def world(name: str, rows: int, seed: int, arms: int) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    """Columns, true means (rows, arms) and scores (rows, arms)."""
    random = np.random.default_rng([seed, rows, arms])
    frame = pd.DataFrame(random.normal(size=(rows, 6)), columns=list("abcdef"))
    frame["region"] = pd.Categorical(random.choice(["north", "south", "west"], rows))
    north = (frame["region"] == "north").to_numpy()
    a, b, d = (frame[column].to_numpy() for column in "abd")
    effect = {
        "line": 0.5 * (a - 0.7 * b + 0.6 * north - 0.2),
        "steps": np.where((a > 0.2) & ~north, 0.8, -0.4),
        "corners": 0.6 * np.sign(a * b),
        "nothing": np.zeros(rows),
    }[name]
    mean = np.zeros((rows, arms))
    mean[:, 1] = effect
    if arms == 3:
        mean[:, 2] = 0.0 if name == "nothing" else 0.5 * effect - 0.3 * d
    return frame, mean, mean + 2 * random.normal(size=mean.shape)


def assign(way: str, frame: pd.DataFrame, scores: np.ndarray, new: pd.DataFrame) -> np.ndarray:
    """The actions that a way gives new rows."""
    if way == "tree":
        return fit_tree(frame, scores, depth=2).assign(new)
    if way in ("linear", "boosted"):
        return learn_policy(frame, scores, way).assign(new)
    encoder = Encoder.of(frame)
    matrix = encoder.matrix(frame)
    dummies = Dummies.of(matrix, encoder.categorical)
    weights = _WAYS[way](dummies.design(matrix), scores, np.ones(len(scores)), dict(SINGLE)[way])
    return (weights[0] + dummies.design(encoder.matrix(new)) @ weights[1:]).argmax(axis=1)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--seeds", type=int, default=10)
    seeds = parser.parse_args().seeds
    print(f"| world | arms | rows | {' | '.join(WAYS)} |")
    print(f"|---|---|---|{'---|' * len(WAYS)}")
    for name in WORLDS:
        for arms in (2, 3):
            for rows in ROWS:
                found = np.zeros((seeds, len(WAYS)))
                for seed in range(seeds):
                    frame, _, scores = world(name, rows, seed, arms)
                    new, mean, _ = world(name, NEW, 1000 + seed, arms)
                    for place, way in enumerate(WAYS):
                        chosen = assign(way, frame, scores, new)
                        if name == "nothing":
                            found[seed, place] = len(np.unique(chosen)) > 1
                            continue
                        alone = mean.mean(axis=0).max()
                        gained = mean[np.arange(NEW), chosen].mean() - alone
                        found[seed, place] = gained / (mean.max(axis=1).mean() - alone)
                told = " | ".join(f"{value:.2f}" for value in found.mean(axis=0))
                print(f"| {name} | {arms} | {rows:,} | {told} |", flush=True)


if __name__ == "__main__":
    main()
