import numpy as np
import pandas as pd
import pytest

from causal_core.data.frames import from_frame
from causal_core.study.options import Question
from causal_core.study.suitability import column_problem, plain_level, suitability, usual_control

FRAME = pd.DataFrame(
    {
        "t": [0, 1, 1, 0, 2, 2],
        "arm": ["b", "control", "a", "a", "b", "control"],
        "one": [1] * 6,
        "many": np.linspace(0, 1, 6),
        "y": [1.0, 2.0, np.nan, 4.0, 5.0, 6.0],
        "text": list("abcdef"),
        "empty": [np.nan] * 6,
        "half": [1.0, 2.0, 3.0, 4.0, np.nan, np.nan],
        "minus": [-1.0, 1, 1, 1, 1, 1],
        "share": [0.5, 0.5, 0.5, 0.5, 1.5, 0.5],
        "code": ["1", "2", "3", "1", "2", "x"],
    }
)


@pytest.fixture
def table(tmp_path):
    return from_frame(FRAME, tmp_path)


def ask(table, treatment="t", outcome="y", types=None, **parts):
    return suitability(Question(treatment=treatment, outcome=outcome, **parts), types or {}, table)


def faults(found):
    return [problem.message for problem in found.problems]


def test_arms_are_counted_with_the_control_first(table):
    found = ask(table, control=1)
    assert found.arms == (("1", 2, 1), ("0", 2, 0), ("2", 2, 0))
    assert (found.control, found.problems) == ("1", ())


def test_nothing_chosen_yet_is_no_problem(table):
    found = ask(table, treatment="", outcome="")
    assert (found.arms, found.control, found.problems) == ((), None, ())


def test_without_an_outcome_nothing_is_missing(table):
    assert ask(table, outcome="").arms == (("0", 2, 0), ("1", 2, 0), ("2", 2, 0))


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"treatment": "one"}, 'The treatment "one" has the single value "1", so nothing can be compared.'),
        ({"treatment": "empty"}, 'The treatment "empty" is missing in every row.'),
        ({"treatment": "absent"}, 'The table has no column "absent".'),
        ({"treatment": "y"}, '"y" is both treatment and outcome.'),
        ({"control": 7}, '"7" is not a level of the treatment "t".'),
        ({"outcome": "one"}, 'The outcome "one" is 1 in every row that has one.'),
        ({"outcome": "empty"}, 'The outcome "empty" is missing in every row.'),
        ({"outcome": "half"}, 'No row with "t" = "2" has the outcome "half".'),
        ({"weights": "minus"}, 'Column "minus" holds 1 negative weight.'),
        ({"clusters": "nowhere"}, 'The table has no column "nowhere".'),
    ],
)
def test_each_fault_is_said_with_a_remedy(table, parts, message):
    found = ask(table, **parts)
    assert faults(found) == [message]
    assert found.problems[0].remedy


def test_a_text_outcome_is_said_by_its_first_value(table):
    (problem,) = ask(table, outcome="text").problems
    assert problem.message.startswith("The outcome must be a number.")
    assert '"text"' in problem.message


def test_too_many_levels_are_counted(tmp_path):
    frame = pd.DataFrame({"t": [f"level {i}" for i in range(30)], "y": range(30)})
    assert faults(ask(from_frame(frame, tmp_path))) == ['The treatment "t" has 30 different values.']


def test_a_number_with_many_values_is_a_dose(tmp_path):
    table = from_frame(pd.DataFrame({"t": range(101), "y": range(101)}), tmp_path)
    found = ask(table, control=20)
    assert (found.arms, found.control, found.problems) == ((), None, ())
    assert (found.doses.reference, found.doses.quartiles) == (20.0, (25.0, 50.0, 75.0))
    away = ask(table, control=500)
    assert '"500" is no dose of "t"' in faults(away)[0]
    assert away.doses.quartiles == (25.0, 50.0, 75.0)
    known = ask(table, control=20, propensity="t")
    assert "a dose has a density" in faults(known)[0]


def test_a_known_probability_above_one_is_refused(tmp_path):
    table = from_frame(FRAME.assign(t=[0, 1, 1, 0, 1, 0]), tmp_path)
    assert faults(ask(table, propensity="share")) == [
        'Column "share" holds 1 values that are no probability between 0 and 1.'
    ]


def test_a_column_of_codes_may_be_used_as_a_category_but_not_as_numbers(table):
    assert column_problem(table, "t", "category") is None
    problem = column_problem(table, "code", "number")
    assert problem.message == 'Column "code" holds "x" in row 6, which is not a number.'


def test_text_and_unknown_columns_are_left_alone(table):
    assert column_problem(table, "text", "text") is None
    assert column_problem(table, "absent", "number") is None


@pytest.mark.parametrize(
    ("levels", "control"),
    [(("0", "1"), "0"), (("a", "Control", "b"), "Control"), (("False", "True"), "False"), (("b", "c"), "b")],
)
def test_the_usual_control_is_found_by_its_name(levels, control):
    assert usual_control(levels) == control


@pytest.mark.parametrize(
    ("text", "kind", "level"),
    [
        ("0", "number", 0),
        ("0.5", "number", 0.5),
        ("True", "boolean", True),
        ("0", "category", "0"),
        ("x", "number", "x"),
    ],
)
def test_a_level_is_written_as_the_column_holds_it(text, kind, level):
    found = plain_level(text, kind)
    assert (found, type(found)) == (level, type(level))
