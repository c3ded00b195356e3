"""The learners of effects by person against EconML's: error of the effect, and processor time.

    python -m venv peer && peer/bin/pip install econml==0.17.0 lightgbm==4.7.0
    python benchmarks/uplift_learners.py --peer peer/bin/python

World: 20,000 rows to learn from and 20,000 new ones, 20 standard normal columns, a propensity that depends on
two of them, an effect with a line and a step, a baseline with sines, a product and a square, unit noise. Both
use LightGBM with 200 trees of 31 leaves at rate 0.05 on one thread; EconML's other settings are its defaults,
ours are ours. Each package has a process of its own, and they work by turns; seconds are of the processor, to
fit and predict, without imports. Errors are root mean squares over the new rows. Both are averages over the
seeds.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

LEARNERS = ("s", "t", "x", "r", "dr", "ct")
ROWS = 20_000
ROOT = Path(__file__).resolve().parent.parent


def world(rows: int, seed: int) -> tuple[Any, Any, Any, Any, Any]:
    """Columns, arm, outcome, effect and propensity."""
    random = np.random.default_rng(seed)
    x = random.normal(size=(rows, 20))
    propensity = np.clip(1 / (1 + np.exp(-(0.6 * x[:, 0] - 0.4 * x[:, 1]))), 0.1, 0.9)
    effect = 0.5 + 0.5 * x[:, 0] + (x[:, 1] > 0)
    control = 2 * np.sin(x[:, 2]) + x[:, 3] * x[:, 4] + 0.5 * x[:, 5] ** 2 + x[:, 0]
    arm = (random.random(rows) < propensity).astype(np.int64)
    return x, arm, control + arm * effect + random.normal(size=rows), effect, propensity


def ours(learner: str) -> Callable[[Any, Any, Any, Any], Any]:
    """Fit and predict with dostudio."""
    from causal_core import uplift

    uplift.fit(learner, *small())

    def run(x: Any, arm: Any, outcome: Any, new: Any) -> Any:
        return uplift.fit(learner, x, arm, outcome).effect(new)[:, 0]

    return run


def econml(learner: str) -> Callable[[Any, Any, Any, Any], Any]:
    """Fit and predict with EconML."""
    from econml.dml import NonParamDML
    from econml.dr import DRLearner
    from econml.metalearners import SLearner, TLearner, XLearner
    from lightgbm import LGBMClassifier, LGBMRegressor

    options = {
        "n_estimators": 200,
        "num_leaves": 31,
        "learning_rate": 0.05,
        "num_threads": 1,
        "verbosity": -1,
    }

    def regressor() -> Any:
        return LGBMRegressor(**options)

    def classifier() -> Any:
        return LGBMClassifier(**options)

    def made() -> Any:
        if learner == "s":
            return SLearner(overall_model=regressor())
        if learner == "t":
            return TLearner(models=regressor())
        if learner == "x":
            return XLearner(models=regressor(), propensity_model=classifier())
        if learner == "r":
            return NonParamDML(
                model_y=regressor(),
                model_t=classifier(),
                model_final=regressor(),
                discrete_treatment=True,
                random_state=0,
            )
        return DRLearner(
            model_propensity=classifier(),
            model_regression=regressor(),
            model_final=regressor(),
            random_state=0,
        )

    x, arm, outcome = small()
    made().fit(outcome, arm, X=x)

    def run(x: Any, arm: Any, outcome: Any, new: Any) -> Any:
        return np.ravel(made().fit(outcome, arm, X=x).effect(new))

    return run


def small() -> tuple[Any, Any, Any]:
    """A few rows to load libraries with, before the clock starts."""
    x, arm, outcome, _, _ = world(400, 10_000)
    return x, arm, outcome


def work(package: str, learner: str, seed: int) -> dict[str, float]:
    """One fit and its prediction: root mean square error and processor seconds."""
    warnings.simplefilter("ignore")
    run = ours(learner) if package == "ours" else econml(learner)
    x, arm, outcome, _, _ = world(ROWS, seed)
    new, _, _, effect, _ = world(ROWS, 1000 + seed)
    start = time.process_time()
    found = run(x, arm, outcome, new)
    seconds = time.process_time() - start
    return {"error": float(np.sqrt(np.mean((found - effect) ** 2))), "seconds": seconds}


def start(python: str, package: str) -> subprocess.Popen[str]:
    """A process that answers `ask`, on one thread."""
    one = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    return subprocess.Popen(
        [python, __file__, "--work", package],
        env={**os.environ, **one, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def serve(package: str) -> None:
    """Answer each line of `learner seed` with one of numbers."""
    for line in sys.stdin:
        learner, seed = line.split()
        print(json.dumps(work(package, learner, int(seed))), flush=True)


def ask(worker: subprocess.Popen[str], learner: str, seed: int) -> dict[str, float]:
    """`work` in that process."""
    if worker.stdin is None or worker.stdout is None:
        raise SystemExit("The worker has no pipes.")
    print(learner, seed, file=worker.stdin, flush=True)
    answer: dict[str, float] = json.loads(worker.stdout.readline())
    return answer


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peer", help="the Python that has EconML and LightGBM")
    parser.add_argument("--learners", default=",".join(LEARNERS))
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--work", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.work:
        serve(asked.work)
        return
    here = start(sys.executable, "ours")
    peer = start(asked.peer, "econml") if asked.peer else None
    print("| learner | EconML's error | ours | ratio | EconML's seconds | ours | ratio |")
    print("|---|---|---|---|---|---|---|")
    for learner in asked.learners.split(","):
        mine, theirs = [], []
        for seed in range(asked.first, asked.first + asked.seeds):
            if peer and learner != "ct":
                theirs.append(ask(peer, learner, seed))
            mine.append(ask(here, learner, seed))
        error, seconds = (float(np.mean([one[key] for one in mine])) for key in ("error", "seconds"))
        if not theirs:
            print(f"| {learner.upper()} | none | {error:.3f} |  | none | {seconds:.2f} |  |", flush=True)
            continue
        error2, seconds2 = (float(np.mean([one[key] for one in theirs])) for key in ("error", "seconds"))
        print(
            f"| {learner.upper()} | {error2:.3f} | {error:.3f} | {error / error2:.2f} | "
            f"{seconds2:.2f} | {seconds:.2f} | {seconds / seconds2:.2f} |",
            flush=True,
        )
    for worker in (here, *([peer] if peer else [])):
        worker.communicate()


if __name__ == "__main__":
    main()
