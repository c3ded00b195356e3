import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from causal_core.data.arms import arm_counts
from causal_core.data.encoding import build_design, feature_frame
from causal_core.data.frames import from_frame
from causal_core.problem import Problem

NAN = float("nan")


def people():
    return pd.DataFrame(
        {
            "t": [0, 1, 0, 1, 0, 1],
            "y": [1.0, 2.0, NAN, 4.0, 5.0, 6.0],
            "age": [30.0, 40.0, 50.0, NAN, 70.0, 80.0],
            "region": ["north", "south", "north", "south", "west", "north"],
            "member": [True, False, True, False, True, False],
            "since": [dt.date(2024, 1, day) for day in (1, 2, 3, 4, 5, 9)],
            "code": [3, 1, 3, 2, 10, 3],
        },
        index=[5, 5, 7, 8, 9, 9],
    )


def test_a_design_of_every_kind_of_covariate(tmp_path):
    covariates = ["age", "region", "member", "since", "code"]
    design = build_design(people(), "t", 0, "y", covariates, {"code": "category"})
    assert design.rows.tolist() == [0, 1, 4, 5]
    assert design.outcome.tolist() == [1, 2, 5, 6]
    assert design.arm.tolist() == [0, 1, 0, 1]
    assert design.arms == ("0", "1")
    assert design.covariate_names == (
        "age",
        "region=south",
        "region=west",
        "member",
        "since",
        "code=3",
        "code=10",
    )
    assert design.covariate_sources == ("age", "region", "region", "member", "since", "code", "code")
    assert design.covariates.tolist() == [
        [30, 0, 0, 1, 0, 1, 0],
        [40, 1, 0, 0, 1, 0, 0],
        [70, 0, 1, 1, 4, 0, 1],
        [80, 0, 0, 0, 8, 1, 0],
    ]
    assert (design.rows_used, design.rows_dropped) == (4, 2)
    assert design.dropped_by == (("y", 1), ("age", 1))
    assert (design.treatment_name, design.outcome_name, design.randomised) == ("t", "y", False)
    assert (design.propensity, design.weights, design.clusters, design.notes) == (None, None, None, ())
    stored = build_design(
        from_frame(people(), tmp_path), "t", "0", "y", covariates, {"code": "category"}, randomised=True
    )
    assert stored.covariates.tolist() == design.covariates.tolist()
    assert stored.randomised


def test_without_covariates_the_design_is_empty_but_whole():
    design = build_design(people(), "t", None, "y")
    assert design.covariates.shape == (5, 0)
    assert design.arms == ("0", "1")


@pytest.mark.parametrize(
    ("values", "control", "arms", "codes"),
    [
        ([1, 2, 1, 2], 1, ("1", "2"), [0, 1, 0, 1]),
        ([1, 2, 1, 2], "2", ("2", "1"), [1, 0, 1, 0]),
        ([1.0, 2.0, 1.0, 2.0], 1, ("1", "2"), [0, 1, 0, 1]),
        ([True, False, True, False], False, ("False", "True"), [1, 0, 1, 0]),
        ([True, False, True, False], "true", ("True", "False"), [0, 1, 0, 1]),
        (["b", "a", "c", "b"], "b", ("b", "a", "c"), [0, 1, 2, 0]),
        ([10, 9, 0.5, 9], None, ("0.5", "9", "10"), [2, 1, 0, 1]),
        (pd.Categorical(["hi", "lo", "hi", "lo"]), "lo", ("lo", "hi"), [1, 0, 1, 0]),
        (["10", "9", "10", "9"], 9, ("9", "10"), [1, 0, 1, 0]),
        (
            pd.to_datetime(["2024-01-02", "2024-01-01"] * 2),
            "2024-01-01",
            ("2024-01-01", "2024-01-02"),
            [1, 0, 1, 0],
        ),
    ],
)
def test_treatments_of_any_type(values, control, arms, codes):
    design = build_design(pd.DataFrame({"t": values, "y": [1, 2, 3, 4]}), "t", control, "y")
    assert (design.arms, design.arm.tolist()) == (arms, codes)


def test_a_text_treatment_typed_boolean():
    frame = pd.DataFrame({"t": ["yes", "no", None, "Yes"], "y": [1, 2, 3, 4]})
    design = build_design(frame, "t", False, "y", types={"t": "boolean"})
    assert (design.arms, design.arm.tolist()) == (("False", "True"), [1, 0, 1])


@pytest.mark.parametrize(
    ("values", "control", "message", "remedy"),
    [
        (
            [1, 1, 1],
            1,
            'The treatment "t" has the single value "1", so nothing can be compared.',
            "Choose a treatment that differs between rows, or load the rows that were left out.",
        ),
        (
            [0, 1, 2],
            3,
            '"3" is not a level of the treatment "t".',
            'Choose the control level among "0", "1", "2".',
        ),
        (
            [NAN, NAN, NAN],
            0,
            'The treatment "t" is missing in every row.',
            "Choose another treatment, or load data that holds it.",
        ),
    ],
)
def test_treatments_that_cannot_be(values, control, message, remedy):
    with pytest.raises(Problem) as caught:
        build_design(pd.DataFrame({"t": values, "y": [1, 2, 3]}), "t", control, "y")
    assert (caught.value.message, caught.value.remedy, caught.value.column) == (message, remedy, "t")


def test_a_treatment_with_too_many_values_is_refused():
    frame = pd.DataFrame({"t": np.arange(1500) / 7, "y": 1.0})
    with pytest.raises(Problem) as caught:
        build_design(frame, "t", 0, "y")
    assert caught.value.message == (
        'The treatment "t" has 1,500 different values: it is a dose, which has no arms to compare.'
    )
    assert caught.value.remedy.startswith("Group them into a few levels (at most 20) in the data")
    assert len(build_design(pd.DataFrame({"t": range(20), "y": 1.0}), "t", 0, "y").arms) == 20


@pytest.mark.parametrize(
    ("values", "types", "message", "remedy"),
    [
        (
            ["dead", "alive", "dead"],
            {},
            'The outcome "y" holds the two texts "alive" and "dead".',
            'Write 1 for one and 0 for the other; yes/no and true/false only need the type "boolean".',
        ),
        (
            ["1", "2", "n/k"],
            {},
            'The outcome must be a number. Column "y" holds "n/k" in row 3, which is not a number.',
            "Correct such values, leave them empty if they are missing, or choose another outcome.",
        ),
        (["1", "2", "3"], {}, 'The outcome "y" holds numbers written as text.', 'Set its type to "number".'),
        (
            [1, 2, 3],
            {"y": "category"},
            'The outcome "y" has the type "category", but an outcome must be a number or true/false.',
            "Leave its type out.",
        ),
        (
            pd.to_datetime(["2024-01-01"] * 3),
            {},
            'The outcome "y" is a date.',
            "Use a number, such as the days between two dates.",
        ),
        ([NAN, NAN, float("inf")], {}, 'The outcome "y" is missing in every row.', "Choose another outcome."),
    ],
)
def test_outcomes_that_cannot_be(values, types, message, remedy):
    with pytest.raises(Problem) as caught:
        build_design(pd.DataFrame({"t": [0, 1, 0], "y": values}), "t", 0, "y", types=types)
    assert (caught.value.message, caught.value.remedy, caught.value.column) == (message, remedy, "y")


@pytest.mark.parametrize(
    ("values", "types"),
    [([True, False, True], {}), (["yes", "no", "yes"], {"y": "boolean"}), (["1", "0", "1"], {"y": "number"})],
)
def test_outcomes_become_numbers(values, types):
    design = build_design(pd.DataFrame({"t": [0, 1, 0], "y": values}), "t", 0, "y", types=types)
    assert design.outcome.tolist() == [1, 0, 1]


def test_infinite_values_count_as_missing():
    frame = pd.DataFrame({"t": [0, 1, 0, 1], "y": [1, np.inf, 3, 4], "x": [1, 2, -np.inf, 4]})
    with pytest.raises(Problem) as caught:
        build_design(frame.iloc[:3], "t", 0, "y", ["x"])
    assert caught.value.message == 'No row with "t" = "1" has every needed value; most lack "y".'
    design = build_design(frame, "t", 0, "y", ["x"])
    assert (design.rows.tolist(), design.dropped_by) == ([0, 3], (("y", 1), ("x", 1)))


def test_constant_covariates_are_left_out_with_a_note():
    frame = people().assign(one=7, word="same", nearly=[1, 1, 9, 1, 1, 1])
    design = build_design(frame, "t", 0, "y", ["one", "age", "word", "nearly"])
    assert design.covariate_names == ("age",)
    assert design.notes == tuple(
        f'"{name}" was left out: it has the same value in every row in use.'
        for name in ("one", "word", "nearly")
    )


def test_copies_of_a_covariate_stay():
    frame = people().assign(again=lambda data: data["age"])
    assert build_design(frame, "t", 0, "y", ["age", "again", "age"]).covariate_names == ("age", "again")


@pytest.mark.parametrize(
    ("columns", "arguments", "message"),
    [
        ({"x": [NAN] * 4}, {"covariates": ["x"]}, 'Column "x" is missing in every row.'),
        ({"x": [None] * 4}, {"covariates": ["x"]}, 'Column "x" is missing in every row.'),
        ({}, {"covariates": ["z"]}, 'The table has no column "z".'),
        ({}, {"covariates": ["t"]}, '"t" is both the treatment and a covariate.'),
        ({}, {"covariates": ["y"]}, '"y" is both the outcome and a covariate.'),
        ({"w": [1, -1, 1, 1]}, {"weights": "w"}, 'Column "w" holds 1 negative weight.'),
        ({"w": [0, 0, 0, 0]}, {"weights": "w"}, 'Column "w" holds no positive weight.'),
        (
            {"e": [0.5, 1.0, 0.5, 0.0]},
            {"propensity": "e"},
            'Column "e" holds 2 values that are no probability between 0 and 1.',
        ),
    ],
)
def test_columns_that_cannot_be_used(columns, arguments, message):
    frame = pd.DataFrame({"t": [0, 1, 0, 1], "y": [1, 2, 3, 4], **columns})
    with pytest.raises(Problem) as caught:
        build_design(frame, "t", 0, "y", **arguments)
    assert caught.value.message == message
    assert caught.value.column is not None
    assert caught.value.remedy


def test_text_with_too_many_values_is_refused_unless_called_a_category():
    frame = pd.DataFrame({"t": [0, 1] * 30, "y": 1.0, "w": [f"w{n:02}" for n in range(60)]})
    with pytest.raises(Problem) as caught:
        build_design(frame, "t", 0, "y", ["w"])
    assert caught.value.message == (
        'Column "w" holds 60 different values, too many for a category (at most 50).'
    )
    assert caught.value.remedy == (
        "Leave it out, or group its values into fewer levels in the data. "
        'If every value matters, set its type to "category".'
    )
    design = build_design(frame, "t", 0, "y", ["w"], {"w": "category"})
    assert design.covariates.sum() == 59
    assert design.covariate_names[0] == "w=w01"


def test_known_propensities_weights_and_clusters():
    frame = pd.DataFrame(
        {
            "t": ["a", "b", "a", "b"],
            "y": [1, 2, 3, 4],
            "e": [0.2, 0.4, NAN, 0.6],
            "w": [1.0, 2.0, 3.0, 0.0],
            "home": ["q", "p", "q", "q"],
        }
    )
    design = build_design(frame, "t", "a", "y", propensity="e", weights="w", clusters="home")
    assert design.propensity.tolist() == [[0.8, 0.2], [0.6, 0.4], [0.4, 0.6]]
    assert design.weights.tolist() == [1, 2, 0]
    assert design.clusters.tolist() == [1, 0, 1]
    assert design.dropped_by == (("e", 1),)
    swapped = build_design(frame, "t", "b", "y", propensity="e")
    assert (swapped.arms, swapped.propensity[0].tolist()) == (("b", "a"), [0.8, 0.2])


def test_known_propensities_of_several_arms():
    frame = pd.DataFrame({"t": [0, 1, 2], "y": [1, 2, 3], "p1": [0.25] * 3, "p2": [0.5] * 3, "p": [0.75] * 3})
    design = build_design(frame, "t", 0, "y", propensity={"1": "p1", "2": "p2"})
    assert design.propensity.tolist() == [[0.25, 0.25, 0.5]] * 3
    with pytest.raises(Problem, match="With 3 arms"):
        build_design(frame, "t", 0, "y", propensity="p1")
    with pytest.raises(Problem, match='No column says the probability of the arm "2"'):
        build_design(frame, "t", 0, "y", propensity={"1": "p1"})
    with pytest.raises(Problem, match=r"In 3 rows the probabilities .* leave none for the control arm"):
        build_design(frame, "t", 0, "y", propensity={"1": "p", "2": "p2"})


def test_clusters_are_numbered_without_gaps():
    frame = pd.DataFrame({"t": [0, 1, 0, 1], "y": [NAN, 2, 3, 4], "c": [7, 9, 9, 8]})
    assert build_design(frame, "t", 0, "y", clusters="c").clusters.tolist() == [1, 1, 0]


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from([0, 1, None]),
            st.sampled_from([1.5, 2.5, None]),
            st.sampled_from(["a", "b", "c", None]),
        ),
        min_size=8,
        max_size=30,
    )
)
def test_a_design_holds_exactly_the_complete_rows(rows):
    frame = pd.DataFrame([(0, 1.0, "a"), (1, 2.0, "b"), *rows], columns=["t", "y", "g"])
    complete = frame.dropna()
    design = build_design(frame, "t", 0, "y", ["g"])
    assert design.rows.tolist() == complete.index.tolist()
    assert design.rows_dropped == len(frame) - len(complete)
    assert design.outcome.tolist() == complete["y"].tolist()
    assert design.arm.tolist() == complete["t"].tolist()
    dummies = pd.get_dummies(complete["g"], prefix="g", prefix_sep="=", dtype=float).iloc[:, 1:]
    assert design.covariate_names == tuple(dummies.columns)
    assert design.covariates.tolist() == dummies.to_numpy().tolist()


def test_features_keep_categories_and_missing_values(tmp_path):
    table = from_frame(people().assign(region=["north", None, "south", "south", "west", "north"]), tmp_path)
    names = ["region", "age", "member", "since", "code"]
    got = feature_frame(table, names, {"code": "category"}, rows=[0, 1, 3])
    expected = pd.DataFrame(
        {
            "region": pd.Categorical(["north", None, "south"], categories=["north", "south", "west"]),
            "age": [30.0, 40.0, NAN],
            "member": [1.0, 0.0, 0.0],
            "since": [0.0, 1.0, 3.0],
            "code": pd.Categorical(["3", "1", "2"], categories=["1", "2", "3", "10"]),
        }
    )
    pd.testing.assert_frame_equal(got, expected)
    assert feature_frame(people(), ["age"]).shape == (6, 1)
    assert feature_frame(table, [], rows=[0, 1]).shape == (2, 0)
    assert feature_frame(table, []).shape == (6, 0)


def test_features_and_design_have_the_same_rows(tmp_path):
    table = from_frame(people(), tmp_path)
    design = build_design(table, "t", 0, "y")
    assert len(feature_frame(table, ["age"], rows=design.rows)) == design.rows_used == 5


def test_rows_in_each_arm(tmp_path):
    table = from_frame(people(), tmp_path)
    assert arm_counts(table, "t", "y") == (("0", 3, 1), ("1", 3, 0))
    assert arm_counts(table, "region") == (("north", 3, 0), ("south", 2, 0), ("west", 1, 0))
