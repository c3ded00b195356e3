"""What workers do for an exported policy: learn it again, exactly as it was, and write it as plain data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import numpy as np

from causal_core.data.design import Floats
from causal_core.percent import percent
from causal_core.plain import Plain
from causal_core.policy.export.features import Feature, features_of
from causal_core.policy.export.limits import Stop, stop_of
from causal_core.policy.export.models import live_model, plain_model
from causal_core.policy.export.rules import constant_rule, linear_rule, tree_rule
from causal_core.policy.exported import ExportedPolicy
from causal_core.problem import Problem
from causal_core.uplift.split import Split

if TYPE_CHECKING:
    from causal_core.policy.economics import Economics
    from causal_core.policy.paid import PaidPart
    from causal_core.study.inputs import Inputs
    from causal_core.study.options import PolicyOptions
    from causal_core.uplift.evaluation import FoldScores
    from causal_core.uplift.result import Evaluation
    from causal_core.uplift.units import Units

RANKED = frozenset({"top_share", "threshold", "best_arm", "budget"})
"""Policies that follow a learner's predictions."""

EXACT = "The value in the study is that of exactly this policy, on rows it never saw."
PROCEDURE = (
    "The value in the study is that of the procedure, judged fold after fold with learners of the folds "
    "before; this is the policy of the last fold, and its own value is not known apart."
)


@dataclass(frozen=True)
class Asked:
    """Which policy is exported.

    Attributes:
        name: The policy, such as "top_share" or "treat_all: b".
        options: The study's [policy].
        learner: Whose predictions choose.
        base: What the learners' regressions are.
        unit: The unit of benefit and costs.
    """

    name: str
    options: PolicyOptions
    learner: str
    base: str
    unit: str = ""


@dataclass(frozen=True, eq=False)
class Fitted:
    """Models learned again.

    Attributes:
        column: The number they predict: "" for effects on the outcome, else a column that costs are paid by.
        model: From `models.plain_model`, or as it is, to be used in this process.
        predicted: (n, k-1) effects on the rows of the last piece, to be compared with those judged.
    """

    column: str
    model: Mapping[str, Any] = field(repr=False)
    predicted: Floats = field(repr=False)


def fit_effects(inputs: Inputs, learner: str, base: str, evaluation: str, live: bool = False) -> Fitted:
    """The learner of the last piece, which is the only one of a held-out half."""
    return _fit(inputs.units(), "", learner, inputs.seed, base, evaluation, live)


def fit_paid(
    inputs: Inputs, column: str, types: Mapping[str, str], base: str, evaluation: str, live: bool = False
) -> Fitted:
    """The models of a column that costs are paid by, one an arm."""
    from causal_core.policy.paid import LEARNER, units_of

    return _fit(units_of(inputs, column, types), column, LEARNER, inputs.seed, base, evaluation, live)


def _fit(
    units: Units, column: str, learner: str, seed: int, base: str, evaluation: str, live: bool
) -> Fitted:
    from causal_core.uplift.learners import fit_model

    split = Split.of(units, evaluation, seed)
    last = len(split.learning) - 1
    training = units.training(seed, base)
    model = fit_model(learner, training.take(split.learning[last]))
    written = live_model(model) if live else plain_model(model)
    return Fitted(column, written, model.effect(training.matrix[split.rows_of(last)]))


def combine_export(
    inputs: Inputs, asked: Asked, evaluation: Evaluation, parts: Sequence[Fitted | FoldScores | PaidPart]
) -> ExportedPolicy:
    """The policy as plain data.

    Raises:
        Problem: Learned again, the models predict something else; or the policy cannot be made.
    """
    from causal_core.policy.paid import PaidPart, combine_paid

    held_out = evaluation.held_out
    fitted = {part.column: part for part in parts if isinstance(part, Fitted)}
    paid_parts = [part for part in parts if isinstance(part, PaidPart)]
    scores = [part for part in parts if not isinstance(part, Fitted | PaidPart)]
    paid = combine_paid(inputs, held_out.evaluation, paid_parts)
    if asked.name in ("tree", "linear"):
        from causal_core.study.rules import LearningRows, find_linear, find_tree

        rows = LearningRows.of(inputs, asked.options, held_out.evaluation, scores, paid)
        if asked.name == "tree":
            tree = find_tree(asked.options, rows)
            kind, rule, names, sentence = "tree", *tree_rule(tree), tree.describe()
        else:
            found = find_linear(inputs, rows)
            kind, rule, names, sentence = "linear", *linear_rule(found), found.describe()
        return _policy(inputs, asked, evaluation, kind, rule, names, sentence, len(rows.features), EXACT)
    if not fitted:
        arm, sentence = constant_rule(asked.name, held_out.arms)
        return _policy(inputs, asked, evaluation, "constant", {"arm": arm}, (), sentence, 0, EXACT)
    from causal_core.study.worth import economics_of

    economics = economics_of(inputs, asked.options, held_out, paid)
    return _ranking(inputs, asked, evaluation, economics, fitted)


def _ranking(
    inputs: Inputs, asked: Asked, evaluation: Evaluation, economics: Economics, fitted: Mapping[str, Fitted]
) -> ExportedPolicy:
    held_out = evaluation.held_out
    split = Split.of(inputs.units(), held_out.evaluation, inputs.seed)
    last = len(split.learning) - 1
    rows = np.flatnonzero(split.piece == last)
    effect = fitted[""]
    if not np.allclose(effect.predicted, held_out.effects(asked.learner)[rows], rtol=1e-9, atol=1e-9):
        raise Problem(
            "Learned again, the models predict something else than those that were judged.",
            remedy="Learn who responds again, then export the policy.",
        )
    stop = stop_of(asked.name, asked.options, economics, rows)
    paid: list[Any] = [None] * len(held_out.arms)
    for label, column in asked.options.paid_per.items():
        arm = held_out.arms.index(label)
        paid[arm] = "outcome" if column == inputs.outcome else fitted[column].model["models"][arm]
    # Outcomes under the control are predicted only where a cost is paid by them.
    model = {key: part for key, part in effect.model.items() if key != "controls" or "outcome" in paid}
    rule = {"model": model, "paid": paid, "money": stop.money, "limit": stop.limit}
    kind = "budget" if asked.name == "budget" else "ranking"
    what = PROCEDURE if held_out.evaluation == "sequential" else EXACT
    learned = len(split.learning[last])
    policy = _policy(
        inputs, asked, evaluation, kind, rule, inputs.features, _words(asked, stop, rule), learned, what
    )
    return _checked(policy, inputs, held_out.rows[rows], stop)


def _checked(policy: ExportedPolicy, inputs: Inputs, rows: Any, stop: Stop) -> ExportedPolicy:
    """The policy, saying on how many rows it differs from the one that was valued."""
    from dataclasses import replace

    columns = [feature.name for feature in policy.features]
    columns += [cost for cost in policy.costs if isinstance(cost, str)]
    people = inputs.table.frame(list(dict.fromkeys(columns)), rows=rows)
    differ = int((policy.codes(people) != stop.codes).sum())
    about: dict[str, Plain] = {
        **policy.about,
        "judged rows": len(rows),
        "of these assigned otherwise": differ,
    }
    return replace(policy, about=about)


def _policy(
    inputs: Inputs,
    asked: Asked,
    evaluation: Evaluation,
    kind: str,
    rule: Mapping[str, Any],
    names: Sequence[str],
    sentence: str,
    learned: int,
    what: str,
) -> ExportedPolicy:
    options, arms = asked.options, evaluation.held_out.arms
    ranks = kind in ("ranking", "budget")
    about: dict[str, Plain] = {
        "dostudio": version("dostudio"),
        "table": inputs.table.fingerprint,
        "seed": inputs.seed,
        "rows learned from": learned,
        "evaluation": evaluation.held_out.evaluation,
    }
    if ranks:
        about |= {"learner": asked.learner, "base": asked.base}
    return ExportedPolicy(
        name=asked.name,
        kind=kind,
        arms=arms,
        rule=rule,
        features=_features(inputs, names),
        costs=tuple(options.cost.get(arm, 0.0) for arm in arms) if ranks else (),
        benefit=options.benefit,
        unit=asked.unit,
        treatment=inputs.treatment,
        outcome=inputs.outcome,
        about={**about, "value": what},
        sentence=sentence,
    )


def _features(inputs: Inputs, names: Sequence[str]) -> tuple[Feature, ...]:
    return features_of(inputs.table, names, dict(inputs.types))


def _words(asked: Asked, stop: Stop, rule: Mapping[str, Any]) -> str:
    share = percent(float((stop.codes > 0).mean()))
    where = f"On the {len(stop.codes):,} rows it was judged on that was {share} of people."
    if asked.name == "budget":
        price = f"{rule['money']:.4g}"
        return (
            f"Each person gets the arm whose predicted benefit less {price} times its predicted cost is "
            f"highest, where that is above 0: the last unit of the budget was predicted to bring {price}. "
            f"{where}"
        )
    unit = f" {asked.unit}" if asked.unit else ""
    if rule["limit"] is None:
        return f"Everybody gets the arm of highest predicted net benefit. {where}"
    return (
        f"Who is predicted to gain more than {rule['limit']:.4g}{unit}, net of costs, gets the arm of "
        f"highest predicted net benefit; the others keep the control. {where}"
    )
