"""An audit where the protected attribute acts through a count, whose noise a row leaves open."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from causal_core.audit.flips import Flips, counterfactual_rows
from causal_core.audit.opening import open_box
from causal_core.audit.protected import Protected, groups_of
from causal_core.audit.source import TrainedSource
from causal_core.audit.use import Use, contrasts_of
from causal_core.graph import CausalGraph
from causal_core.what_if.structural_model import StructuralModel
from tests.audit.worlds import linear_box

GRAPH = CausalGraph(edges=[("group", "visits"), ("visits", "faults")])
MEANS = (1.2, 2.4)


@pytest.fixture(scope="module")
def model():
    random = np.random.default_rng(0)
    group = random.integers(0, 2, 6_000)
    visits = random.poisson(np.array(MEANS)[group])
    frame = pd.DataFrame({"group": np.array(["a", "b"])[group], "visits": visits})
    frame["faults"] = random.poisson(np.exp(0.2 + 0.2 * visits))
    return StructuralModel.fit(frame, GRAPH)


def test_ways_and_flips_through_a_count_have_their_closed_form(model):
    assert {fit.how for fit in model.fits.values()} == {"as seen", "count, linear"}
    box, groups = linear_box(model, {"visits": 2.0}), groups_of(model, "group", "a", "b")
    question, _ = Protected.of(model, box, groups)
    seen, other, difference, direct, indirect, spurious, *_ = question.numbers(model, box)
    assert (seen, other) == pytest.approx((2 * MEANS[0], 2 * MEANS[1]), abs=0.12)
    # IE carries a minus, and nothing but the count stands between.
    assert (direct, indirect) == pytest.approx((0, -2 * (MEANS[1] - MEANS[0])), abs=0.15)
    assert spurious == pytest.approx(0, abs=0.15)
    assert difference == pytest.approx(direct - indirect - spurious)
    found = counterfactual_rows(model, box, Flips(groups, 5.0))
    assert found.open
    # A decision at 3 visits flips where the noise lies between both distribution functions at 2.
    first, second = stats.poisson.cdf(2, MEANS)
    assert found.chance.mean() == pytest.approx(first - second, abs=0.03)
    assert not (found.chance[~found.other] * found.above[~found.other]).any()


@pytest.mark.parametrize("way", ["linear", "boosted"])
def test_a_count_is_predicted_by_a_model_trained_here(model, way):
    box = open_box(None, model, TrainedSource(way, ("visits",)), "faults")
    codes = {node: model.columns[node].codes(model.frame[node]) for node in model.order}
    assert box.predict(model, codes).mean() == pytest.approx(codes["faults"].mean(), rel=0.02)
    effect = Use("faults", contrasts_of(model, box.inputs, "faults")).numbers(model, box)
    assert np.isfinite(effect).all()
    assert effect[2] > 0
