"""Steps for the engine's tests, found by name on workers."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from time import monotonic, sleep

import numpy as np

from causal_core.engine import progress
from causal_core.problem import Problem


def double(number):
    return 2 * number


def total(parts, start=0):
    return start + sum(parts)


def append(path, text="x"):
    with Path(path).open("a") as file:
        file.write(text)
    return text


def append_slowly(path, seconds):
    append(path)
    sleep(seconds)
    return "slow"


def nap(seconds):
    sleep(seconds)
    return seconds


def report_until(path, step=0.02, longest=30.0):
    """Report a quarter until the file is there."""
    until = monotonic() + longest
    while not Path(path).exists() and monotonic() < until:
        progress.report(1, 4)
        sleep(step)
    return "seen"


def report_through(times):
    for done in range(times):
        progress.report(done + 1, times)
    return times


def raise_problem(column):
    raise Problem(f"The column {column} is constant.", column=column, remedy="Choose another column.")


def raise_unexpected():
    raise KeyError("secret")


def raise_memory_error():
    raise MemoryError("Unable to allocate 9 TiB")


def raise_library_error():
    from sklearn.exceptions import NotFittedError

    raise NotFittedError("fit it first")


def import_missing():
    import no_such_package_at_all  # noqa: F401 - it does not exist, which is the point


def leave_early():
    raise SystemExit(3)


def unpicklable():
    return lambda: None


def heavy_result():
    from sklearn.linear_model import LinearRegression

    return LinearRegression()


def die():
    os._exit(1)


def die_once(path):
    if not Path(path).exists():
        append(path)
        os._exit(1)
    return "survived"


def process():
    return os.getpid()


def environment():
    return os.environ["OMP_NUM_THREADS"], os.nice(0)


def draw(seed, size):
    """Sums that depend on the order of addition."""
    random = np.random.default_rng(seed)
    left = random.normal(size=(size, size))
    return np.linalg.inv(left @ left.T + np.eye(size)).sum(axis=0)


def stack(parts):
    return np.vstack(parts)


def loaded(module):
    return module in sys.modules
