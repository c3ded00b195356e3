import itertools
import math

import lightgbm
import numpy as np
import pandas as pd
import pytest

from causal_core.who.why import explain, explain_person, fit_copy, shapley
from tests.who.worlds import columns_of

OPTIONS = {
    "objective": "regression",
    "num_leaves": 6,
    "learning_rate": 0.3,
    "min_data_in_leaf": 4,
    "num_threads": 1,
    "deterministic": True,
    "force_row_wise": True,
    "verbosity": -1,
}
SHAP_0_51_0 = [
    [-0.678410218206, -0.984572334204, -1.133512376199],
    [0.425986002643, -2.077022880271, -0.46583040125],
    [1.101721409723, 1.977175153615, -0.103324602972],
    [1.929371023751, 2.26231435145, -1.22401591104],
]
"""TreeExplainer(model, path-dependent).shap_values of rows 0, 13, 37 and 63 of the small case."""


def small_case():
    first, second = np.tile(np.arange(8.0), 8), np.repeat(np.arange(8.0), 8)
    x = np.column_stack([first, second, (np.arange(64) * 5 % 7).astype(float)])
    y = x[:, 0] * (x[:, 1] > 3) + 0.5 * x[:, 2]
    return lightgbm.train(OPTIONS, lightgbm.Dataset(x, y, params=OPTIONS), num_boost_round=8), x


def test_the_values_are_those_of_shap():
    booster, x = small_case()
    values, base = shapley(booster, x[[0, 13, 37, 63]])
    assert values == pytest.approx(np.array(SHAP_0_51_0), abs=1e-9)
    assert base == pytest.approx(3.2265625)


def test_the_values_are_shapley_values_of_path_dependent_means():
    """Against the definition: all orders of the columns, absent ones averaged by how many rows went where."""
    booster, x = small_case()
    trees = [tree["tree_structure"] for tree in booster.dump_model()["tree_info"]]

    def mean(node, row, known):
        if "leaf_value" in node:
            return node["leaf_value"]
        sides = node["left_child"], node["right_child"]
        if node["split_feature"] in known:
            return mean(sides[int(row[node["split_feature"]] > node["threshold"])], row, known)
        sizes = [side.get("leaf_count", side.get("internal_count")) for side in sides]
        return sum(mean(s, row, known) * size for s, size in zip(sides, sizes, strict=True)) / sum(sizes)

    for row in x[[5, 40]]:
        value = {
            known: sum(mean(tree, row, known) for tree in trees)
            for size in range(4)
            for known in itertools.combinations(range(3), size)
        }
        exact = np.zeros(3)
        for order in itertools.permutations(range(3)):
            for place, column in enumerate(order):
                before = tuple(sorted(order[:place]))
                after = tuple(sorted(order[: place + 1]))
                exact[column] += (value[after] - value[before]) / math.factorial(3)
        assert shapley(booster, row[None])[0][0] == pytest.approx(exact, abs=1e-9)


def world(rows=1600, seed=1):
    random = np.random.default_rng(seed)
    frame = pd.DataFrame({"x": random.normal(size=rows), "idle": random.normal(size=rows)})
    frame["plan"] = pd.Categorical(random.choice(["basic", "plus", "pro"], rows))
    frame.loc[frame.index[::9], "x"] = np.nan
    effect = frame["x"].fillna(2.0) + 2.0 * (frame["plan"] == "plus")
    return columns_of(frame), effect.to_numpy()


@pytest.fixture(scope="module")
def explained():
    columns, effect = world()
    booster = fit_copy(columns.matrix[:1400], effect[:1400], (2,), seed=1)
    return columns, effect, booster, explain(columns, booster, columns.matrix[1400:], effect[1400:], seed=1)


def test_values_and_base_sum_to_the_prediction(explained):
    columns, _, booster, why = explained
    values, base = shapley(booster, columns.matrix[1400:])
    assert values.sum(axis=1) + base == pytest.approx(booster.predict(columns.matrix[1400:]), abs=1e-9)
    person = explain_person(columns, why.copy, columns.matrix[1409])
    assert person.base + sum(part for _, _, part in person.parts) == pytest.approx(person.copied)
    assert person.copied == pytest.approx(booster.predict(columns.matrix[[1409]])[0], abs=1e-9)
    sizes = [abs(part) for _, _, part in person.parts]
    assert sizes == sorted(sizes, reverse=True)
    texts = {
        column: text for column, text, _ in explain_person(columns, why.copy, columns.matrix[1404]).parts
    }
    assert texts["x"] == "missing"
    assert texts["plan"] in {"basic", "plus", "pro"}


def test_columns_come_by_importance_with_their_sense_and_the_fidelity(explained):
    _, _, _, why = explained
    assert 0.97 < why.fidelity <= 1
    assert [each.column for each in why.importance][2] == "idle"
    senses = {each.column: each.sense for each in why.importance}
    assert senses["x"] > 0.9
    assert senses["plan"] is None
    assert "copy" not in why.to_dict()


def test_a_copy_that_is_not_faithful_is_refused_in_words():
    columns, effect = world()
    booster = fit_copy(columns.matrix[:500], effect[:500], (2,), seed=1)
    unlike = np.random.default_rng(5).normal(size=1000)
    why = explain(columns, booster, columns.matrix[600:], unlike, seed=1)
    assert (why.importance, why.copy) == ((), "")
    assert "reproduces only 0 % of what the learner's predictions differ by" in why.refusal


def test_equal_predictions_have_nothing_to_explain():
    columns, _ = world(500)
    booster = fit_copy(columns.matrix, np.full(500, 0.25), (2,), seed=1)
    why = explain(columns, booster, columns.matrix, np.full(500, 0.25), seed=1)
    assert why.fidelity is None
    assert "nothing to explain" in why.refusal
