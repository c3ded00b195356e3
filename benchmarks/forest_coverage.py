"""How often the causal forest's pointwise 95 % intervals hold the effect, in worlds of known effects.

Run `python benchmarks/forest_coverage.py [fits] [rows] [trees] [effect]`: 200 fits of 2,000 rows and 500
trees by default, about six minutes of processor a table row; of "constant", "smooth" or "steps" alone if
named. Prints a Markdown table a row at a time: coverage, averaged over 500 people and all fits, and twice its
standard error between fits; the share of people covered in fewer than 90 % of the fits; mean width and root
mean square error in standard deviations of the noise, which is 1.

Three worlds, six normal columns: one effect for everybody (1), a smooth one (from 0 to 2 along the first
column), steps (0 to 1.5, at 0 in two columns); each randomised with known probability 1/2, and confounded by
the two columns the effect depends on.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

import numpy as np

from causal_core.data.design import Floats
from causal_core.uplift.forest import fit_causal_forest
from causal_core.uplift.scores import Training

PEOPLE = np.random.default_rng(99).normal(size=(500, 6))
EFFECTS: dict[str, Callable[[Floats], Floats]] = {
    "constant": lambda X: np.ones(len(X)),
    "smooth": lambda X: 2 / (1 + np.exp(-2 * X[:, 0])),
    "steps": lambda X: 1.0 * (X[:, 0] > 0) + 0.5 * (X[:, 1] > 0),
}


def world(rows: int, seed: int, effect: Callable[[Floats], Floats], *, confounded: bool) -> Training:
    """Rows of one fit; the columns of the effect drive assignment too when `confounded`."""
    random = np.random.default_rng(seed)
    X = random.normal(size=(rows, 6))
    chance = np.clip(1 / (1 + np.exp(-0.6 * X[:, 0] + 0.4 * X[:, 1])), 0.1, 0.9) if confounded else 0.5
    arm = (random.random(rows) < chance).astype(np.int64)
    control = X[:, 0] + 2 * np.sin(X[:, 2]) + 0.5 * X[:, 3] ** 2
    outcome = control + arm * effect(X) + random.normal(size=rows)
    known = None if confounded else np.full((rows, 2), 0.5)
    return Training(X, (), arm, outcome, 2, known, seed=seed)


def main(fits: int = 200, rows: int = 2000, trees: int = 500, only: str = "") -> None:
    """Print the table."""
    print("| effect | assignment | rows | trees | fits | coverage | people under 90 % | width | RMSE |")
    print("|---|---|---|---|---|---|---|---|---|", flush=True)
    for name, effect in EFFECTS.items():
        if only not in ("", name):
            continue
        truth = effect(PEOPLE)[:, None]
        for confounded in (False, True):
            covered = np.empty((fits, len(PEOPLE)))
            widths, squares = np.empty(fits), np.empty(fits)
            for run in range(fits):
                model = fit_causal_forest(world(rows, run, effect, confounded=confounded), trees)
                off, error = model.effect(PEOPLE) - truth, model.std_error(PEOPLE)
                covered[run] = (np.abs(off) <= 1.96 * error)[:, 0]
                widths[run], squares[run] = 2 * 1.96 * error.mean(), (off**2).mean()
            by_fit = covered.mean(axis=1)
            error = 2 * by_fit.std(ddof=1) / np.sqrt(fits)
            print(
                f"| {name} | {'confounded' if confounded else 'randomised'} | {rows:,} | {trees} | {fits} "
                f"| {by_fit.mean():.1%} ± {error:.1%} | {(covered.mean(axis=0) < 0.9).mean():.0%} "
                f"| {widths.mean():.2f} | {np.sqrt(squares.mean()):.3f} |",
                flush=True,
            )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:4]), *sys.argv[4:5])
