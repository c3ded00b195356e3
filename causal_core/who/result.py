"""What is found out about who responds, for one learner and one arm."""

from __future__ import annotations

from dataclasses import dataclass, field

from causal_core.data.design import Floats, Integers
from causal_core.plain import Plain, to_plain
from causal_core.who.column import ColumnEffect
from causal_core.who.judged import Flags, Judged
from causal_core.who.tree import Columns
from causal_core.who.why import Why


@dataclass(frozen=True, eq=False)
class Who:
    """One learner's effects of one arm, and what they were told apart by.

    Attributes:
        learner: Its key.
        judged: The held-out rows, the same that a half split keeps apart.
        sealed: (n,) which of them only a drawn group's effect is told from; none where they are few.
        learning: (m,) positions in the table of the rows it learned from.
        out_of_fold: (m,) predicted effects of these, each by a fit that did not see the row.
        effects: The effect by each column, those that matter most to the predictions first.
        why: What the predictions are made of.
        columns: What the columns mean, without rows.
        total_rows: Learning and held-out rows together.
    """

    learner: str
    judged: Judged
    sealed: Flags = field(repr=False)
    learning: Integers = field(repr=False)
    out_of_fold: Floats = field(repr=False)
    effects: tuple[ColumnEffect, ...]
    why: Why
    columns: Columns
    total_rows: int

    @property
    def told(self) -> Judged:
        """The held-out rows that effects of groups and columns are told from."""
        return self.judged.take(~self.sealed)

    @property
    def unseen(self) -> Judged:
        """Those that a drawn group's effect is told from: the sealed ones, or all where none are sealed."""
        return self.judged.take(self.sealed) if self.sealed.any() else self.judged

    def to_dict(self) -> dict[str, Plain]:
        """The findings as plain JSON, without a row of anybody."""
        return {
            "learner": self.learner,
            "contrast": to_plain(self.judged.contrast),
            "rows": [len(self.learning), len(self.judged.rows)],
            "sealed_rows": int(self.sealed.sum()),
            "few_to_compare_with": int(self.judged.thin.sum()),
            "columns": to_plain(self.effects),
            "why": to_plain(self.why),
        }
