"""Published numbers."""

import numpy as np
import pandas as pd
import pytest
from causaldata import nhefs_complete, nsw_mixtape

from causal_core import estimation


def test_the_national_supported_work_experiment(make):
    """Imbens & Rubin (2015, chapter 8): 1.79 thousand dollars, standard error 0.67."""
    frame = nsw_mixtape.load_pandas().data
    design = make(frame["re78"], frame["treat"].astype(int), np.empty((len(frame), 0)), randomised=True)
    (found,) = estimation.estimate("difference_in_means", design, "ATT")
    assert found.value == pytest.approx(1794.342, abs=0.001)
    assert found.std_error == pytest.approx(670.997, abs=0.001)
    assert found.estimand == "ATT"
    assert found.rows_used == 445


@pytest.fixture
def smoking(make):
    """Hernan & Robins (2020): quitting smoking and weight gain, their covariates."""
    frame = nhefs_complete.load_pandas().data
    numbers = frame[["age", "wt71", "smokeintensity", "smokeyrs"]].astype(float)
    kinds = frame[["sex", "race", "education", "exercise", "active"]].astype(int).astype(str)
    dummies = pd.get_dummies(kinds, drop_first=True).to_numpy(dtype=float)
    x = np.column_stack([numbers, numbers**2, dummies])
    return make(frame["wt82_71"], frame["qsmk"].astype(int), x)


def test_quitting_smoking_by_weighting(smoking):
    """Chapter 12: 3.4 kg (2.4, 4.5), its interval by errors that take the weights as known."""
    (found,) = estimation.estimate("ipw", smoking)
    assert found.value == pytest.approx(3.44, abs=0.005)
    assert found.through == "dowhy"
    assert 2.4 < found.ci[0] < 2.6
    assert 4.3 < found.ci[1] < 4.5


def test_quitting_smoking_by_regression(smoking):
    """Chapter 13: standardisation gives 3.5 kg (2.6, 4.5); chapter 15: regression 3.5."""
    for method in ("regression_adjustment", "linear_regression", "aipw", "matching"):
        (found,) = estimation.estimate(method, smoking)
        assert found.value == pytest.approx(3.5, abs=0.25), method
