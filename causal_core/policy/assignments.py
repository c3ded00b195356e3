"""Who gets what: a policy carried out on the people of a table."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from causal_core.data.design import Floats, Integers
from causal_core.data.source import columns_of
from causal_core.data.table import Table
from causal_core.policy.export.features import matrix_of
from causal_core.policy.exported import ExportedPolicy
from causal_core.problem import Problem


@dataclass(frozen=True, eq=False)
class Assignments:
    """The arm of each person.

    Attributes:
        arms: The k arms as text, control first.
        codes: (n,) the arm of each person.
        net_benefit: (n,) predicted net benefit of it over the control; None where the policy predicts none.
        unit: What that is counted in; may be empty.
        ids: (n,) what names each person, as text; None for the row alone.
        gaps: (column, people whose value is missing or a category never seen), for columns with any.
    """

    arms: tuple[str, ...]
    codes: Integers = field(repr=False)
    net_benefit: Floats | None = field(repr=False)
    unit: str = ""
    ids: tuple[str, ...] | None = field(default=None, repr=False)
    gaps: tuple[tuple[str, int], ...] = ()

    @property
    def counts(self) -> tuple[tuple[str, int], ...]:
        """(arm, people), control first."""
        found = np.bincount(self.codes, minlength=len(self.arms))
        return tuple(zip(self.arms, map(int, found), strict=True))

    def to_csv(self) -> str:
        """A line a person: row from 1, its name where there is one, arm, predicted net benefit or nothing."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        named = [] if self.ids is None else ["id"]
        writer.writerow(["row", *named, "arm", "predicted_net_benefit"])
        worth = [""] * len(self.codes) if self.net_benefit is None else map(repr, self.net_benefit.tolist())
        names = [()] * len(self.codes) if self.ids is None else [(name,) for name in self.ids]
        for row, (name, code, each) in enumerate(
            zip(names, self.codes.tolist(), worth, strict=True), start=1
        ):
            writer.writerow([row, *name, self.arms[code], each])
        return text.getvalue()


def assign_people(
    policy: ExportedPolicy, people: Table | pd.DataFrame, id_column: str | None = None
) -> Assignments:
    """Carry a policy out on all people of a table; outcomes and past treatments are not looked at.

    Args:
        policy: The policy.
        people: One row a person, with the columns the policy reads.
        id_column: The column that names each person.

    Raises:
        Problem: There are no people, a column is missing, or a value is not what the column held.
    """
    count = people.rows if isinstance(people, Table) else len(people)
    if count == 0:
        raise Problem("There is nobody in this table.", remedy="Choose a table with one row a person.")
    ids = None
    if id_column is not None:
        values = columns_of(people, [id_column])[id_column].to_pylist()
        ids = tuple("" if value is None else str(value) for value in values)
    lacking = np.isnan(matrix_of(policy.features, people)).sum(axis=0).tolist()
    return Assignments(
        policy.arms,
        policy.codes(people),
        policy.net_benefit(people),
        policy.unit,
        ids,
        tuple(
            (feature.name, int(gaps)) for feature, gaps in zip(policy.features, lacking, strict=True) if gaps
        ),
    )
