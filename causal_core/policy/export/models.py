"""Fitted learners as plain nested lists of numbers, from which any program can predict the same effects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from causal_core.plain import Plain
from causal_core.problem import DoesNotApply
from causal_core.uplift.bases import Linear, Regression
from causal_core.uplift.catalogue import BASES, LEARNERS
from causal_core.uplift.dummies import Dummies
from causal_core.uplift.models import CrossedModel, DirectModel, Model, SModel, TModel, XModel
from causal_core.uplift.propensity import FLOOR, Propensity
from causal_core.uplift.trees import Boosted

if TYPE_CHECKING:  # heavy, and only a worker holds one
    import lightgbm

REMEDY = "Download the assignments of a table instead, or export a tree or a linear policy."

LEARNABLE = ("s", "t", "x", "r", "dr", "ct")
BASED_ON = ("boosted", "linear")


def check_exportable(learner: str, base: str) -> None:
    """Check that a learner's models can be written out as numbers.

    Raises:
        DoesNotApply: They cannot; in words, with what can be exported instead.
    """
    if learner not in LEARNABLE:
        label = LEARNERS[learner].label if learner in LEARNERS else learner
        raise DoesNotApply(
            f"A policy of the learner {label} cannot be written out as a program: it has too many parts.",
            column=learner,
            remedy=REMEDY,
        )
    if base not in BASED_ON:
        label = BASES[base].label if base in BASES else base
        raise DoesNotApply(
            f"A policy whose models are of the kind {label} cannot be written out as a program.",
            column=base,
            remedy=f"{REMEDY} Boosted trees and linear models can be exported.",
        )


def plain_model(model: Model) -> dict[str, Plain]:
    """What predicts the effects of each arm, as plain JSON.

    `{"kind": "s" | "t" | "x" | "direct", "models": [regression, ...]}`, of kind x with `propensity` and
    `floors`, of kinds x and direct with `controls`, whose mean is the outcome under the control (left out of
    a policy that does not need it). A regression is one of

    - `{"mean": number}`, the same for all;
    - `{"trees": [tree, ...]}`, their sum; a tree is a number, `[column, threshold, missing goes low (1 or 0),
      low, high]` (low: the value is at most the threshold) or `[column, [codes], low, high]` (low: the code
      is one of these; a missing one goes high);
    - `{"intercept": number, "terms": [term, ...]}`, a sum; a term is `[column, centre, scale, weight]` (0
      where missing), `[column, null, weight]` (counts where missing) or `[column, code, weight]`.

    Columns are positions among the policy's; of kind s indicators of the arms but the control follow them.

    Raises:
        DoesNotApply: The model is of a kind that is not exported.
    """
    if isinstance(model, SModel):
        return {"kind": "s", "models": [plain_regression(model.model)]}
    if isinstance(model, TModel):
        return {"kind": "t", "models": [plain_regression(each) for each in model.models]}
    if isinstance(model, DirectModel):
        models = [plain_regression(each) for each in model.effects]
        controls = [plain_regression(each) for each in model.controls]
        return {"kind": "direct", "models": list(models), "controls": list(controls)}
    if isinstance(model, CrossedModel):
        lines = [plain_line(model.dummies, column) for column in model.effect_lines.T]
        control = plain_line(model.dummies, model.baseline_line)
        return {"kind": "direct", "models": list(lines), "controls": [control]}
    if isinstance(model, XModel):
        pairs = [plain_regression(each) for pair in model.pairs for each in pair]
        return {
            "kind": "x",
            "models": list(pairs),
            "controls": [plain_regression(model.control)],
            "propensity": _plain_propensity(model.propensity),
            "floors": (FLOOR * model.shares).tolist(),
        }
    raise DoesNotApply("This learner's models cannot be written out as a program.", remedy=REMEDY)


def live_model(model: Model) -> dict[str, Any]:
    """A fitted model as it is, with a regression an arm where it has these; never written out."""
    arms = model.models if isinstance(model, TModel) else ()
    return {"kind": "live", "model": model, "models": [{"live": each} for each in arms]}


def plain_regression(regression: Regression) -> dict[str, Plain]:
    """One regression; see `plain_model`.

    Raises:
        DoesNotApply: It is neither boosted nor linear.
    """
    if isinstance(regression, Boosted):
        if regression.booster is None:
            return {"mean": regression.mean}
        return {"trees": plain_trees(regression.booster)}
    if isinstance(regression, Linear):
        return plain_line(regression.dummies, regression.coefficients)
    raise DoesNotApply("These models cannot be written out as a program.", remedy=REMEDY)


def plain_line(dummies: Dummies, coefficients: np.ndarray[Any, np.dtype[np.float64]]) -> dict[str, Plain]:
    """A linear regression on the design of `dummies`, (q + 1,) coefficients, intercept first."""
    weights = iter(coefficients[1:].tolist())
    terms: list[Plain] = []
    for column, centre, scale in zip(dummies.numeric, dummies.centre, dummies.scale, strict=True):
        terms.append([int(column), float(centre), float(scale), next(weights)])
    terms += [[int(column), None, next(weights)] for column in dummies.gaps]
    terms += [[int(column), int(code), next(weights)] for column, codes in dummies.levels for code in codes]
    return {"intercept": float(coefficients[0]), "terms": terms}


def plain_trees(booster: lightgbm.Booster) -> list[Plain]:
    """The trees of a booster; of several classes one after the other, class by class within each round."""
    return [_node(tree["tree_structure"]) for tree in booster.dump_model()["tree_info"]]


def _node(node: dict[str, Any]) -> Plain:
    if "leaf_value" in node and "split_feature" not in node:
        return float(node["leaf_value"])
    low, high = _node(node["left_child"]), _node(node["right_child"])
    column, threshold = int(node["split_feature"]), node["threshold"]
    if node["decision_type"] == "==":
        return [column, [int(code) for code in str(threshold).split("||")], low, high]
    # LightGBM reads a missing value as 0 where it met none when it learned.
    goes_low = node["default_left"] if node["missing_type"] == "NaN" else float(threshold) >= 0
    return [column, float(threshold), int(goes_low), low, high]


def _plain_propensity(model: Propensity) -> dict[str, Plain]:
    """`shares`, or for each arm a `lines` entry, or a booster's `trees` with how many `classes` it has."""
    if model.logistic is not None and model.dummies is not None:
        return {"lines": [plain_line(model.dummies, column) for column in model.logistic.T]}
    if model.booster is not None:
        return {"trees": plain_trees(model.booster), "classes": len(model.shares)}
    return {"shares": model.shares.tolist()}
