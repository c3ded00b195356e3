"""What workers do for a structural model: fit it, fit it again to half samples, and ask all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd

from causal_core.data.design import Floats, Integers
from causal_core.data.table import Table
from causal_core.engine.progress import part
from causal_core.graph import CausalGraph
from causal_core.problem import Problem
from causal_core.what_if.attribution import Attribution, intrinsic_influence, what_changed, why_unusual
from causal_core.what_if.intervention import Intervention
from causal_core.what_if.levers import change_of
from causal_core.what_if.moments import Moment
from causal_core.what_if.network import BayesianNetwork
from causal_core.what_if.refits import band, error, refit
from causal_core.what_if.response import Banded, Response, doing_and_now, response, values_of
from causal_core.what_if.structural_model import StructuralModel

MOST_ROWS = 50_000
"""A model of more rows is fitted on so many, drawn at random."""

BAND_ROWS = 2_000
"""Rows of noise pushed through each refit."""


@dataclass(frozen=True)
class Asked:
    """What a model is fitted from.

    Attributes:
        table: The table.
        graph: The graph; nodes without a column are latent in it.
        types: (column, kind) pairs that override what the table suggests.
        mechanisms: (node, way) pairs chosen by hand.
        seed: Of sampled rows, folds and trees.
    """

    table: Table
    graph: CausalGraph
    types: tuple[tuple[str, str], ...] = ()
    mechanisms: tuple[tuple[str, str], ...] = ()
    seed: int = 1

    def frame(self, rows: Integers | None = None) -> pd.DataFrame:
        """The rows the model is fitted on, columns read as the study says.

        Args:
            rows: Positions in the table to draw from; None for all.

        Raises:
            Problem: A column does not hold what its type says.
        """
        from causal_core.data.encoding import feature_frame

        rows = np.arange(self.table.rows) if rows is None else rows
        if len(rows) > MOST_ROWS:
            rows = np.sort(np.random.default_rng(self.seed).choice(rows, MOST_ROWS, replace=False))
        nodes = tuple(node for node in self.graph.nodes if node in self.graph.observed)
        return feature_frame(self.table, nodes, dict(self.types), rows)


@lru_cache(maxsize=2)
def fit_model(asked: Asked) -> StructuralModel:
    """The structural model; kept by the worker that fitted it.

    Raises:
        Problem: It cannot be fitted; nodes are named.
    """
    return StructuralModel.fit(asked.frame(), asked.graph, asked.seed, dict(asked.mechanisms))


def ask_refits(model: StructuralModel, node: str, draws: tuple[int, ...], seed: int) -> list[Floats]:
    """What each of some refits says of setting a node to its values."""
    values, found = values_of(model, node), []
    for place, draw in enumerate(draws):
        with part(place / len(draws), (place + 1) / len(draws)):
            half = refit(model, draw)
            found.append(doing_and_now(half, node, values, half.noise_of(BAND_ROWS, seed)))
    return found


def combine_response(model: StructuralModel, node: str, seed: int, parts: Sequence[list[Floats]]) -> Banded:
    """The response of the model with the bands that its refits give."""
    found: Response = response(model, node)
    # The same few people for model and refits, so that a band holds what differs by fit alone.
    whole = doing_and_now(model, node, found.grid, model.noise_of(BAND_ROWS, seed))
    halves = np.stack([each for one in parts for each in one])
    low, high = (ends[:, :-1] - whole[:, :-1] for ends in band(whole, halves))
    line = np.stack([told.do for told in found.told])
    change = error(*(each[..., :-1] - each[..., -1:] for each in (whole, halves)))
    return Banded(found, line + low, line + high, change, whole[:, :-1], halves[..., :-1])


def ask_changes(
    model: StructuralModel,
    many: tuple[Mapping[str, Intervention], ...],
    outcome: Moment,
    draws: tuple[int, ...],
    seed: int,
) -> list[Floats]:
    """(i,) what each of some refits says that each of several interventions changes of the outcome."""
    found = []
    for place, draw in enumerate(draws):
        with part(place / len(draws), (place + 1) / len(draws)):
            half = refit(model, draw)
            found.append(change_of(half, half.noise_of(BAND_ROWS, seed), many, outcome))
    return found


def combine_changes(
    model: StructuralModel,
    many: tuple[Mapping[str, Intervention], ...],
    outcome: Moment,
    seed: int,
    parts: Sequence[list[Floats]],
) -> Floats:
    """(i,) standard errors of what each intervention changes, as refits give them."""
    whole = change_of(model, model.noise_of(BAND_ROWS, seed), many, outcome)
    return error(whole, np.stack([each for one in parts for each in one]))


def share_out(
    asked: Asked, model: StructuralModel, target: str, row: int | None, groups: tuple[str, str, str] | None
) -> Attribution:
    """The shares of a node's variance, of one row's distance from the mean, or of a change between groups.

    Raises:
        Problem: A group has too few complete rows, or other levels than the other.
    """
    if row is not None:
        return why_unusual(model, model.frame.iloc[row], target, asked.seed)
    if groups is None:
        return intrinsic_influence(model, target, asked.seed)
    column, *pair = groups
    ways = {node: fit.how for node, fit in model.fits.items() if fit.parents}
    labels = asked.table.frame([column])[column].astype(str).to_numpy()
    models = []
    for place, value in enumerate(pair):
        with part(place * 0.3, (place + 1) * 0.3):
            frame = asked.frame(np.flatnonzero(labels == value))
            models.append(StructuralModel.fit(frame, asked.graph, asked.seed, ways, model.columns))
    with part(0.6, 1):
        return what_changed(models[0], models[1], target, asked.seed)


def learn_tables(asked: Asked, smoothing: float, parts: int) -> BayesianNetwork:
    """The tables of a Bayesian network of the study's graph.

    Raises:
        Problem: A node has no column or too many levels, or a table would be too large.
    """
    return BayesianNetwork.fit(asked.frame(), asked.graph, smoothing, parts)


def load_network(path: Path, name: str) -> BayesianNetwork:
    """The network in an uploaded file.

    Raises:
        Problem: It is no network; the file is called by `name`.
    """
    try:
        return BayesianNetwork.load(path)
    except Problem as problem:
        raise Problem(
            problem.message.replace(path.name, name), column=problem.column, remedy=problem.remedy
        ) from None
