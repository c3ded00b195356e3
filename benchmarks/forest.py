"""The causal forest beside EconML's: error of the effect, intervals and processor time, in the same run.

EconML is no dependency of dostudio; give it an environment of its own and name its interpreter:

    python -m venv peer && peer/bin/pip install econml lightgbm
    python benchmarks/forest.py --peer peer/bin/python [--seeds 5] [--rows 20000]

Prints a Markdown table: the means over the seeds, each 20,000 rows to learn from and as many to be judged on,
20 normal columns. Both forests learn m(x) and e(x) themselves, from boosted trees; `CausalForestDML` is left
at its defaults but for one thread. Ours is shown with 100 trees, as EconML's default, and with its own 500.
"""

from __future__ import annotations

import argparse
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np

PEER = """
import sys, time, warnings
import lightgbm, numpy as np
from econml.dml import CausalForestDML
warnings.simplefilter("ignore")
data = np.load(sys.argv[1])
options = dict(n_estimators=200, num_leaves=31, learning_rate=0.05, num_threads=1, verbosity=-1)
start = time.process_time()
forest = CausalForestDML(
    n_estimators=100, model_y=lightgbm.LGBMRegressor(**options), model_t=lightgbm.LGBMClassifier(**options),
    discrete_treatment=True, n_jobs=1, random_state=int(sys.argv[3]),
).fit(data["outcome"], data["arm"], X=data["X"])
fitted = time.process_time()
low, high = forest.effect_interval(data["new"], alpha=0.05)
effect = forest.effect(data["new"])
np.savez(sys.argv[2], effect=effect, low=low, high=high,
         seconds=[fitted - start, time.process_time() - fitted])
"""

COLUMNS = ("RMSE of the effect", "coverage", "width", "fit, s", "predict, s")


def world(rows: int, seed: int) -> dict[str, np.ndarray]:
    """Covariates, assignment, outcome and true effect."""
    random = np.random.default_rng(seed)
    X = random.normal(size=(rows, 20))
    chance = np.clip(1 / (1 + np.exp(-(0.6 * X[:, 0] - 0.4 * X[:, 1]))), 0.1, 0.9)
    effect = 0.5 + 0.5 * X[:, 0] + (X[:, 1] > 0)
    control = 2 * np.sin(X[:, 2]) + X[:, 3] * X[:, 4] + 0.5 * X[:, 5] ** 2 + X[:, 0]
    arm = (random.random(rows) < chance).astype(np.int64)
    outcome = control + arm * effect + random.normal(size=rows)
    return {"X": X, "arm": arm, "outcome": outcome, "effect": effect}


def ours(train: dict[str, np.ndarray], new: np.ndarray, trees: int, seed: int) -> list[np.ndarray]:
    """Effect, lower and upper end, and seconds of fit and prediction."""
    # Imported first, as the other side imports before its clock starts.
    import lightgbm  # noqa: F401 - used by the forest
    import sklearn.linear_model  # noqa: F401 - used by its propensity

    from causal_core.uplift.forest import fit_causal_forest
    from causal_core.uplift.scores import Training

    start = time.process_time()
    forest = fit_causal_forest(Training(train["X"], (), train["arm"], train["outcome"], 2, seed=seed), trees)
    fitted = time.process_time()
    effect, error = forest.effect(new)[:, 0], 1.96 * forest.std_error(new)[:, 0]
    seconds = np.array([fitted - start, time.process_time() - fitted])
    return [effect, effect - error, effect + error, seconds]


def theirs(
    train: dict[str, np.ndarray], new: np.ndarray, peer: str, seed: int, folder: Path
) -> list[np.ndarray]:
    """The same of EconML, from its own interpreter."""
    given, taken = folder / "given.npz", folder / "taken.npz"
    np.savez(given, new=new, **train)
    subprocess.run([peer, "-c", PEER, str(given), str(taken), str(seed)], check=True)
    answer = np.load(taken)
    return [answer[name] for name in ("effect", "low", "high", "seconds")]


def measured(answer: list[np.ndarray], truth: np.ndarray) -> list[float]:
    """The numbers of `COLUMNS`."""
    effect, low, high, seconds = answer
    error = float(np.sqrt(np.mean((effect - truth) ** 2)))
    covered = float(np.mean((low <= truth) & (truth <= high)))
    return [error, covered, float(np.mean(high - low)), *seconds.tolist()]


def main() -> None:
    """Print the table, after each seed."""
    parser = argparse.ArgumentParser()
    parser.add_argument(
        "--peer", required=True, help="interpreter of an environment with econml and lightgbm"
    )
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--rows", type=int, default=20_000)
    options = parser.parse_args()
    found: dict[str, list[list[float]]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(options.seeds):
            train, new = world(options.rows, seed), world(options.rows, 1000 + seed)
            for trees in (100, 500):
                answer = ours(train, new["X"], trees, seed)
                found.setdefault(f"dostudio, {trees} trees", []).append(measured(answer, new["effect"]))
            answer = theirs(train, new["X"], options.peer, seed, Path(folder))
            found.setdefault("EconML, 100 trees", []).append(measured(answer, new["effect"]))
            show(found)


def show(found: dict[str, list[list[float]]]) -> None:
    """The means so far, and ratios of error and of processor time to EconML's."""
    means = {name: np.mean(rows, axis=0) for name, rows in found.items()}
    peer = means["EconML, 100 trees"]
    seeds = len(found["EconML, 100 trees"])
    print(f"\n{seeds} seeds\n\n| forest | {' | '.join(COLUMNS)} | error / EconML's | time / EconML's |")
    print("|---|---|---|---|---|---|---|---|")
    for name, row in means.items():
        ratio = (row[3] + row[4]) / (peer[3] + peer[4])
        print(
            f"| {name} | {row[0]:.3f} | {row[1]:.1%} | {row[2]:.2f} | {row[3]:.1f} | {row[4]:.1f} "
            f"| {row[0] / peer[0]:.2f} | {ratio:.2f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
