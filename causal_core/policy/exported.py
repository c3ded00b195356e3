"""A policy as a thing of its own: plain data that assigns new people, and writes itself as JSON or Python."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

import numpy as np
import pandas as pd

from causal_core.data.design import Floats, Integers
from causal_core.data.table import Table
from causal_core.plain import Plain
from causal_core.policy.export.features import Feature, costs_of, matrix_of
from causal_core.policy.export.predict import baseline, effects, regression
from causal_core.problem import DoesNotApply, Problem

FORMAT: Final = "dostudio policy"
VERSION: Final = 1
KINDS: Final = ("constant", "tree", "linear", "ranking", "budget")

MOST_BYTES: Final = 25_000_000
"""The largest policy that is written out."""

MISSING: Final = {
    "constant": "Nothing is read of a person.",
    "tree": "A missing number counts as low; a missing or new category counts as another one.",
    "linear": "A missing number counts as the mean; a missing or new category counts for nothing.",
    "boosted": "Missing values follow the models' own branches; a new category counts as missing.",
}
"""What a policy does where a value is missing, or a category was never seen."""


@dataclass(frozen=True, eq=False)
class ExportedPolicy:
    """A policy that any program can carry out.

    Attributes:
        name: Which policy of the study: "top_share", "tree", ...
        kind: One of `KINDS`.
        arms: The k arms as text, control first.
        rule: What decides, plain JSON. Of kind constant `{"arm"}`. Of kind tree nested
            `{"column", "threshold" or "codes", "low", "high"}` and `{"arm"}`: low are values at or below the
            threshold and missing ones, or categories of these codes. Of kind linear `{"lines"}`, one for each
            arm: the highest sum wins, the first of equal ones. Of kinds ranking and budget `{"model", "paid",
            "money", "limit"}`: an arm counts benefit x effect - money x (cost - cost of the control); who has
            an arm above the limit (null: everybody) gets the best one. Of kind budget, money is the dual
            price of the budget: what the last unit of it is predicted to gain. `paid` says for each arm how
            many times its cost is paid: null for once, "outcome" for the predicted outcome under it, or a
            regression of another number, all at least 0.
        features: The columns it reads, in the order of the rule's positions.
        costs: For each arm the cost a person, or the column that holds it; read by ranking and budget only.
        benefit: Value of one unit of the outcome.
        unit: What benefit and costs are counted in; may be empty.
        treatment: The column the arms are levels of.
        outcome: The column whose mean the policy moves.
        about: How it came about: seed, table, rows, learner, what its value is the value of.
        sentence: Whom it treats, in words.
    """

    name: str
    kind: str
    arms: tuple[str, ...]
    rule: Mapping[str, Any] = field(repr=False)
    features: tuple[Feature, ...] = ()
    costs: tuple[float | str, ...] = ()
    benefit: float = 1.0
    unit: str = ""
    treatment: str = ""
    outcome: str = ""
    about: Mapping[str, Plain] = field(default_factory=dict)
    sentence: str = ""

    @property
    def missing(self) -> str:
        """What is done where a value is missing, in words."""
        if self.kind in ("ranking", "budget"):
            return MISSING["linear" if self.about.get("base") == "linear" else "boosted"]
        return MISSING[self.kind]

    @property
    def predicts(self) -> bool:
        """Whether it predicts a net benefit for each person."""
        return self.kind in ("ranking", "budget")

    def assign(self, people: Table | pd.DataFrame) -> tuple[str, ...]:
        """The arm of each person, as text.

        Args:
            people: One row a person, with the columns of `features` and of costs.

        Raises:
            Problem: A column is missing, or a value is not what the column held; in words.
        """
        return tuple(self.arms[code] for code in self.codes(people).tolist())

    def codes(self, people: Table | pd.DataFrame) -> Integers:
        """(n,) the arm of each person, 0 for the control.

        Raises:
            Problem: As `assign`.
        """
        matrix = matrix_of(self.features, people)
        if self.kind == "constant":
            return np.full(len(matrix), int(self.rule["arm"]))
        if self.kind == "tree":
            found = np.empty(len(matrix), dtype=np.int64)
            _walk(self.rule, matrix, np.arange(len(matrix)), found)
            return found
        if self.kind == "linear":
            points = np.column_stack([regression(line, matrix) for line in self.rule["lines"]])
            return np.asarray(points.argmax(axis=1))
        net = self._net(matrix, people, float(self.rule["money"]))
        best, limit = net.argmax(axis=1), self.rule["limit"]
        treated = np.ones(len(net), dtype=bool) if limit is None else net.max(axis=1) > limit
        return np.where(treated, best + 1, 0)

    def net_benefit(self, people: Table | pd.DataFrame) -> Floats | None:
        """(n,) predicted net benefit of each person's arm over the control, in `unit`; None if not predicted.

        Raises:
            Problem: As `assign`.
        """
        if not self.predicts:
            return None
        net = self._net(matrix_of(self.features, people), people, 1.0)
        return np.hstack([np.zeros((len(net), 1)), net])[np.arange(len(net)), self.codes(people)]

    def _net(self, matrix: Floats, people: Table | pd.DataFrame, money: float) -> Floats:
        arms = len(self.arms)
        cost, gained = costs_of(self.costs, people), effects(self.rule["model"], matrix, arms)
        for arm, paid in enumerate(self.rule["paid"]):
            if paid == "outcome":
                number = baseline(self.rule["model"], matrix, arms)
                number = number + gained[:, arm - 1] if arm else number
                cost[:, arm] *= np.maximum(number, 0.0)
            elif paid is not None:
                cost[:, arm] *= np.maximum(regression(paid, matrix), 0.0)
        return np.asarray(self.benefit * gained - money * (cost[:, 1:] - cost[:, :1]))

    def to_dict(self) -> dict[str, Plain]:
        """The policy as plain JSON; the keys are the attributes."""
        return {
            "format": FORMAT,
            "version": VERSION,
            "name": self.name,
            "kind": self.kind,
            "sentence": self.sentence,
            "treatment": self.treatment,
            "outcome": self.outcome,
            "arms": list(self.arms),
            "benefit": self.benefit,
            "unit": self.unit,
            "costs": list(self.costs),
            "features": [feature.to_dict() for feature in self.features],
            "missing": self.missing,
            "about": dict(self.about),
            "rule": dict(self.rule),
        }

    def to_json(self) -> str:
        """The policy as a JSON document that `from_json` reads.

        Raises:
            DoesNotApply: It is larger than `MOST_BYTES`.
        """
        return within_size(self._json)

    @cached_property
    def _json(self) -> str:
        return json.dumps(self.to_dict(), ensure_ascii=False, allow_nan=False) + "\n"

    @cached_property
    def _python(self) -> str:
        from causal_core.policy.export.python import module_of

        return module_of(self)

    @cached_property
    def fingerprint(self) -> str:
        """sha256 of the JSON document, as hex."""
        return hashlib.sha256(self._json.encode()).hexdigest()

    def to_python(self) -> str:
        """The policy as a Python module that needs nothing but Python 3.10.

        It has `assign(row)`, from a dictionary of column -> value to the arm, and runs as
        `python policy.py people.csv > assigned.csv`.

        Raises:
            DoesNotApply: It is larger than `MOST_BYTES`.
        """
        return within_size(self._python)

    @classmethod
    def from_json(cls, text: str) -> ExportedPolicy:
        """The policy of a document that `to_json` wrote.

        Raises:
            Problem: It is another document, or of a newer version.
        """
        try:
            plain = json.loads(text)
        except ValueError:
            plain = None
        if not isinstance(plain, dict) or plain.get("format") != FORMAT:
            raise Problem("This is not a policy that dostudio wrote.", remedy="Choose a policy's JSON file.")
        if plain.get("version") != VERSION or plain.get("kind") not in KINDS:
            raise Problem(
                f"This policy is of version {plain.get('version')}; this dostudio reads version {VERSION}.",
                remedy="Use the dostudio that wrote it, or a newer one.",
            )
        try:
            return cls(
                features=tuple(Feature.from_dict(each) for each in plain["features"]),
                arms=tuple(plain["arms"]),
                costs=tuple(plain["costs"]),
                **{name: plain[name] for name in _SAME},
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise Problem(
                f"This policy is incomplete: {error}.", remedy="Download the policy again."
            ) from None


_SAME: Final = ("name", "kind", "rule", "benefit", "unit", "treatment", "outcome", "about", "sentence")


def within_size(text: str) -> str:
    """The text, when it is no larger than `MOST_BYTES`.

    Raises:
        DoesNotApply: It is larger; says by how much.
    """
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > MOST_BYTES:
        raise DoesNotApply(
            f"This policy's models take {size / 1e6:,.0f} MB written out; at most {MOST_BYTES / 1e6:,.0f} MB "
            "are.",
            remedy="Download the assignments of a table instead, or choose a linear base, a tree or a linear "
            "policy.",
        )
    return text


def _walk(node: Mapping[str, Any], matrix: Floats, rows: Integers, found: Integers) -> None:
    if "arm" in node:
        found[rows] = node["arm"]
        return
    values = matrix[rows, node["column"]]
    low = np.isin(values, node["codes"]) if "codes" in node else ~(values > node["threshold"])
    _walk(node["low"], matrix, rows[low], found)
    _walk(node["high"], matrix, rows[~low], found)
