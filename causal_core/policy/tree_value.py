"""A policy tree valued on held-out rows, with what each of its leaves gains there."""

from __future__ import annotations

from dataclasses import dataclass, field, fields

import numpy as np
import pandas as pd

from causal_core.plain import Plain, to_plain
from causal_core.policy.economics import Economics
from causal_core.policy.result import PolicyResult
from causal_core.policy.tree import PolicyTree
from causal_core.policy.tree_leaves import Leaf
from causal_core.policy.valuation import value_of


@dataclass(frozen=True)
class TreeResult(PolicyResult):
    """What a policy tree is worth.

    Attributes:
        tree: The tree, found on the learning rows.
        leaves: What each leaf gains on the rows the tree was valued on, low sides first.
    """

    tree: PolicyTree | None = field(default=None, repr=False, compare=False)
    leaves: tuple[Leaf, ...] = ()

    def to_dict(self) -> dict[str, Plain]:
        """The entry of results.json."""
        return {**super().to_dict(), "rules": self.rules, "leaves": to_plain(self.leaves)}


def by_tree(economics: Economics, tree: PolicyTree, features: pd.DataFrame) -> TreeResult:
    """A tree fitted on the learning half, valued on the held-out rows.

    Args:
        economics: Rewards and costs.
        tree: Its actions are the arms, in order.
        features: (n, p) covariates of the held-out rows.
    """
    held_out = economics.held_out
    chosen = tree.assign(features)
    valued = value_of(economics, "tree", np.eye(len(held_out.arms))[chosen], learner="")
    found = {one.name: getattr(valued, one.name) for one in fields(PolicyResult)}
    found["rules"] = tree.describe()
    leaves = tree.leaves(features, economics.reward, held_out.clusters, held_out.weights)
    return TreeResult(**found, tree=tree, leaves=leaves)
