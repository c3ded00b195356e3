"""The feature matrix against worlds whose importances are known, and what it is said not to know."""

import numpy as np
import pandas as pd
import pytest

from causal_core.charts.matrix import association_map, importances
from causal_core.data.frames import arrow_of
from causal_core.data.table import write_table
from causal_core.engine import run_inline
from causal_core.estimation.seen_done import seen_and_done
from causal_core.graph import CausalGraph
from causal_core.graph.roles import roles
from causal_core.identification.controls import controls
from causal_core.study.blind_spots import blind_spots
from causal_core.study.matrix import Asked, associate, combine_matrix, hold_out
from causal_core.study.options import Data, Question
from causal_core.study.steps import matrix_plan
from causal_core.study.study import Study


@pytest.fixture
def stored(tmp_path):
    """Call with a frame: it as a stored table."""
    return lambda frame: write_table(arrow_of(frame), tmp_path)


def matrix_of(table, columns, outcome, seed=1):
    asked = Asked(table, tuple(columns), outcome, {}, seed)
    return combine_matrix(asked, [associate(asked), *(hold_out(asked, fold) for fold in range(3))])


def test_importance_is_the_share_of_the_outcomes_variance_that_goes(stored):
    # y = 2 a + b + noise, all variances 1: shuffling a costs 2 * 4 / 6 of the variance, b 2 * 1 / 6
    # (Fisher, Rudin & Dominici 2019, for the true model), and what is not in y costs nothing.
    draw = np.random.default_rng(0)
    frame = pd.DataFrame(draw.normal(size=(6000, 3)), columns=["a", "b", "idle"])
    frame["y"] = 2 * frame["a"] + frame["b"] + draw.normal(size=6000)
    found = matrix_of(stored(frame), frame.columns, "y")
    assert [each.column for each in found.importances] == ["a", "b", "idle"]
    values = [each.value for each in found.importances]
    assert values == pytest.approx([8 / 6, 2 / 6, 0], abs=0.1)
    assert found.explained == pytest.approx(5 / 6, abs=0.04)
    idle = found.importance("idle")
    assert idle.ci[0] == pytest.approx(idle.value - 1.96 * idle.std_error)
    assert abs(idle.value) < 0.01
    assert (found.rows, found.note) == (6000, "")
    assert found.with_outcome("a").value == pytest.approx(2 / np.sqrt(6), abs=0.03)


def test_categories_missing_values_and_two_valued_outcomes_are_used(stored):
    draw = np.random.default_rng(2)
    group = draw.choice(list("abcdef"), 3000)
    frame = pd.DataFrame({"group": group, "n": draw.normal(size=3000)})
    frame["y"] = np.where(np.isin(group, ["a", "d", "e"]) ^ (draw.random(3000) < 0.1), "yes it is", "not")
    frame.loc[:400, "n"] = np.nan
    found = matrix_of(stored(frame), frame.columns, "y")
    assert found.importances[0].column == "group"
    assert found.explained == pytest.approx(0.64, abs=0.05)
    assert found.associations.of("group", "y").measure == "eta"


def test_the_same_seed_gives_the_same_digits_and_large_tables_are_sampled(stored):
    draw = np.random.default_rng(3)
    frame = pd.DataFrame({"a": draw.normal(size=21_000), "y": draw.normal(size=21_000)})
    table = stored(frame)
    found = matrix_of(table, ["a", "y"], "y")
    assert found == matrix_of(table, ["a", "y"], "y")
    assert (found.associations.rows, found.associations.rows_dropped, found.rows) == (20_000, 1000, 20_000)


@pytest.mark.parametrize(
    ("columns", "outcome", "note"),
    [
        (["a", "kind"], "kind", "The outcome has 3 categories; a prediction needs a number or two values."),
        (["a", "same"], "same", 'The outcome cannot be predicted: "same" does not vary.'),
        (["a", "b"], "y", "The outcome cannot be predicted: it is no column of the table."),
        (["a"], "a", "No other column of the graph is in the table."),
        (["a", "few"], "few", "Only 20 rows have an outcome; a prediction needs at least 30."),
    ],
)
def test_where_nothing_can_be_predicted_the_matrix_says_why(stored, columns, outcome, note):
    frame = pd.DataFrame(
        {
            "a": range(60),
            "b": range(60),
            "kind": ["x", "y", "z"] * 20,
            "same": 1,
            "few": [*range(20), *[None] * 40],
        }
    )
    found = matrix_of(stored(frame), columns, outcome)
    assert (found.importances, found.explained, found.note) == ((), None, note)


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """A confounder that predicts little, a collider that predicts best, a mediator, and a hidden cause."""
    draw = np.random.default_rng(7)
    n = 4000
    c, hidden = draw.normal(size=n), draw.normal(size=n)
    t = (draw.random(n) < 1 / (1 + np.exp(-0.6 * c))).astype(float)
    m = t + 0.5 * draw.normal(size=n)
    y = 0.3 * c + 0.8 * m + 1.5 * hidden + draw.normal(size=n)
    late = y + t + 0.3 * draw.normal(size=n)
    table = write_table(
        arrow_of(pd.DataFrame({"c": c, "t": t, "m": m, "y": y, "late": late})), tmp_path_factory.mktemp("t")
    )
    graph = CausalGraph.from_text(
        "dag { u [latent]; c -> t; c -> y; t -> m; m -> y; u -> y; y -> late; t -> late }"
    )
    study = Study(Data(path="x.csv"), graph, Question(treatment="t", outcome="y"))
    return graph, run_inline(matrix_plan(study, table))


def test_the_plan_holds_the_observed_columns_of_the_graph(world):
    _, found = world
    assert set(found.associations.columns) == {"c", "t", "m", "y", "late"}
    assert {each.column for each in found.importances} == {"c", "t", "m", "late"}


def test_the_sentences_name_what_a_matrix_would_get_wrong(world):
    graph, found = world
    assert blind_spots(graph, "t", "y", controls(graph, "t", "y"), found) == (
        "The raw association of t and y (r = 0.252, 95 % interval 0.223 to 0.281, 4,000 rows) mixes the "
        "effect with what comes by open paths that are not causal, as the one through c: it can be stronger "
        "or weaker than the effect, and can even have the other sign.",
        "late is the best predictor of y, so a matrix would put it in; "
        "by the graph, adjusting for it would make an association that is no effect.",
        "c comes only 4th of 4 as a predictor of y, so a matrix would drop it; "
        "by the graph, bias stays without it.",
        "c and m both go together with t and y; no number here says that the first should be adjusted for "
        "and the second should not. The arrows do.",
        "Not observed, so in no matrix: u. The graph says what it does all the same.",
    )


def test_without_importances_an_association_tempts(world):
    graph, found = world
    bare = type(found)(found.outcome, found.associations, (), None, 0, "no outcome")
    first = blind_spots(graph, "t", "y", controls(graph, "t", "y"), bare)[1]
    assert first.startswith("late goes together with y (0.9")
    nothing = CausalGraph.from_text("t -> y")
    assert blind_spots(nothing, "t", "y", controls(nothing, "t", "y"), bare) == ()


STONES = {
    ("A", "small"): (81, 87),
    ("A", "large"): (192, 263),
    ("B", "small"): (234, 270),
    ("B", "large"): (55, 80),
}
"""(treatment, size) -> successes and patients (Charig et al. 1986)."""


@pytest.fixture(scope="module")
def stones(tmp_path_factory):
    rows = [
        (arm, size, int(n < good)) for (arm, size), (good, number) in STONES.items() for n in range(number)
    ]
    frame = pd.DataFrame(rows, columns=["treatment", "stone_size", "success"])
    return write_table(arrow_of(frame), tmp_path_factory.mktemp("stones"))


def spots(table, text, sets=()):
    graph = CausalGraph.from_text(text)
    asked = Asked(table, ("treatment", "stone_size", "success"), "success", {})
    found = combine_matrix(asked, [associate(asked)])
    numbers = seen_and_done(table, "treatment", "success", sets, control="B") if sets else None
    verdicts = controls(graph, "treatment", "success")
    return blind_spots(graph, "treatment", "success", verdicts, found, numbers)


def test_a_raw_association_that_turns_its_sign_is_said_with_both_numbers(stones):
    """Simpson's paradox: 273 of 350 against 289 of 350 by themselves, the other way round at each size."""
    mixed, sign = spots(
        stones, "dag { stone_size -> {treatment success}; treatment -> success }", [["stone_size"]]
    )
    assert mixed == (
        "The raw association of treatment and success (r = 0.0575, 95 % interval −0.0167 to 0.131, 700 "
        "rows; treatment: A as 0, B as 1) mixes the effect with what comes by open paths that are not "
        "causal, as the one through "
        "stone_size: it can be stronger or weaker than the effect, and can even have the other sign."
    )
    small, large = 81 / 87 - 234 / 270, 192 / 263 - 55 / 80
    adjusted = (357 * small + 343 * large) / 700
    assert sign.startswith("Here: A less B, in the mean of success, is −0.0457 (")
    assert f") as seen and {adjusted:.3g} (" in sign
    assert sign.endswith(
        ") adjusted for stone_size: the sign turns round, but these rows do not settle the sign of both "
        "(95 % intervals, 700 rows)."
    )


@pytest.mark.parametrize("size", ["treatment -> stone_size -> success", "treatment -> stone_size <- success"])
def test_a_raw_association_is_not_called_mixed_without_an_open_path(stones, size):
    said = spots(stones, f"dag {{ {size}; treatment -> success }}")
    assert said
    assert not any(sentence.startswith("The raw association") for sentence in said)


@pytest.mark.parametrize(
    ("text", "way"),
    [
        ("dag { stone_size -> {treatment success} }", "through stone_size"),
        ("dag { treatment <-> success }", "from a hidden common cause"),
        ("dag { success -> treatment }", "by the arrow from success"),
    ],
)
def test_where_the_graph_draws_no_effect_nothing_is_mixed_with_it(stones, text, way):
    assert spots(stones, text)[0].endswith(
        "looks like an effect; by the graph there is none, and what ties the two comes by open paths that "
        f"are not causal, as the one {way}."
    )


def test_the_figures_show_every_pair_once_and_the_verdicts_as_markers(world):
    graph, found = world
    role = roles(graph, "t", "y")
    verdicts = {control.node: control.verdict for control in controls(graph, "t", "y")}
    heat, text = association_map(found, "t", role).data
    assert len(heat.z) == 4
    assert sum(value is not None for row in heat.z for value in row) == 10
    assert len(text.text) == 10
    bars = importances(found, role, verdicts)
    assert [trace.name for trace in bars.data] == ["good control", "bad control", "no control to choose"]
    assert bars.layout.yaxis.ticktext[0] == "X · late"


def test_names_reach_the_figures_as_text(stored):
    nasty = "<b>$a$"
    draw = np.random.default_rng(5)
    frame = pd.DataFrame(draw.normal(size=(90, 2)), columns=[nasty, "y"])
    found = matrix_of(stored(frame), frame.columns, "y")
    for figure in (association_map(found, nasty, {}), importances(found, {}, {})):
        assert nasty not in figure.to_json()
