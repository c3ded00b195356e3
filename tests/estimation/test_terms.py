"""Squares and interactions, from the study file to the number."""

import dataclasses

import numpy as np
import pytest

from causal_core import Study
from causal_core.data.demos import demo
from causal_core.estimation.terms import interaction_places, with_squares
from causal_core.problem import Problem


@pytest.fixture(autouse=True, scope="module")
def home(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DOSTUDIO_HOME", str(tmp_path_factory.mktemp("home")))
        yield


def estimates(study, **changed):
    options = dataclasses.replace(study.estimate, **changed)
    results = study.replace(estimate=options).run(["estimate"])
    return results, {each.method: each for each in results.estimated.estimates} if results.estimated else {}


def test_the_books_numbers_on_quitting_smoking():
    """Hernan & Robins (2020), programs 12.2 and 13.3: 3.44 by weighting, 3.52 by standardisation."""
    study = Study.load(demo("nhefs").study)
    results, found = estimates(
        study,
        methods=("standardisation", "ipw", "linear_regression"),
        squares=("age", "wt71", "smokeintensity", "smokeyrs"),
        interactions=("smokeintensity",),
    )
    assert found["standardisation"].value == pytest.approx(3.5174, abs=5e-5)
    assert found["ipw"].value == pytest.approx(3.4405, abs=5e-5)
    assert found["linear_regression"].value == pytest.approx(3.4626, abs=5e-5)
    assert found["standardisation"].estimand == "ATE"
    assert found["standardisation"].ci == pytest.approx((2.6, 4.5), abs=0.05)
    assert "vary with smokeintensity" in found["standardisation"].notes[0]
    assert results.failures == {}


def test_the_demo_itself_states_them():
    options = Study.load(demo("nhefs").study).estimate
    assert set(options.squares) == {"age", "wt71", "smokeintensity", "smokeyrs"}
    assert options.interactions == ("smokeintensity",)
    assert {"standardisation", "ipw"} <= set(options.methods)


@pytest.mark.parametrize(
    ("options", "column", "word"),
    [
        ({"squares": ("sex",)}, "sex", "category"),
        ({"squares": ("agee",)}, "agee", "no column"),
        ({"interactions": ("agee",)}, "agee", "no column"),
    ],
)
def test_a_term_that_cannot_be_is_named(options, column, word):
    results, _ = estimates(Study.load(demo("nhefs").study), methods=("ipw",), **options)
    assert column in results.failures["estimate"]
    assert word in results.failures["estimate"]


def test_a_square_of_what_is_not_adjusted_for_is_none(world):
    design = world(50)
    assert with_squares(design, ("x1", "other")).covariate_names == ("x0", "x1", "x1²")
    assert with_squares(design, ("other",)) is design


def test_squares_are_in_the_tables_unit_and_say_where_they_come_from(world):
    design = with_squares(world(50), ("x1", "x1"))
    assert design.covariate_sources == ("x0", "x1", "x1")
    assert np.array_equal(design.covariates[:, 2], design.covariates[:, 1] ** 2)


def test_an_interaction_takes_every_level_but_no_square(world):
    design = dataclasses.replace(
        with_squares(world(50), ("x1",)), interactions=("x1", "colour"), nuisances="linear"
    )
    more = dataclasses.replace(
        design,
        covariates=np.column_stack([design.covariates, np.arange(50) % 2, np.arange(50) % 3]),
        covariate_names=(*design.covariate_names, "colour=red", "colour=blue"),
        covariate_sources=(*design.covariate_sources, "colour", "colour"),
    )
    assert interaction_places(more).tolist() == [1, 3, 4]
    with pytest.raises(Problem, match="colour is a category"):
        with_squares(more, ("colour",))
