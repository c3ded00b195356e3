import pandas as pd

from causal_core.graph import CausalGraph
from causal_core.text import for_markdown


def tables(page):
    return " ".join(each.proto.body for each in page.get("html"))


def test_both_numbers_of_the_kidney_stones(open_demo, texts_of):
    page = open_demo("kidney_stones", "identify")
    assert not page.exception
    said, table = texts_of(page), tables(page)
    assert "treatment = open surgery" in table
    assert "0.78 (0.737 to 0.823)" in table
    assert "0.833 (0.794 to 0.871)" in table
    assert "−0.0457 (−0.105 to 0.0132)" in table
    assert "+0.0537 (−0.0125 to 0.12)" in table
    turned = "Seen, open surgery is below percutaneous; done, above it: weighing stone_size alike turns the"
    assert for_markdown(turned) in said
    assert for_markdown("700 rows in 2 strata.") in said
    assert for_markdown("its sign is not settled by these rows") in said
    assert any(r"\cancel{P(\text{treatment} \mid \text{stone\_size})}" in each.value for each in page.latex)


def test_columns_of_many_values_are_said(open_demo, texts_of):
    said = texts_of(open_demo("retention_observational", "identify"))
    assert for_markdown("engagement has 101 different values, too many for strata") in said
    assert for_markdown("engagement, support_calls, tenure") in said


def test_without_a_set_the_formula_stands_alone(open_demo, texts_of):
    page = open_demo("smoking_tar", "identify")
    assert "No numbers side by side" in texts_of(page)
    assert any(r"\mathrm{do}" in each.value for each in page.latex)


def test_what_cannot_be_written_is_said(open_demo, texts_of):
    said = texts_of(open_demo("encouragement", "identify"))
    assert for_markdown("what energy then is cannot be written with what is observed") in said


def test_columns_that_are_not_there_are_said(open_frame, texts_of):
    frame = pd.DataFrame({"t": [0, 1] * 20, "z": [0, 0, 1, 1] * 10})
    graph = CausalGraph(edges=[("z", "t"), ("z", "y"), ("t", "y")])
    page = open_frame(frame, "identify", graph=graph, question={"treatment": "t", "outcome": "y"})
    assert not page.exception
    assert "No numbers: y not in the table." in texts_of(page)


def test_clusters_and_rows_that_lack_something(open_frame, texts_of):
    frame = pd.DataFrame(
        {
            "t": [0, 1, 0, 1] * 10 + [0, 0],
            "z": [0, 0, 1, 1] * 10 + [2, None],
            "y": [1.0, 2.0, 3.0, 5.0] * 10 + [9.0, 9.0],
            "k": list(range(21)) * 2,
        }
    )
    graph = CausalGraph(edges=[("z", "t"), ("z", "y"), ("t", "y")])
    question = {"treatment": "t", "outcome": "y", "clusters": "k", "unit": "kg"}
    page = open_frame(frame, "identify", graph=graph, question=question)
    said = texts_of(page)
    assert for_markdown("41 rows in 3 strata; 1 left out that lack a value.") in said
    assert for_markdown("“Done” leaves out 1 of them") in said
    assert ", in kg" in said
