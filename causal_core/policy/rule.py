"""What binds the treated shares of groups of people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from causal_core.data.design import Floats, Integers
from causal_core.problem import Problem
from causal_core.uplift.features import is_number

MOST_GROUPS = 20
"""More groups than this are too many to share treatment out among."""

MISSING = "(missing)"
"""The group of people whose group is not known."""


@dataclass(frozen=True, eq=False)
class Groups:
    """Groups of people.

    Attributes:
        column: The column that tells them.
        labels: The groups as text, in order; those whose value is missing are one, the last.
        code: (n,) 0..g-1.
    """

    column: str
    labels: tuple[str, ...]
    code: Integers = field(repr=False)

    @classmethod
    def of(cls, column: pd.Series, name: str) -> Groups:
        """The groups of a column.

        Raises:
            Problem: It tells fewer than 2 groups or more than 20.
        """
        values = column.reset_index(drop=True)
        known = values.dropna().unique()
        ordered = sorted(known, key=None if is_number(values) else str)
        code = pd.Index(ordered, dtype=object).get_indexer(values.astype(object)).astype(np.int64)
        labels = [group_text(each) for each in ordered]
        if (code < 0).any():
            labels.append(MISSING)
            code = np.where(code < 0, len(ordered), code)
        if not 2 <= len(labels) <= MOST_GROUPS:
            raise Problem(
                f"The column {name} tells {len(labels):,} groups; rules for groups need 2 to {MOST_GROUPS}.",
                column=name,
                remedy="Choose a column of categories, or bring values together.",
            )
        return cls(name, tuple(labels), code)


def group_text(value: object) -> str:
    """A group's value as text: whole numbers without a decimal point."""
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    return str(value)


@dataclass(frozen=True, eq=False)
class GroupRule:
    """Bounds of the groups' treated shares.

    Attributes:
        least: (g,) least share of each to treat.
        most: (g,) most.
        parity: Largest difference of two groups' treated shares; None for any.
    """

    least: Floats
    most: Floats
    parity: float | None = None

    @classmethod
    def of(
        cls, groups: Groups, quota: Mapping[str, tuple[float, float]], parity: float | None = None
    ) -> GroupRule:
        """The rule of a study.

        Args:
            groups: The groups there are.
            quota: Group -> least and most share of it to treat; groups not named are free.
            parity: Largest difference of two groups' treated shares.

        Raises:
            Problem: There is no such group, or shares are out of range or cannot be met together.
        """
        least, most = np.zeros(len(groups.labels)), np.ones(len(groups.labels))
        for label, (low, high) in quota.items():
            if label not in groups.labels:
                raise Problem(
                    f"There is no group {label} in {groups.column}.",
                    column=groups.column,
                    remedy=f"Choose among {', '.join(groups.labels)}.",
                )
            if not (0 <= low <= 1 and 0 <= high <= 1):
                raise Problem(
                    f"The shares of {label} to treat are {low:g} to {high:g}; they lie between 0 and 1.",
                    column=groups.column,
                )
            if low > high:
                raise Problem(
                    f"At least {share_text(low)} of {label} are to be treated, and at most "
                    f"{share_text(high)}.",
                    column=groups.column,
                    remedy="Let the least share be no larger than the most.",
                )
            place = groups.labels.index(label)
            least[place], most[place] = low, high
        if parity is not None and not 0 <= parity <= 1:
            raise Problem(
                f"The largest difference of treated shares is {parity:g}; it lies between 0 and 1.",
                column="parity",
            )
        rule = cls(least, most, parity)
        if parity is not None and rule.range()[0] > rule.range()[1]:
            high, low = int(least.argmax()), int(most.argmin())
            raise Problem(
                f"At least {share_text(least[high])} of {groups.labels[high]} and at most "
                f"{share_text(most[low])} of {groups.labels[low]} are to be treated, and shares may differ "
                f"by {share_text(parity)} at most.",
                column="parity",
                remedy="Allow a larger difference, or change these groups' shares.",
            )
        return rule

    def bounds(self, lowest: Floats) -> tuple[Floats, Floats]:
        """(l, g) least and most share of each group for each of (l,) lowest treated shares."""
        if self.parity is None:
            return self.least[None], self.most[None]
        low = np.maximum(self.least, lowest[:, None])
        return low, np.maximum(np.minimum(self.most, lowest[:, None] + self.parity), low)

    def range(self) -> tuple[float, float]:
        """Between which values the lowest treated share may lie; the first is larger where none does."""
        if self.parity is None:
            return 0.0, 0.0
        return max(float(self.least.max()) - self.parity, 0.0), float(self.most.min())


def share_text(share: float) -> str:
    """A share of 1 in per cent, to three digits: 0.125 -> `12.5 %`."""
    return f"{100 * share:.3g} %"
