import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf

from causal_core import Study
from causal_core.data.demos import demo
from causal_core.data.frames import arrow_of
from causal_core.data.table import write_table
from causal_core.estimation.seen_done import seen_and_done
from causal_core.problem import DoesNotApply, Problem
from causal_core.study.run import open_data


@pytest.fixture
def table(tmp_path):
    return lambda frame: write_table(arrow_of(frame), tmp_path)


@pytest.fixture(scope="module")
def world():
    """Three levels, two covariates, a numeric outcome; the treatment depends on the covariates."""
    random = np.random.default_rng(5)
    n = 4_000
    a, b = random.integers(0, 3, n), random.integers(0, 2, n)
    chances = np.stack([np.ones(n), 1 + a, 1 + 2 * b], axis=1)
    t = (random.random(n)[:, None] * chances.sum(1)[:, None] > chances.cumsum(1)).sum(1)
    y = 2 * (t == 1) + (3 + b) * (t == 2) + 2 * a - b + random.normal(size=n)
    return pd.DataFrame({"t": t, "a": np.array(list("klm"))[a], "b": b == 1, "y": y})


def test_kidney_stones_turn_round():
    study = Study.load(demo("kidney_stones").study)
    found = seen_and_done(
        open_data(study).table, "treatment", "success", [("stone_size",)], control="percutaneous"
    )
    control, arm = found.pairs
    assert (control.level, control.rows, arm.level, arm.rows) == ("percutaneous", 350, "open surgery", 350)
    assert control.seen.value == pytest.approx(289 / 350)
    assert arm.seen.value == pytest.approx(273 / 350)
    assert control.done.value == pytest.approx(357 / 700 * 234 / 270 + 343 / 700 * 55 / 80)
    assert arm.done.value == pytest.approx(357 / 700 * 81 / 87 + 343 / 700 * 192 / 263)
    assert [round(100 * pair.done.value, 2) for pair in found.pairs] == [77.89, 83.25]
    assert arm.seen_gap.value == pytest.approx(-16 / 350)
    assert arm.done_gap.value == pytest.approx(0.05367, abs=5e-6)
    assert control.seen_gap is None
    assert control.done_gap is None
    assert found.turned
    assert (found.adjusted, found.measure, found.strata) == (("stone_size",), "mean of success", 2)
    assert (found.rows_used, found.rows_dropped, found.rows_outside) == (700, 0, 0)


def test_the_kidney_stones_errors_are_those_of_the_formula():
    study = Study.load(demo("kidney_stones").study)
    arm = seen_and_done(
        open_data(study).table, "treatment", "success", [("stone_size",)], control="percutaneous"
    ).pairs[1]
    seen = sum(s * (350 - s) / 350 / 349 / 350 for s in (273, 289))
    assert arm.seen_gap.std_error == pytest.approx(np.sqrt(seen))
    strata = [(357 / 700, (81, 87), (234, 270)), (343 / 700, (192, 263), (55, 80))]
    gaps = [one[0] / one[1] - two[0] / two[1] for _, one, two in strata]
    within = sum(p**2 * k * (n - k) / n / (n - 1) / n for p, *cells in strata for k, n in cells)
    between = sum(p * (gap - 0.0536712174) ** 2 for (p, *_), gap in zip(strata, gaps, strict=True)) / 700
    assert arm.done_gap.std_error == pytest.approx(np.sqrt(within + between))
    low, high = arm.done_gap.ci
    assert (low, high) == pytest.approx((0.05367 - 1.96 * 0.03376, 0.05367 + 1.96 * 0.03376), abs=1e-4)


def test_several_levels_and_columns_agree_with_pandas_and_a_saturated_regression(table, world):
    found = seen_and_done(table(world), "t", "y", [("a", "b")], control=0)
    share = world.groupby(["a", "b"]).size() / len(world)
    cells = world.groupby(["t", "a", "b"]).y.mean()
    for pair in found.pairs:
        level = int(pair.level)
        assert pair.seen.value == pytest.approx(world.y[world.t == level].mean())
        assert pair.done.value == pytest.approx((cells[level] * share).sum())
    assert found.strata == 6
    fitted = smf.ols("y ~ C(t)", world).fit(cov_type="HC2")
    assert found.pairs[2].seen_gap.std_error == pytest.approx(fitted.bse["C(t)[T.2]"])
    # Less the part that comes from estimating the strata's shares, the errors are those of HC2.
    world = world.assign(c=world.a + world.b.astype(str))
    saturated = smf.ols("y ~ 0 + C(t):C(c)", world).fit(cov_type="HC2")
    weights = pd.Series(0.0, saturated.params.index)
    for level, sign in ((2, 1), (0, -1)):
        for (a, b), p in share.items():
            weights[f"C(t)[{level}]:C(c)[{a}{b}]"] = sign * p
    within = weights @ saturated.cov_params() @ weights
    gaps = cells[2] - cells[0]
    between = (share * (gaps - found.pairs[2].done_gap.value) ** 2).sum() / len(world)
    assert found.pairs[2].done_gap.std_error == pytest.approx(np.sqrt(within + between))


def test_intervals_cover_the_truth():
    from causal_core.estimation.seen_done import _Rows

    random = np.random.default_rng(11)
    hits = 0
    for _ in range(400):
        z = random.integers(0, 3, 600)
        x = (random.random(600) < 0.2 + 0.3 * z / 2).astype(np.int64)
        y = x * (1 + z) + z + random.normal(size=600)
        rows = _Rows(x, y, np.ones(600), z, None)
        (zero, first), (one, second) = rows.means(2)
        hits += abs(one - zero - 2.0) < 1.96 * rows.error(second - first)
    assert 366 <= hits <= 392  # 95 % of 400, three standard errors either way


def test_whole_weights_count_as_repeated_rows(table, world):
    frame = world.head(500).assign(w=np.tile([1, 2, 3, 1, 1], 100))
    weighted = seen_and_done(table(frame), "t", "y", [("a", "b")], weights="w")
    repeated = frame.loc[frame.index.repeat(frame.w)].reset_index(drop=True)
    plain = seen_and_done(table(repeated), "t", "y", [("a", "b")])
    for one, other in zip(weighted.pairs, plain.pairs, strict=True):
        assert one.seen.value == pytest.approx(other.seen.value)
        assert one.done.value == pytest.approx(other.done.value)
        assert one.done.std_error > other.done.std_error


def test_errors_of_clusters_are_those_of_a_clustered_regression(table, world):
    frame = world.assign(k=np.arange(len(world)) // 20, y=world.y + np.repeat(np.sin(np.arange(200)), 20))
    found = seen_and_done(table(frame), "t", "y", [()], clusters="k")
    fitted = smf.ols("y ~ C(t)", frame).fit(cov_type="cluster", cov_kwds={"groups": frame.k})
    assert found.pairs[1].seen_gap.std_error == pytest.approx(fitted.bse["C(t)[T.1]"], rel=2e-3)
    assert found.pairs[1].done_gap == found.pairs[1].seen_gap


def test_rows_that_lack_something_and_strata_that_lack_a_level_are_counted(table):
    frame = pd.DataFrame(
        {
            "x": ["a", "a", "b", "b"] * 10 + ["a"] * 5 + ["b", None],
            "z": [0, 1] * 20 + [2] * 5 + [None, 1],
            "y": [1.0, 2.0, 3.0, 4.0] * 10 + [9.0] * 5 + [1.0, 1.0],
        }
    )
    found = seen_and_done(table(frame), "x", "y", [("z",)])
    assert (found.rows_used, found.rows_dropped, found.rows_outside) == (45, 2, 5)
    assert found.pairs[0].seen.value == pytest.approx((10 * 1 + 10 * 2 + 5 * 9) / 25)
    assert found.pairs[0].done.value == pytest.approx(1.5)
    assert found.pairs[1].done_gap.value == pytest.approx(2.0)


def test_a_text_outcome_of_two_levels_is_the_share_of_the_last(table):
    frame = pd.DataFrame({"x": [0, 0, 0, 1, 1, 1], "y": ["no", "no", "yes", "yes", "no", "yes"]})
    found = seen_and_done(table(frame), "x", "y", [()])
    assert found.measure == "share of rows with y = yes"
    assert [pair.seen.value for pair in found.pairs] == pytest.approx([1 / 3, 2 / 3])


def test_the_first_set_that_can_be_counted_is_used(table, world):
    frame = world.assign(long=np.arange(len(world)))
    found = seen_and_done(table(frame), "t", "y", [("long",), ("elsewhere",), ("a",)])
    assert found.adjusted == ("a",)


def test_what_stands_in_the_way_is_said(table, world):
    frame = table(world.assign(long=np.arange(len(world)), name="n" + world.y.astype(str)))
    with pytest.raises(DoesNotApply, match="There is no adjustment set"):
        seen_and_done(frame, "t", "y", [])
    with pytest.raises(
        DoesNotApply, match="long has 4,000 different values, too many for strata; u is not a"
    ):
        seen_and_done(frame, "t", "y", [("long",), ("u",)])
    with pytest.raises(Problem, match="4,000 different values"):
        seen_and_done(frame, "long", "y", [()])
    with pytest.raises(Problem, match="name"):
        seen_and_done(frame, "t", "name", [()])
    apart = table(pd.DataFrame({"x": [0, 0, 1, 1], "z": [0, 0, 1, 1], "y": [1.0, 2, 3, 4]}))
    with pytest.raises(DoesNotApply, match="No stratum of z has 2 rows of every level"):
        seen_and_done(apart, "x", "y", [("z",)])
    alone = table(pd.DataFrame({"x": [0, 0, 1], "y": [1.0, 2, 3]}))
    with pytest.raises(DoesNotApply, match="Fewer than 2 complete rows are at the level 1"):
        seen_and_done(alone, "x", "y", [()])
