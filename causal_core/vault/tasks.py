"""What workers do with rows that are held back: read the open part of a file, and open the locked one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from causal_core.engine.progress import part
from causal_core.problem import Problem
from causal_core.study.results import Opened
from causal_core.vault.lock import Lock, open_part, split

if TYPE_CHECKING:
    from causal_core.data.reading import ReadOptions
    from causal_core.policy.exported import ExportedPolicy
    from causal_core.study.inputs import Inputs
    from causal_core.study.options import PolicyOptions
    from causal_core.vault.valuation import Locked, Worth


@dataclass(frozen=True)
class Answer:
    """What the locked part says.

    Attributes:
        locked: Value and gains.
        policy: Whom the policy treats, in words.
        same_data: Whether file and rows are those that were locked.
    """

    locked: Locked
    policy: str
    same_data: bool


def open_unlocked(path: Path, name: str, options: ReadOptions, folder: Path, lock: Lock) -> Opened:
    """Read a file into a table without the rows that are locked, and profile what is left.

    The whole table and the locked rows are stored nowhere.

    Raises:
        Problem: The file cannot be read as a table, or cannot be parted so.
    """
    import tempfile

    from causal_core.data.profile import profile
    from causal_core.data.reading import read

    with tempfile.TemporaryDirectory(dir=folder, prefix=".whole-") as passing:
        with part(0, 0.7):
            report = read(path, options, name=name, folder=passing)
        with part(0.7, 0.8):
            table = open_part(report.table, lock, folder)
    with part(0.8, 1):
        found = profile(table)
    locked = report.table.rows - table.rows
    said = (
        f"{locked:,} of {report.table.rows:,} rows are locked away"
        + (f" (whole clusters of {lock.clusters})" if lock.clusters else "")
        + f": every step here sees the other {table.rows:,} alone."
    )
    return Opened(table, found, report.options, (*report.warnings, said))


def answer_locked(
    source: Path,
    name: str,
    reading: ReadOptions,
    lock: Lock,
    inputs: Inputs,
    policy: ExportedPolicy,
    options: PolicyOptions,
    types: Mapping[str, str],
    everybody: int,
    sha256: str,
    rows: int | None,
) -> Answer:
    """Read the locked rows, for the first time, and value the policy on them.

    Args:
        source: The data file.
        name: Its own name.
        reading: How it is read.
        lock: Which rows are locked.
        inputs: What steps on the open part start from.
        policy: Learned on the open part.
        options: What outcomes are worth and arms cost.
        types: The study's types.
        everybody: The arm that treating everybody means.
        sha256: Of the file when it was locked; empty when that is not known.
        rows: Of the whole table then.

    Raises:
        Problem: The file cannot be read, has changed its arms, or the locked rows are too few.
    """
    import dataclasses
    import hashlib
    import tempfile

    from causal_core.data.reading import read
    from causal_core.vault.valuation import score_locked, value_locked

    with source.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    with tempfile.TemporaryDirectory(prefix="dostudio-locked-") as passing:
        with part(0, 0.3):
            whole = read(source, reading, name=name, folder=passing).table
            _, away = split(whole, lock, passing)
        given = dataclasses.replace(inputs, table=away)
        units = given.units()
        if units.arms != policy.arms:
            raise Problem(
                f"The locked rows have the arms {', '.join(units.arms)}, the policy "
                f"{', '.join(policy.arms)}.",
                remedy="Lock a larger share, or leave rare arms out of the data.",
            )
        with part(0.3, 1):
            scores = score_locked(units, inputs.seed)
            worth = _worth(given, options, policy.arms, scores.scores, types)
        people = away.frame(rows=units.rows)
        found = value_locked(units, scores, worth, policy.codes(people), everybody)
    same = digest == sha256.lower() and (rows is None or rows == whole.rows)
    return Answer(found, policy.sentence, same)


def _worth(
    given: Inputs, options: PolicyOptions, arms: tuple[str, ...], scores: object, types: Mapping[str, str]
) -> Worth:
    import numpy as np

    from causal_core.policy.economics import cost_matrix
    from causal_core.policy.paid import units_of
    from causal_core.study.worth import cost_arrays
    from causal_core.vault.valuation import Worth, score_locked

    units = given.units()
    costs = cost_matrix(arms, len(units.outcome), cost_arrays(given, options, units.rows))
    known = {given.outcome: np.asarray(scores)}
    paid = {}
    for label, column in options.paid_per.items():
        if column not in known:
            known[column] = score_locked(units_of(given, column, types), given.seed).scores
        paid[arms.index(label)] = known[column]
    return Worth(options.benefit, costs, paid)
