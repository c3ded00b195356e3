"""A model to be asked for predictions, whatever it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from causal_core.audit.source import FileSource
from causal_core.audit.values import recoded
from causal_core.data.design import Floats
from causal_core.what_if.columns import Column
from causal_core.what_if.predictor import Predictor
from causal_core.what_if.structural_model import StructuralModel


@dataclass(frozen=True, eq=False)
class Learned:
    """A predictor learned here: the model itself, or a stand-in for one.

    Attributes:
        predictor: Scores from codes.
        chance: Whether its score is the log odds of the second level, told as a chance.
    """

    predictor: Predictor = field(repr=False)
    chance: bool

    def of(self, codes: Mapping[str, Floats]) -> Floats:
        """(n,) predictions."""
        scores = self.predictor.scores(np.column_stack(list(codes.values())))[:, 0]
        return np.asarray(0.5 * (1 + np.tanh(scores / 2))) if self.chance else scores


@dataclass(frozen=True, eq=False)
class Cells:
    """The mean of each combination of levels.

    Attributes:
        means: One axis an input; where nobody was, the mean of all.
    """

    means: Floats = field(repr=False)

    def of(self, codes: Mapping[str, Floats]) -> Floats:
        """(n,) predictions."""
        return np.asarray(self.means[tuple(code.astype(np.int64) for code in codes.values())])


@dataclass(frozen=True, eq=False)
class FromFile:
    """A model in a file, opened where it is asked.

    Attributes:
        source: The file.
        columns: How its inputs are coded, in its order.
    """

    source: FileSource
    columns: Mapping[str, Column]

    def of(self, codes: Mapping[str, Floats]) -> Floats:
        """(n,) predictions."""
        from causal_core.audit import lightgbm_file, onnx_file

        inputs = tuple(self.columns)
        if self.source.kind == "onnx":
            return onnx_file.predict(self.source, inputs, self.columns, codes)
        return lightgbm_file.predict(self.source, inputs, self.columns, codes)


@dataclass(frozen=True, eq=False)
class Box:
    """A model under audit.

    Attributes:
        inputs: The columns it sees, in its order.
        columns: How each is coded.
        model: What gives predictions.
        words: What it is, in a few words.
        chance: Whether predictions are chances of the outcome's second level.
        explained: Of a model trained here: the share of the outcome's variance (deviance) that it predicts in
            left-out rows. Of a stand-in for a column: the share of the column's variance, its fidelity. None
            of a file.
        stand_in: Whether it stands in for a model that is not at hand.
        given: (n,) the column it stands in for, in the rows of the structural model; else empty.
    """

    inputs: tuple[str, ...]
    columns: Mapping[str, Column]
    model: Learned | Cells | FromFile = field(repr=False)
    words: str
    chance: bool
    explained: float | None = None
    stand_in: bool = False
    given: Floats = field(default_factory=lambda: np.empty(0), repr=False)

    def predict(self, world: StructuralModel, codes: Mapping[str, Floats]) -> Floats:
        """(n,) predictions for rows coded as a structural model codes them.

        Raises:
            Problem: A file gives no predictions for them.
        """
        own = {
            name: recoded(world.columns[name], self.columns[name], np.asarray(codes[name], dtype=np.float64))
            for name in self.inputs
        }
        return self.model.of(own)
