"""A structural causal model of a graph: each node's value from its parents and noise, fitted node by node."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

import numpy as np
import pandas as pd

from causal_core.data.design import Floats
from causal_core.engine.progress import report
from causal_core.graph import CausalGraph
from causal_core.problem import DoesNotApply, Problem
from causal_core.what_if.columns import Column
from causal_core.what_if.hidden import modelled
from causal_core.what_if.intervention import Intervention
from causal_core.what_if.mechanism import Additive, Mechanism, evenly
from causal_core.what_if.pushed import Noise, Pushed, pushed, side_by_side
from causal_core.what_if.scaled import Scaled
from causal_core.what_if.selection import Fit, fit_node


@dataclass(frozen=True, eq=False)
class StructuralModel:
    """A fitted structural model.

    Attributes:
        graph: Its observed part, hidden common causes as two-headed arrows.
        order: The nodes, causes first.
        columns: Node -> how its column is coded.
        parents: Node -> its parents.
        mechanisms: Node -> how it gets its value.
        fits: How each mechanism was chosen and how well it predicts.
        tied: Nodes whose noise a hidden cause ties to that of others.
        residuals: Where there are such: each node's (n, width) noise in the rows of the data, drawn by rows.
        rows: Rows it was fitted on.
        dropped: Rows left out because a node's value was missing.
        frame: The rows it was fitted on.
    """

    graph: CausalGraph
    order: tuple[str, ...]
    columns: Mapping[str, Column]
    parents: Mapping[str, tuple[str, ...]]
    mechanisms: Mapping[str, Mechanism] = field(repr=False)
    fits: Mapping[str, Fit]
    tied: tuple[str, ...]
    residuals: Noise = field(repr=False)
    rows: int
    dropped: int
    frame: pd.DataFrame = field(repr=False)

    @classmethod
    def fit(
        cls,
        frame: pd.DataFrame,
        graph: CausalGraph,
        seed: int = 0,
        mechanisms: Mapping[str, str] | None = None,
        columns: Mapping[str, Column] | None = None,
    ) -> Self:
        """Fit a mechanism for every observed node of the graph.

        A node without parents keeps its values as seen. A number is its mean given the parents plus noise
        that does not depend on them, or plus a spread that does times such noise, or a count; a node with
        levels has a chance for each. The mean or the chances are linear or boosted, whichever predicts
        left-out rows better; boosted only where clearly so.

        Args:
            frame: The data; rows with a missing value in a node are left out.
            graph: The causal graph; latent nodes are allowed where they mislead no mechanism.
            seed: Of folds and trees.
            mechanisms: Node -> a way of `selection.hows_of`, for nodes where the choice is made by hand.
            columns: Node -> how it is coded, of a model of more rows; levels are then not judged once more.

        Raises:
            Problem: A node has no column, too few rows are complete, a column cannot be modelled, or a hidden
                common cause would mislead a mechanism; nodes are named.
        """
        shown, tied = modelled(graph)
        order = tuple(shown.topological_order())
        _need(frame, order, mechanisms or {})
        complete = frame.loc[:, list(order)].dropna().reset_index(drop=True)
        if len(complete) < 20:
            raise Problem(
                f"Only {len(complete):,} rows have a value in every node of the graph.",
                remedy="Leave the emptiest columns out of the graph, or fill them.",
            )
        coded = {node: (columns or {}).get(node) or Column.of(complete[node], node) for node in order}
        codes = {node: coded[node].codes(complete[node]) for node in order}
        parents = {node: tuple(sorted(shown.parents(node))) for node in order}
        found: dict[str, Mechanism] = {}
        fits: dict[str, Fit] = {}
        for done, node in enumerate(order):
            report(done, len(order))
            above = parents[node]
            found[node], fits[node] = fit_node(
                coded[node],
                tuple(coded[name] for name in above),
                side_by_side(codes, above, len(complete)),
                codes[node],
                seed,
                (mechanisms or {}).get(node),
                judged=columns is None,
            )
        residuals = {
            node: _kept_noise(
                found[node], side_by_side(codes, parents[node], len(complete)), codes[node], seed
            )
            for node in (order if tied else ())
        }
        return cls(
            shown,
            order,
            coded,
            parents,
            found,
            fits,
            tied,
            residuals,
            len(complete),
            len(frame) - len(complete),
            complete,
        )

    def do(
        self, interventions: Mapping[str, Intervention], rows: int = 10_000, seed: int = 0
    ) -> pd.DataFrame:
        """A frame of `rows` drawn under the interventions; {} draws from the model as it is.

        Args:
            interventions: Node -> a value, a `Shift`, either of them for some rows (`Where`), or a policy: a
                function of the frame of all nodes before it that gives (n,) values. Several nodes may be set
                at once.
            rows: How many to draw.
            seed: The same seed gives the same people, whatever is set.

        Raises:
            Problem: A node is not in the model, or takes no such value.
        """
        return self.push(self.noise_of(rows, seed), interventions)

    def noise_of(self, rows: int, seed: int = 0) -> dict[str, Floats]:
        """Node -> (rows, width) noise of as many people; noise that depends is drawn together."""
        random = np.random.default_rng(seed)
        together = np.minimum((evenly(rows, random) * self.rows).astype(np.int64), self.rows - 1)
        return {
            node: self.residuals[node][together] if node in self.residuals else mechanism.draw(rows, random)
            for node, mechanism in self.mechanisms.items()
        }

    def abduct(self, frame: pd.DataFrame, seed: int = 0) -> dict[str, Floats]:
        """Node -> (n, width) noise under which the model gives these rows; drawn where several do.

        Raises:
            Problem: A node has no column or a missing value, or a level was never seen.
        """
        _need(frame, self.order, {})
        random = np.random.default_rng(seed)
        missing = next((node for node in self.order if frame[node].isna().any()), None)
        if missing is not None:
            raise Problem(f"{missing} is missing in such a row.", column=missing, remedy="Give its value.")
        codes = {node: self.columns[node].codes(frame[node]) for node in self.order}
        return {
            node: mechanism.abduct(side_by_side(codes, self.parents[node], len(frame)), codes[node], random)
            for node, mechanism in self.mechanisms.items()
        }

    def push(self, noise: Noise, interventions: Mapping[str, Intervention]) -> pd.DataFrame:
        """The rows that this noise gives under the interventions."""
        codes = self.push_codes(noise, interventions)
        return pd.DataFrame({node: self.columns[node].values(codes[node]) for node in self.order})

    def push_codes(
        self,
        noise: Noise,
        interventions: Mapping[str, Intervention],
        base: Mapping[str, Floats] | None = None,
    ) -> dict[str, Floats]:
        """Node -> (n,) codes that this noise gives under the interventions.

        Args:
            noise: Of the people.
            interventions: As `do` takes them.
            base: What the noise gives without any, if that is known: what is not reached is taken from it.
        """
        return dict(pushed(self, noise, interventions, Pushed(base, {}) if base else None).codes)

    def counterfactual(
        self, row: pd.Series, interventions: Mapping[str, Intervention], draws: int = 500, seed: int = 0
    ) -> pd.Series:
        """That row, had the interventions been made: abduction, action, prediction (Pearl 2009, 7.1).

        Where the row leaves its noise open (levels and counts), noise is drawn `draws` times: of a number the
        mean is given, of levels the most frequent one. `counterfactuals` gives all draws.

        Raises:
            Problem: The row lacks a node or has a level never seen, or a node takes no such value.
        """
        many = self.counterfactuals(row, interventions, draws, seed)
        given = {}
        for node in self.order:
            column = many[node]
            # A mean of equal numbers may differ from them in its last digit.
            first = column.iloc[0]
            common = column.mode().iloc[0] if self.columns[node].discrete else column.mean()
            given[node] = first if (column == first).all() else common
        return pd.Series(given, dtype=object).infer_objects()

    def counterfactuals(
        self, row: pd.Series, interventions: Mapping[str, Intervention], draws: int = 500, seed: int = 0
    ) -> pd.DataFrame:
        """(draws, nodes) what the row might have been, had the interventions been made.

        Raises:
            DoesNotApply: A hidden cause ties open noise of a node that would move to that of others, so that
                the row says more of it than its own mechanism tells.
            Problem: As `counterfactual`.
        """
        moved = set(self.graph.descendants(list(interventions))) - set(interventions)
        openly = [node for node in self.tied if node in moved and not self.mechanisms[node].invertible]
        if openly:
            raise DoesNotApply(
                f"What {openly[0]} would have been is not defined here: its value leaves its noise open, and "
                "a hidden cause ties that to the noise of other nodes.",
                remedy="Measure that cause. Questions about everybody can still be asked.",
            )
        frame = pd.DataFrame([row]).astype(object)
        many = pd.concat([frame] * draws, ignore_index=True)
        return self.push(self.abduct(many, seed), interventions)


def _kept_noise(mechanism: Mechanism, parents: Floats, values: Floats, seed: int) -> Floats:
    """(n, width) noise of each row of the data, to be drawn together with that of other nodes.

    Drawn so, nodes of the model go together as in the data. Of levels and counts the noise is only known to
    lie in a range and is drawn in it: how it goes with other nodes once something is set rests on that.
    """
    if isinstance(mechanism, Additive | Scaled):
        return mechanism.residuals[:, None]
    return mechanism.abduct(parents, values, np.random.default_rng(seed))


def _need(frame: pd.DataFrame, order: tuple[str, ...], chosen: Mapping[str, str]) -> None:
    absent = [node for node in order if node not in frame.columns]
    if absent:
        raise Problem(
            f"The graph's node {absent[0]} has no column.",
            column=absent[0],
            remedy="Add the column, or mark the node as latent.",
        )
    unknown = next((node for node in chosen if node not in order), None)
    if unknown is not None:
        raise Problem(f"{unknown} is no node of the model, so it has no mechanism.", column=unknown)
