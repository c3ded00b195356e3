import dataclasses

import pytest

from causal_core.study.file import StudyFileError, parse, write

MINIMAL = """
[data]
path = "lalonde.csv"
[graph]
text = "treat -> re78"
[question]
treatment = "treat"
outcome = "re78"
"""

WHOLE = """
version = 1
seed = 7
[data]
path = "a.csv"
delimiter = ";"
row_is = "a customer"
[data.types]
region = "category"
[data.measured]
opens = "after"
[graph]
text = "x -> y"
[question]
treatment = "x"
outcome = "y"
control = "none"
target = "ATT"
adjust_for = []
[estimate]
methods = ["ipw"]
[refute]
simulations = 20
[uplift]
learners = ["t"]
[policy]
share = 1
benefit = 30
[policy.cost]
mail = 0.5
gift = "price"
"""


def problems(text):
    with pytest.raises(StudyFileError) as caught:
        parse(text)
    return [str(problem) for problem in caught.value.problems]


def test_only_three_tables_are_needed():
    study = parse(MINIMAL)
    assert (study.version, study.seed, study.question.control) == (1, 1, 0)
    assert study.estimate.methods[0] == "difference_in_means"


@pytest.mark.parametrize("text", [MINIMAL, WHOLE])
def test_what_is_written_reads_back_equal(text):
    study = parse(text)
    assert parse(write(study)) == study


def test_an_empty_adjustment_set_is_not_the_same_as_none():
    assert parse(WHOLE).question.adjust_for == ()
    assert parse(MINIMAL).question.adjust_for is None


def test_names_with_quotes_and_line_ends_survive():
    study = parse(MINIMAL)
    odd = dataclasses.replace(study.question, treatment='a "b"\n[c]', outcome="día 😀 <i>")
    again = parse(write(dataclasses.replace(study, question=odd)))
    assert again.question == odd


def test_a_newer_version_is_refused_in_words():
    assert problems("version = 2\n" + MINIMAL) == [
        "The study file has version 2; this dostudio reads up to version 1. "
        "Update dostudio, or save the study from the older one."
    ]


def test_every_fault_names_table_key_and_remedy():
    faulty = MINIMAL + '[policy]\nshare = 1.5\nlucky = true\n[extra]\nx = 1\n[uplift]\nlearners = "s"\n'
    assert problems(faulty) == [
        "[uplift] learners: has the value 's'. Input should be a valid array.",
        "[policy] share: has the value 1.5. Input should be less than or equal to 1.",
        "[policy] lucky: is not a key of this table. Remove it or correct its name.",
        "[extra]: unknown table or key. Remove it or correct its name.",
    ]


def test_missing_tables_and_keys():
    assert problems('[data]\npath = "a.csv"\n[question]\ntreatment = "t"\n') == [
        "[graph]: this table is missing. Add a [graph] table.",
        "[question] outcome: is missing. Add it.",
    ]


def test_text_that_is_no_toml():
    assert problems("a = ") == [
        "The study file is not valid TOML: Invalid value (at end of document). Correct that line."
    ]
