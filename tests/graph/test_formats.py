from __future__ import annotations

from contextlib import suppress
from time import process_time

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from causal_core import CausalGraph
from causal_core.graph import read_text, write_text
from causal_core.graph.notes import NoteKey
from causal_core.problem import GraphError
from tests.graph.strategies import graphs

LOSSLESS = ["dagitty", "dot", "gml", "json"]
ODD_NAMES = [
    "blood pressure",
    'the "real" one',
    "back\\slash",
    "ends in \\",
    '\\"',
    "<b onclick='x'>bold</b> &amp;",
    "\N{GRINNING FACE}\N{ZERO WIDTH JOINER}",
    "node",
    "Digraph",
    "1",
    "a->b",
    "two\nlines",
    "été",
    "# no comment",
    "x ~ y; z",
    "[latent]",
    "{a}",
    "\x01\x85",
    " space ",
]
NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12).filter(str.strip)


def _renamed(place: NoteKey, new: dict[str, str]) -> NoteKey:
    if isinstance(place, str):
        return new[place]
    return frozenset(map(new.get, place)) if isinstance(place, frozenset) else (new[place[0]], new[place[1]])


@st.composite
def dressed(draw: st.DrawFn) -> tuple[CausalGraph, list[str], list[str], list[str]]:
    """A random graph with odd names, some positions, and roles."""
    graph = draw(graphs(5))
    names = draw(st.lists(NAMES | st.sampled_from(ODD_NAMES), min_size=8, max_size=8, unique=True))
    new = dict(zip("abcdefgh", names, strict=True))
    numbers = st.floats(-1e6, 1e6)
    caused = {end for _, end in graph.edges} | {end for pair in graph.bidirected for end in pair}
    free = [node for node in graph.nodes if node not in caused | graph.latent]
    places = [*graph.nodes, *graph.edges, *map(frozenset, graph.bidirected)]
    said = [place for place in places if draw(st.integers(0, 3)) == 0]
    renamed = CausalGraph(
        edges=[(new[a], new[b]) for a, b in graph.edges],
        bidirected=[(new[a], new[b]) for a, b in graph.bidirected],
        latent=[new[node] for node in graph.latent],
        nodes=[new[node] for node in graph.nodes],
        selected=[new[node] for node in graph.selected],
        positions={new[node]: (draw(numbers), draw(numbers)) for node in graph.nodes if draw(st.booleans())},
        randomised=[new[node] for node in free if draw(st.booleans())],
        notes={_renamed(place, new): draw(NAMES | st.sampled_from(ODD_NAMES)) for place in said},
    )
    parts = [draw(st.lists(st.sampled_from(renamed.nodes), unique=True, max_size=2)) for _ in range(3)]
    return renamed, *parts


@pytest.mark.parametrize("name", LOSSLESS)
@given(case=dressed())
def test_a_lossless_format_gives_everything_back(
    name: str, case: tuple[CausalGraph, list[str], list[str], list[str]]
) -> None:
    graph, treatments, outcomes, adjusted = case
    read = read_text(write_text(graph, name, treatments, outcomes, adjusted))
    assert read.graph == graph
    assert (read.graph.nodes, read.graph.edges) == (graph.nodes, graph.edges)
    assert read.format == name
    assert set(read.treatments) == set(treatments)
    assert set(read.outcomes) == set(outcomes)
    assert set(read.adjusted) == set(adjusted)


@given(dressed())
def test_lavaan_gives_edges_and_latents_back(
    case: tuple[CausalGraph, list[str], list[str], list[str]],
) -> None:
    graph = case[0]
    read = read_text(write_text(graph, "lavaan"))
    assert read.format == "lavaan"
    assert read.graph == graph.replace(positions={}, selected=(), randomised=(), notes={})


def test_a_lavaan_name_that_is_a_sign_ends_its_line() -> None:
    graph = CausalGraph(latent=["+", "u"])
    assert read_text(write_text(graph, "lavaan")).graph == graph


@given(dressed())
def test_gml_is_what_networkx_reads(case: tuple[CausalGraph, list[str], list[str], list[str]]) -> None:
    graph = case[0].replace(bidirected=())
    directed = nx.parse_gml(write_text(graph, "gml").splitlines())
    assert directed.number_of_nodes() == len(graph.nodes)
    assert directed.number_of_edges() == len(graph.edges)


@given(st.text(max_size=60) | st.text('dagrph{}[]";,-><=~ \n\\xy', max_size=60))
def test_any_text_is_a_graph_or_a_graph_error(text: str) -> None:
    with suppress(GraphError):
        graph = read_text(text).graph
        assert CausalGraph.from_text(graph.to_text("dagitty")) == graph


X_TO_Y = CausalGraph(edges=[("x", "y")])


@pytest.mark.parametrize(
    ("text", "name", "graph"),
    [
        ("x -> y; z -> y", "edges", CausalGraph(edges=[("x", "y"), ("z", "y")])),
        ("x->y,z->y\n# done\nlone", "edges", CausalGraph(edges=[("x", "y"), ("z", "y")], nodes=["lone"])),
        ("blood pressure → stroke", "edges", CausalGraph(edges=[("blood pressure", "stroke")])),
        ('"a, b" --> c <- d', "edges", CausalGraph(edges=[("a, b", "c"), ("d", "c")])),
        ("x-ray -> y", "edges", CausalGraph(edges=[("x-ray", "y")])),
        ("x <-> y", "edges", CausalGraph(nodes=["x", "y"], bidirected=[("x", "y")])),
        ("dag{x->y}", "dagitty", X_TO_Y),
        ("\ufeff// a comment\ndag G {\n/* so */ x -> y # end\n}", "dagitty", X_TO_Y),
        ("g <- dagitty('dag { x -> y }')", "dagitty", X_TO_Y),
        ("dag { x -> {y z} <- w }", "dagitty", CausalGraph([("x", "y"), ("x", "z"), ("w", "y"), ("w", "z")])),
        (
            'dag { bb="0,0,1,1" u [latent, pos="-1,2.5"] u -> x -> y <-> z }',
            "dagitty",
            CausalGraph([("u", "x"), ("x", "y")], [("y", "z")], ["u"], ["z"], positions={"u": (-1.0, 2.5)}),
        ),
        ('strict digraph "my graph" { x -> y; x -> y }', "dot", X_TO_Y),
        ("DIGRAPH my_graph { rankdir=LR; node [shape=box]; x:e -> y:w [color=red]; }", "dot", X_TO_Y),
        ("digraph { edge [dir=back]; y -> x }", "dot", X_TO_Y),
        ("digraph { subgraph cluster_a { x } -> { y } }", "dot", X_TO_Y),
        ("digraph { <x<sub>1</sub>> -> y }", "dot", CausalGraph(edges=[("x<sub>1</sub>", "y")])),
        ('digraph { "a" + "b" -> y }', "dot", CausalGraph(edges=[("ab", "y")])),
        ("digraph { x -> y [dir=both] }", "dot", CausalGraph(nodes=["x", "y"], bidirected=[("x", "y")])),
        ('digraph { u [observed="no"]; u -> y }', "dot", CausalGraph(edges=[("u", "y")], latent="u")),
        (
            'graph[directed 1 node[id "x" label "x"] node[id "y" label "y"] edge[source "x" target "y"]]',
            "gml",
            X_TO_Y,
        ),
        (
            'Creator "us"\nVersion 1\ngraph [ directed 1 node [ id 7 label "x &#228;&amp;" ] ]',
            "gml",
            CausalGraph(nodes=["x ä&"]),
        ),
        ('{"nodes": ["x", "y"], "edges": [["x", "y"]]}', "json", X_TO_Y),
        (
            '{"directed": true, "nodes": [{"id": "x"}], "links": [{"source": "x", "target": "y"}]}',
            "json",
            X_TO_Y,
        ),
        ("y ~ x", "lavaan", X_TO_Y),
        (
            "# model\ny ~ a*x +\n  start(0.5)*z + 1; x ~~ z + 0*y\nx ~~ x\nu =~ x\nie := a*b",
            "lavaan",
            CausalGraph([("x", "y"), ("z", "y"), ("u", "x")], [("x", "z")], ["u"]),
        ),
    ],
)
def test_formats_in_the_wild_are_recognised(text: str, name: str, graph: CausalGraph) -> None:
    read = read_text(text)
    assert read.format == name
    assert read.graph == graph
    assert CausalGraph.from_text(text) == graph


def test_the_older_text_of_dagitty_is_read() -> None:
    read = read_text(
        "E E @-2.2,1.5\nD O @1.4,1.5\nA 1 @-2.2,-1.5\nblood%20pressure A @1,0\nU U\n\n"
        "E D\nA E blood%20pressure @0.5,1\nblood pressure D\nU E D\nD U\n"
    )
    assert read.format == "dagitty"
    assert (read.treatments, read.outcomes, read.adjusted) == (("E",), ("D",), ("blood pressure",))
    assert read.graph == CausalGraph(
        edges=[("E", "D"), ("A", "E"), ("A", "blood pressure"), ("blood pressure", "D"), ("U", "E")],
        bidirected=[("U", "D")],
        latent=["U"],
        positions={"E": (-2.2, 1.5), "D": (1.4, 1.5), "A": (-2.2, -1.5), "blood pressure": (1, 0)},
    )
    assert read_text("x E\r\ny O\r\n\r\nx y\r\n").graph == CausalGraph([("x", "y")])


def test_roles_are_read_in_the_spellings_dagitty_knows() -> None:
    read = read_text("dag { t [exposure] y [o] a [adjusted] s [selected] t -> y -> s; a -> t }")
    assert (read.treatments, read.outcomes, read.adjusted) == (("t",), ("y",), ("a",))
    assert read.graph.selected == {"s"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "The text is empty"),
        ("  # nothing\n", "The text is empty"),
        ("hello", "No graph format is recognised: the text starts with “hello”."),
        ("dag {\n x -> y", "Line 1: this '{' is never closed."),
        ("dag {\n x -> \n}", "Line 3: expected a name or '{' but found '}'."),
        ("dag { x -> y } z", "Line 1: expected nothing after the closing brace but found 'z'."),
        ('dag {\n"x -> y }', "Line 2: a quote is never closed."),
        ("dag { x [latent }", "Line 1: expected a value but found '}'."),
        ("dag { /* x }", "Line 1: a comment is never closed."),
        ("dag { x-y -> z }", "Line 1: unexpected '-'."),
        ("dag { x -- y }", "“--” between x and y does not say which is the cause."),
        ('dag { x [pos="1"] }', "the position of x is not two numbers."),
        ("dag { x -> y -> x }", "a cycle: x -> y -> x."),
        ("dag { x -> y x -> y }", "The arrow x -> y is given twice."),
        ("mag { x -> y }", "maximal ancestral graph"),
        ("x E @0.1,0.2\ny O @0.3,0.4\n\nx z", "Line 4: z is not among the variables above."),
        ("x E @0.1\n\n", "No graph format is recognised: the text starts with “x E @0.1”."),
        ("x E\ny O @1,-\n\nx y", "Line 2: the position of y is not two numbers."),
        ("graph { x -- y }", "This DOT graph is undirected"),
        ("digraph { x -- y }", "does not say which is the cause"),
        ("digraph { x -> y [dir=none] }", "does not say which is the cause"),
        ("digraph { <x y }", "'<' is never closed"),
        ('graph [ node [ id 0 label "x" ] ]', "This GML graph is undirected"),
        ("graph [ directed 1", "the text ends before its last ']'."),
        ("graph [ directed 1 edge [ source 0 target 1 ] ]", "the source '0', which is no node."),
        ("graph [ directed 1 ] ]", "expected a key but found ']'."),
        ('{"nodes": ["x",}', "Line 1: this is not JSON"),
        ("[1]", "This JSON is not an object"),
        ('{"nodes": [null]}', "null is not a node's name."),
        ('{"edges": ["x"]}', 'In edges: "x" is not a pair of names.'),
        ('{"directed": false, "nodes": []}', "This JSON graph is undirected"),
        ('{"nodes": ["x"], "positions": {"x": [1e999, 0]}}', "The position of x is not two finite"),
        ("y ~ x z", "Line 1: expected a variable but found 'x z'."),
        ("y ~ x\nlonely", "Line 2: expected one of ~, ~~ or =~ but found 'lonely'."),
        ("y ~ x:z", "x : z is a product of variables."),
        ("x ->", "Line 1: expected names joined by arrows but found 'x ->'."),
        ("x -> y, z", "Line 1: 'x -> y , z' leaves open which nodes the arrow joins."),
        ("x -> y\nx -- z", "Line 2: “--” between x and z does not say which is the cause."),
        ("graph LR\n x --> y", "This looks like Mermaid"),
    ],
)
def test_bad_text_is_refused_with_the_line_and_what_was_found(text: str, message: str) -> None:
    with pytest.raises(GraphError) as caught:
        read_text(text)
    assert message in str(caught.value)
    assert caught.value.remedy


@pytest.mark.parametrize(
    "text",
    [
        "dag " + "{" * 300_000,
        "dag { " + "x [" * 200_000,
        "digraph { " + "<" * 300_000,
        "graph [" * 100_000,
        "[" * 300_000,
        '{"a":' * 100_000,
        "y ~ " + "(" * 300_000,
        "dag { " + "/*" * 300_000,
        "dag { {"
        + " ".join(f"a{i}" for i in range(3000))
        + "} -> {"
        + " ".join(f"b{i}" for i in range(3000))
        + "} }",
        " ".join(f"a{i} -> a{i + 1};" for i in range(60_000)),
        '"' + "\\" * 500_001,
        "x -> " + "y" * 1_000_000 + " <- " + "z" * 10,
        "- " * 300_000,
    ],
    ids=range(13),
)
def test_large_and_broken_texts_do_not_hang(text: str) -> None:
    start = process_time()
    with suppress(GraphError):
        read_text(text)
    assert process_time() - start < 5


def test_dagitty_text_is_short_and_exact() -> None:
    graph = CausalGraph([("x", "y")], [("x", "y")], ["u"], ["my z"], ["my z"], {"x": (0, 1.5)})
    assert graph.to_text("dagitty", treatment="x", outcome="y") == (
        'dag {\n"my z" [selected]\nx [exposure,pos="0.0,1.5"]\ny [outcome]\nu [latent]\nx -> y\nx <-> y\n}\n'
    )


def test_drawings_hold_every_node_escaped() -> None:
    graph = CausalGraph([("a_b", '<i>"c"</i>')], [("a_b", '<i>"c"</i>')], positions={"a_b": (0, 0)})
    mermaid = graph.to_text("mermaid", "a_b")
    assert 'n1(["#60;i#62;#34;c#34;#60;#47;i#62;"])' in mermaid
    assert "n0 --> n1" in mermaid
    assert "n0 <-.-> n1" in mermaid
    assert "class n0 treatment" in mermaid
    tikz = graph.to_text("tikz", outcome="a_b")
    assert "\\node[outcome] (n0) at (0.0000, -0.0000) {\\textbf{Y}\\enspace a\\_b};" in tikz
    assert "\\draw[hidden] (n0) to[bend left] (n1);" in tikz


def test_unknown_formats_and_names_are_refused() -> None:
    with pytest.raises(GraphError, match="There is no graph format 'svg'"):
        X_TO_Y.to_text("svg")
    with pytest.raises(GraphError, match="q is not a node"):
        X_TO_Y.to_text("dagitty", treatment="q")
