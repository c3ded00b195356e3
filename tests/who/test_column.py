import numpy as np
import pandas as pd
import pytest

from causal_core.uplift.arrays import mean_and_error
from causal_core.who.column import Asked, asked_of, column_effect
from causal_core.who.column_words import column_sentence
from causal_core.who.partial import partial_dependence
from causal_core.who.regression import knots_of, natural_spline, robust_fit, smooth
from tests.who.worlds import columns_of, held_out


class Linear:
    """Effects 2 + 3 a - b, and for a second arm their double."""

    def effect(self, matrix):
        one = 2 + 3 * matrix[:, 0] - matrix[:, 1]
        return np.column_stack([one, 2 * one])


def test_partial_dependence_in_a_linear_world_is_the_line():
    random = np.random.default_rng(1)
    matrix = random.normal(size=(200, 2))
    points = [Asked(np.array([-1.0, 0.0, 2.0]), True), Asked(np.array([4.0]), True)]
    of_a, of_b = partial_dependence(Linear(), matrix, points, 0)
    assert of_a == pytest.approx(2 + 3 * points[0].points - matrix[:, 1].mean())
    assert of_b == pytest.approx([2 + 3 * matrix[:, 0].mean() - 4])
    assert partial_dependence(Linear(), matrix, points, 1)[0] == pytest.approx(2 * of_a)


def test_the_spline_is_linear_beyond_its_knots_and_smooth_between():
    knots = np.array([0.0, 1.0, 2.0, 3.5, 5.0])
    beyond = natural_spline(np.array([-3.0, -2.0, -1.0, 6.0, 7.0, 8.0]), knots)
    assert np.diff(beyond[:3], n=2, axis=0) == pytest.approx(0, abs=1e-12)
    assert np.diff(beyond[3:], n=2, axis=0) == pytest.approx(0, abs=1e-12)
    fine = natural_spline(np.linspace(-1, 6, 7001), knots)
    assert np.abs(np.diff(fine, n=3, axis=0)).max() < 1e-6
    assert np.linalg.matrix_rank(np.column_stack([np.ones(7001), fine])) == 5


def test_errors_are_hc3_and_with_clusters_those_of_their_sums():
    random = np.random.default_rng(2)
    x, codes = random.normal(size=60), np.arange(60) // 3
    y = x + random.normal(size=60) * (1 + np.abs(x))
    design = np.column_stack([np.ones(60), x])
    coefficients, covariance = robust_fit(design, y)
    hat = design @ np.linalg.inv(design.T @ design) @ design.T
    bread = np.linalg.inv(design.T @ design)
    weights = ((y - design @ coefficients) / (1 - np.diag(hat))) ** 2
    assert covariance == pytest.approx(bread @ (design.T * weights) @ design @ bread)
    # Of a mean alone the clustered error is the one used everywhere else.
    _, mean = robust_fit(np.ones((60, 1)), y, codes)
    assert np.sqrt(mean[0, 0]) == pytest.approx(mean_and_error(y, codes)[1])


@pytest.mark.parametrize("clustered", [False, True])
def test_the_bands_cover_a_linear_effect_pointwise_and_everywhere(clustered):
    grid, at_point, everywhere = np.linspace(0.05, 0.95, 15), [], []
    codes = np.arange(400) // 4 if clustered else None
    for seed in range(200):
        random = np.random.default_rng(seed)
        x = random.uniform(size=400)
        shock = random.normal(size=100)[np.arange(400) // 4] if clustered else 0
        band = smooth(x, 1 + 2 * x + shock + random.normal(size=400) * (0.5 + x), grid, codes, seed)
        away = np.abs(band.value - (1 + 2 * grid)) / band.std_error
        at_point.append((away <= 1.96).mean())
        everywhere.append((away <= band.quantile).all())
    assert 0.92 <= np.mean(at_point) <= 0.975
    assert 0.905 <= np.mean(everywhere) <= 0.985


def test_a_column_of_numbers_has_a_curve_a_histogram_and_a_mean_where_missing():
    random = np.random.default_rng(3)
    x = random.normal(size=2000)
    frame = pd.DataFrame({"x": x})
    effect = 1 + x
    frame.loc[:99, "x"] = np.nan
    columns = columns_of(frame)
    asked = asked_of(columns, 0)
    found = column_effect(columns, 0, held_out(effect), asked, asked.points * 0)
    assert np.array(found.curve.value) == pytest.approx(1 + asked.points, abs=1e-6)
    assert len(found.curve.grid) <= 200
    assert found.curve.low_all[5] <= found.curve.low[5] <= found.curve.high[5] <= found.curve.high_all[5]
    assert sum(share for _, _, share in found.curve.bars) == pytest.approx(0.98, abs=0.002)
    (missing,) = found.levels
    assert (missing.kind, missing.share) == ("missing", 0.05)
    assert missing.effect.value == pytest.approx(effect[:100].mean())


def test_levels_are_told_one_by_one_commonest_first_and_the_others_together():
    random = np.random.default_rng(4)
    names = [f"l{number:02}" for number in range(20)]
    drawn = random.choice(names, 3000, p=np.arange(20, 0, -1) / 210)
    effect = (drawn == "l00") * 1.0 + random.normal(size=3000)
    columns = columns_of(pd.DataFrame({"region": pd.Categorical(drawn, categories=names)}))
    asked = asked_of(columns, 0)
    found = column_effect(columns, 0, held_out(effect), asked, np.arange(15.0))
    assert found.curve is None
    assert [level.kind for level in found.levels] == ["value"] * 15 + ["others"]
    first = found.levels[0]
    assert (first.name, first.model) == ("l00", 0.0)
    assert (first.effect.value, first.effect.std_error) == pytest.approx(
        mean_and_error(effect[drawn == "l00"])
    )
    assert sum(level.share for level in found.levels) == pytest.approx(1)


def test_numbers_of_few_values_are_told_value_by_value_and_rare_ones_without_an_effect():
    frame = pd.DataFrame({"children": [0.0] * 50 + [1.0] * 50 + [2.0] * 5, "flag": [1.0, 0.0, 0.0] * 35})
    columns = columns_of(frame, booleans=["flag"])
    children = column_effect(columns, 0, held_out(np.ones(105)), asked_of(columns, 0), np.zeros(3))
    assert [(level.name, level.effect is None) for level in children.levels] == [
        ("0", False),
        ("1", False),
        ("2", True),
    ]
    flag = column_effect(columns, 1, held_out(np.ones(105)), asked_of(columns, 1), np.zeros(2))
    assert [level.name for level in flag.levels] == ["no", "yes"]


def test_a_column_almost_always_missing_is_refused_in_words():
    frame = pd.DataFrame({"x": [1.0, 2.0, 3.0] + [np.nan] * 100})
    columns = columns_of(frame)
    found = column_effect(columns, 0, held_out(np.ones(103)), asked_of(columns, 0), np.zeros(3))
    assert found.refusal == "x has a value in only 3 held-out rows."
    assert knots_of(np.array([0.0] * 99 + [1.0])).tolist() == [0.0, 1.0]


def test_a_column_of_one_value_where_it_is_judged_gives_the_mean():
    band = smooth(np.full(40, 3.0), np.arange(40.0), np.array([3.0]))
    assert band.value == pytest.approx([19.5])
    assert band.std_error[0] == pytest.approx(np.arange(40).std() / np.sqrt(40), rel=0.05)


def test_a_column_without_a_value_is_asked_nothing():
    frame = pd.DataFrame({"x": [np.nan] * 40, "z": np.arange(40.0)})
    columns = columns_of(frame)
    asked = asked_of(columns, 0)
    assert len(asked.points) == 0
    (model, _) = partial_dependence(Linear(), columns.matrix, [asked, asked_of(columns, 1)], 0)
    assert "in only 0 held-out rows" in column_effect(columns, 0, held_out(np.ones(40)), asked, model).refusal


def effect_of(column, scores, clusters=None):
    columns = columns_of(pd.DataFrame({"x": column}))
    asked = asked_of(columns, 0)
    return column_effect(columns, 0, held_out(scores, clusters=clusters), asked, np.zeros(len(asked.points)))


def test_the_test_of_one_effect_for_all_values_rejects_a_true_null_one_time_in_twenty():
    rejected = {"curve": 0, "levels": 0, "clusters": 0}
    for seed in range(300):
        random = np.random.default_rng(seed)
        noise = random.normal(size=400) * random.choice([0.5, 2], 400)
        levels, codes = random.choice(list("abcd"), 400), np.arange(400) // 4
        house = np.repeat(random.normal(size=100), 4)
        for name, found in (
            ("curve", effect_of(random.normal(size=400), noise)),
            ("levels", effect_of(pd.Categorical(levels), noise)),
            ("clusters", effect_of(np.repeat(random.normal(size=100), 4), noise + house, codes)),
        ):
            rejected[name] += found.p_value < 0.05
    # 15 expected; 300 draws stray by 4.
    assert 4 <= rejected["curve"] <= 26
    assert 4 <= rejected["levels"] <= 26
    assert 4 <= rejected["clusters"] <= 30


def test_of_two_levels_the_p_value_is_that_of_welch():
    from scipy.stats import ttest_ind

    random = np.random.default_rng(1)
    scores = random.normal(size=900) + 0.2 * (np.arange(900) % 3 == 0)
    found = effect_of(pd.Categorical(np.where(np.arange(900) % 3 == 0, "a", "b")), scores)
    first = np.arange(900) % 3 == 0
    welch = ttest_ind(scores[first], scores[~first], equal_var=False).pvalue
    # The two differ in how they count degrees of freedom.
    assert found.p_value == pytest.approx(welch, rel=0.1)


def test_what_a_column_says_counts_the_columns_looked_at():
    random = np.random.default_rng(2)
    year = 1980 + random.uniform(0, 20, 2000)
    found = effect_of(year, (year - 1990) / 5 + random.normal(size=2000))
    said = column_sentence(found, 5, "EUR")
    assert said.startswith("The effect differs by x: 1.")
    assert " EUR (" in said
    assert "at 1998, −1." in said
    flat = effect_of(year, random.normal(size=2000) + 1)
    assert column_sentence(flat, 5).startswith("No detectable difference by x (p = ")
    weak = effect_of(year, (year - 1990) / 70 + random.normal(size=2000))
    assert weak.p_value < 0.05
    assert column_sentence(weak, int(1 / weak.p_value)).startswith("Perhaps the effect differs by x (p")
    one = effect_of(np.ones(100), random.normal(size=100))
    assert column_sentence(one, 2) == "Too few rows to tell whether the effect differs by x."
