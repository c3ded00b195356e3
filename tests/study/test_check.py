import pytest

from causal_core.study.check import check_file

STUDY = """
[data]
path = "data.csv"
[graph]
text = "z -> t; z -> y; t -> y"
[question]
treatment = "t"
outcome = "y"
"""


def said(path):
    problems, _ = check_file(path)
    return [str(problem) for problem in problems]


def test_a_sound_study_has_no_problems(write_study):
    assert check_file(write_study(STUDY)) == ((), ())


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (
            ('treatment = "t"', 'treatment = "T"'),
            "[question] treatment: T is not in the graph. Did you mean t?",
        ),
        (
            ("z -> t; z -> y", "w -> t; w -> y"),
            "[graph]: w is not a column of the table. There are: t, y, z. Or declare it latent.",
        ),
        (
            ('path = "data.csv"', 'path = "date.csv"'),
            "[data] path: there is no file date.csv. Correct the path.",
        ),
        (
            ('path = "data.csv"', 'path = "data.csv"\nsha256 = "00"'),
            "[data] sha256: data.csv is not the file this study was made with. "
            "Use the original file, or remove sha256 to accept this one.",
        ),
        (
            ("[question]", '[uplift]\nlearners = ["tt"]\n[question]'),
            "[uplift] learners: tt is not known. Did you mean t?",
        ),
        (
            ("[question]", '[uplift]\nlearners = ["s", "t"]\n[policy]\nlearner = "dr"\n[question]'),
            "[policy] learner: dr is not among the learners. There are: s, t.",
        ),
        (
            ("t -> y", "t -> y; y -> t"),
            "[graph]: These arrows form a cycle: t → y → t. Remove or turn round one of them: "
            "a cause cannot be its own effect.",
        ),
    ],
)
def test_each_problem_names_table_key_and_remedy(write_study, change, problem):
    found = said(write_study(STUDY.replace(*change)))
    assert problem in [line.replace("->", "→") for line in found], found


def test_a_constant_treatment_is_named(write_study):
    found = said(write_study(STUDY, "t,y,z\n1,2,a\n1,3,b\n"))
    assert found == [
        "[question] treatment: t has the same value in every row. An effect needs at least two levels."
    ]


def test_an_empty_data_file(write_study):
    (only,) = said(write_study(STUDY, ""))
    assert "empty" in only


def test_roles_in_the_graph_that_differ_are_remarked_and_the_question_wins(write_study):
    text = STUDY.replace('"z -> t; z -> y; t -> y"', '"dag { z [exposure] z -> t z -> y t -> y }"')
    problems, remarks = check_file(write_study(text))
    assert problems == ()
    assert remarks == ("The graph's text names z as treatment; the study asks about t, which wins.",)


@pytest.mark.parametrize(
    ("question", "data", "problem"),
    [
        (
            "",
            "t,y,z\n" + "0,3,a\n1,3,b\n" * 5,
            '[question] outcome: The outcome "y" is 3 in every row that has one. '
            "Choose an outcome that differs between rows.",
        ),
        (
            'weights = "w"',
            "t,y,z,w\n0,1,a,1\n1,2,b,-1\n0,2,a,1\n1,3,b,1\n",
            '[question] weights: Column "w" holds 1 negative weight. A weight says how many people a row '
            "stands for: correct them, or choose another column.",
        ),
        (
            "control = 7",
            "t,y,z\n0,1,a\n1,2,b\n0,2,a\n1,3,b\n",
            '[question] treatment: "7" is not a level of the treatment "t". Choose the control level.',
        ),
        (
            "",
            "t,y,z\n" + "".join(f"{i % 2},{i},id{i}\n" for i in range(60)),
            'Column "z" holds 60 different values, too many for a category (at most 50). Leave it out, or '
            "group its values into fewer levels in the data. If every value matters, set its type to "
            '"category".',
        ),
    ],
)
def test_values_that_no_method_can_use_are_named(write_study, question, data, problem):
    assert said(write_study(STUDY + question, data)) == [problem]


def test_a_column_that_tells_nobody_apart_may_not_be_asked_for(write_study):
    text = STUDY.replace("t -> y", "t -> y; f -> y", 1).replace(
        "[question]", '[uplift]\nfeatures = ["f"]\n[question]'
    )
    data = "t,y,z,f\n" + "0,1,a,5\n1,2,b,5\n0,2,a,5\n1,3,b,5\n"
    assert said(write_study(text, data)) == [
        "[uplift] features: The column f cannot say who will respond: it has the same value in every row. "
        "Take it out of the columns that learners use."
    ]
    assert said(write_study(text.replace('features = ["f"]', ""), data)) == []
