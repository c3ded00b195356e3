"""A policy in a few questions: whom it gives what, in words and as plain JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from causal_core.data.design import Integers
from causal_core.plain import Plain, to_plain
from causal_core.policy.tree_depth import DepthValue, depths_words, questions_words
from causal_core.policy.tree_leaves import Leaf, leaves_of
from causal_core.policy.tree_node import Node, leaf_of, node_from_dict, node_to_dict, plain_level
from causal_core.policy.tree_scores import as_rewards, as_weights
from causal_core.policy.tree_words import paths, rule_lines
from causal_core.problem import Problem
from causal_core.uplift.arrays import cluster_codes
from causal_core.uplift.features import Encoder


@dataclass(frozen=True, eq=False)
class PolicyTree:
    """A policy in a few questions.

    Attributes:
        root: The first question, or a leaf.
        actions: What each action is called; the first is the control.
        score: Mean score of the actions it assigns to the rows it was fitted on; optimistic, so value the
            tree on other rows.
        encoder: How columns become numbers.
        asked: Most questions in a row it was allowed.
        bins: A column of numbers was cut into at most so many parts.
        cuts: Cut points searched, over all columns; no tree over these scores higher.
        smallest_leaf: Rows that each leaf was to hold at least.
        rows: Rows it was fitted on.
        depths: What each depth brings by cross-validation; empty when the depth was given.
        note: What could not be tried, in words; mostly empty.
    """

    root: Node
    actions: tuple[str, ...]
    score: float
    encoder: Encoder = field(repr=False)
    asked: int = 2
    bins: int = 0
    cuts: int = 0
    smallest_leaf: int = 1
    rows: int = 0
    depths: tuple[DepthValue, ...] = ()
    note: str = ""

    def assign(self, features: pd.DataFrame | ArrayLike) -> Integers:
        """(n,) action index of each row.

        Raises:
            Problem: A column the tree was fitted on is missing.
        """
        actions = np.array([leaf.action for leaf in self.root.leaves])
        return np.asarray(actions[leaf_of(self.root, self.encoder.matrix(features))])

    def describe(
        self,
        features: pd.DataFrame | ArrayLike | None = None,
        scores: ArrayLike | None = None,
        unit: str = "",
    ) -> str:
        """The rules in words, one line a leaf; with rows and their scores, each leaf's share and gain too."""
        if features is None or scores is None:
            return "\n".join(rule_lines(self.root, self.actions))
        return "\n".join(leaf.sentence(unit) for leaf in self.leaves(features, scores))

    def how(self, unit: str = "") -> str:
        """How the tree was found, in sentences: among which trees, and why of this depth."""
        among = (
            f"No tree with {questions_words(self.asked)} over {self.cuts:,} cut points and leaves of at "
            f"least {self.smallest_leaf:,} of {self.rows:,} rows scores higher there."
            if self.asked
            else f"The action of the highest score on {self.rows:,} rows, for everybody."
        )
        return " ".join(part for part in (depths_words(self.depths, unit), self.note, among) if part)

    def leaves(
        self,
        features: pd.DataFrame | ArrayLike,
        scores: ArrayLike,
        clusters: ArrayLike | None = None,
        weights: ArrayLike | None = None,
    ) -> tuple[Leaf, ...]:
        """What each leaf gains, low sides first. On rows the tree was fitted on the gains are too high.

        Args:
            features: (n, p) covariates.
            scores: (n, k) AIPW scores of these rows, costs already taken off.
            clusters: (n,) cluster of each row, for the intervals.
            weights: (n,) sampling weights.

        Raises:
            Problem: A column is missing, or the scores have another shape.
        """
        place = leaf_of(self.root, self.encoder.matrix(features))
        rewards = as_rewards(scores, len(place))
        if rewards.shape[1] != len(self.actions):
            raise Problem(
                f"The scores are of {rewards.shape[1]} actions, the tree's are {len(self.actions)}.",
                column="scores",
            )
        found = [(path, leaf.action, leaf.runner_up) for path, leaf in paths(self.root)]
        codes, counted = cluster_codes(clusters, len(place)), as_weights(weights, len(place))
        return leaves_of(found, place, rewards, self.actions, codes, counted)

    def to_dict(self) -> dict[str, Plain]:
        """The tree as plain JSON: "actions", "columns" (how they are coded) and "root".

        A question has "column" and either "threshold" (low: at most that, or missing) or "levels" (low: one
        of these; others, a missing or a new one are high), and what follows in "low" and "high"; a leaf has
        "action" and its "index".
        """
        return {
            "actions": list(self.actions),
            "columns": [
                {"name": name, "levels": None if levels is None else [plain_level(each) for each in levels]}
                for name, levels in zip(self.encoder.names, self.encoder.levels, strict=True)
            ],
            "root": node_to_dict(self.root, self.actions),
            "score": self.score,
            "depth": self.root.depth,
            "asked": self.asked,
            "bins": self.bins,
            "cuts": self.cuts,
            "smallest_leaf": self.smallest_leaf,
            "rows": self.rows,
            "depths": to_plain(self.depths),
            "note": self.note,
        }

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> PolicyTree:
        """The tree of such a dictionary; levels that JSON does not know come back as text.

        Raises:
            Problem: The dictionary does not describe a tree.
        """
        try:
            encoder = Encoder(
                tuple(column["name"] for column in plain["columns"]),
                tuple(
                    None if column["levels"] is None else tuple(column["levels"])
                    for column in plain["columns"]
                ),
            )
            numbers = {name: int(plain[name]) for name in ("asked", "bins", "cuts", "smallest_leaf", "rows")}
            return cls(
                node_from_dict(plain["root"], encoder),
                tuple(plain["actions"]),
                float(plain["score"]),
                encoder,
                depths=tuple(DepthValue(**each) for each in plain["depths"]),
                note=str(plain["note"]),
                **numbers,
            )
        except (KeyError, TypeError, ValueError) as error:
            raise Problem(
                f"This is not a policy tree: {error}.", remedy="Give what `PolicyTree.to_dict` wrote."
            ) from error
