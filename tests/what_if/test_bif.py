"""BIF: whatever is written is read again, and what other programs write is read as they mean it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from causal_core.problem import Problem
from causal_core.what_if.bif import Node, read_bif, write_bif

NAMES = st.text(st.characters(exclude_categories=["Cs"]), max_size=8) | st.sampled_from(
    [
        "a/b",
        "< 5",
        "//",
        "/* x */",
        'a "b"',
        "a\\",
        '\\"',
        "{",
        "table",
        "network",
        "variable x",
        "(yes)",
        ",",
        ";",
        " ",
    ]
)


@st.composite
def nets(draw):
    names = draw(st.lists(NAMES, min_size=1, max_size=3, unique=True))
    random = np.random.default_rng(draw(st.integers(0, 99)))
    nodes = []
    for place, name in enumerate(names):
        levels = tuple(draw(st.lists(NAMES, min_size=1, max_size=3, unique=True)))
        parents = tuple(reversed(names[:place]))
        above = [len(node.levels) for node in reversed(nodes)]
        nodes.append(Node(name, levels, parents, random.dirichlet(np.ones(len(levels)), above)))
    return tuple(nodes)


@settings(deadline=None, max_examples=40, derandomize=True)
@given(nets())
def test_what_is_written_is_read_again(nodes):
    again = read_bif(write_bif(nodes, nodes[0].name))
    for first, second in zip(nodes, again, strict=True):
        assert (first.name, first.levels, first.parents) == (second.name, second.levels, second.parents)
        np.testing.assert_allclose(first.table, second.table, atol=1e-15)


COMMENTED = """// by "somebody"
network "n" { property version 1; property "author: {me}"; }
variable x { // the first
  type discrete [ 2 ] { yes, no }; property "position = (1, 2)";
}
variable http://y { type discrete[3] {a//b,"c, d",e}; }
/* block { of
   comments } */
probability ( x ) { property "p"; table 0.3 , 0.7 ; }
probability(http://y|x){
  default 0.1, 0.2, 0.7;
  (yes) 0.5 0.25 0.25; // a row
}
"""


def test_comments_properties_defaults_and_rows_without_commas():
    x, y = read_bif(COMMENTED)
    assert (y.name, y.levels, y.parents) == ("http://y", ("a//b", "c, d", "e"), ("x",))
    np.testing.assert_allclose(x.table, [0.3, 0.7])
    np.testing.assert_allclose(y.table, [[0.5, 0.25, 0.25], [0.1, 0.2, 0.7]])


FLAT = """network n { }
variable x { type discrete [ 2 ] { a, b }; }
variable y { type discrete [ 3 ] { u, v, w }; }
variable z { type discrete [ 2 ] { c, d }; }
probability ( x ) { table 0.3, 0.7; }
probability ( y ) { table 0.2, 0.3, 0.5; }
probability ( z | x, y ) { table 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4; }
"""


def test_a_flat_table_with_parents_is_read_as_pyagrum_reads_it(tmp_path):
    import pyagrum

    file = tmp_path / "n.bif"
    file.write_text(FLAT)
    network = pyagrum.loadBN(str(file))
    theirs = network.cpt("z")
    ours = read_bif(FLAT)[2]
    for x, y in np.ndindex(2, 3):
        assert ours.table[x, y].tolist() == pytest.approx(theirs[{"x": x, "y": y}].tolist())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "variable x { type discrete [2] { a, b }; } variable x { type discrete [1] { a }; }",
            "declared twice",
        ),
        (
            "variable x { type discrete [2] { a, b }; } probability ( x ) { table 0.5 0.5; } "
            "probability ( x ) { table 0.5 0.5; }",
            "x has two tables",
        ),
        (
            "variable x { type discrete [2] { a, b }; } probability ( x | x ) { default 0.5 0.5; }",
            "or itself",
        ),
        (
            "variable x { type discrete [2] { a, b }; } variable y { type discrete [2] { c, d }; } "
            "probability ( x ) { table 0.5 0.5; } probability ( y | x ) { (c) 0.5 0.5; (b) 0.1 0.9; }",
            "table of y names other levels: (c)",
        ),
        ("variable x { type discrete [2] { a, b }; } probability ( x ) { table half, half; }", "no number"),
        ("variable x { type discrete [2] { a, b }; } probability ( x ) { table nan, 1; }", "incomplete"),
    ],
)
def test_mistakes_in_a_file_are_named(text, said):
    with pytest.raises(Problem) as caught:
        read_bif(text)
    assert said in str(caught.value)


def test_a_table_too_large_is_refused_before_it_is_made():
    many = ", ".join(f"l{number}" for number in range(300))
    text = "".join(f"variable v{n} {{ type discrete [300] {{ {many} }}; }} " for n in range(4))
    text += "probability ( v0 | v1, v2, v3 ) { default 1; }"
    with pytest.raises(Problem, match="would have 8,100,000,000 cells"):
        read_bif(text)
