from __future__ import annotations

import re
from itertools import combinations
from math import hypot
from xml.etree import ElementTree as ET

from hypothesis import given, settings
from hypothesis import strategies as st

from causal_core import CausalGraph
from causal_core.charts.colours import BLUE, GREEN, VERMILLION
from causal_core.graph.roles import roles
from causal_core.graph.svg import to_svg
from causal_core.graph.svg_lines import INK, RADIUS
from tests.graph.strategies import questions

SPACE = "{http://www.w3.org/2000/svg}"


def test_roles_show_as_colour_letter_and_legend() -> None:
    graph = CausalGraph.from_text("dag { u [latent] s [selected] t -> y; c -> {t y}; u -> y -> s; t <-> y }")
    root = ET.fromstring(to_svg(graph, roles(graph, "t", "y"), adjusted=["c"]))  # noqa: S314 - our own text
    texts = [text.text for text in root.iter(f"{SPACE}text") if text.text]
    assert texts == [
        *("U", "u", "s", "T", "t", "Y", "y", "C", "c"),
        *("T", "treatment", "Y", "outcome", "C", "confounder", "U", "latent"),
        *("hidden common cause", "adjusted for", "selected by design"),
    ]
    fills = {
        group.findtext(f"{SPACE}title"): circle.get("fill")
        for group in root.iter(f"{SPACE}g")
        for circle in group.findall(f"{SPACE}circle")
        if group.findtext(f"{SPACE}title")
    }
    assert fills["t (treatment)"] == BLUE
    assert fills["u (latent)"] == "#ffffff"


def test_arrows_end_at_the_border_of_their_node() -> None:
    graph = CausalGraph(edges=[("x", "y")], positions={"x": (0, 0), "y": (2, 1)})
    root = ET.fromstring(to_svg(graph))  # noqa: S314 - our own text
    (head,) = root.iter(f"{SPACE}polygon")
    tip = [float(value) for value in str(head.get("points")).split()[0].split(",")]
    circle = list(root.iter(f"{SPACE}circle"))[1]
    gap = hypot(tip[0] - float(str(circle.get("cx"))), tip[1] - float(str(circle.get("cy")))) - RADIUS
    assert 2 < gap < 4


def test_a_line_bows_round_a_node_in_its_way() -> None:
    places = {"x": (0.0, 0.0), "m": (1.0, 0.0), "y": (2.0, 0.0)}
    graph = CausalGraph(edges=[("x", "y")], nodes=["m"], positions=places)
    assert re.search(r'd="M[\d. ]+Q', to_svg(graph))
    assert not re.search(r'd="M[\d. ]+Q', to_svg(graph.with_positions(places | {"m": (1.0, 1.0)})))


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(str.strip))
def test_any_name_makes_a_picture_without_markup(name: str) -> None:
    text = to_svg(CausalGraph(nodes=[name]), title=name)
    root = ET.fromstring(text)  # noqa: S314 - our own text
    assert {element.tag for element in root.iter()} == {
        f"{SPACE}{tag}" for tag in ("svg", "title", "rect", "g", "circle", "text")
    }


def test_two_hundred_dense_nodes_are_drawn() -> None:
    names = [f"v{i:03}" for i in range(200)]
    assert to_svg(CausalGraph(edges=combinations(names, 2))).count("<polygon") == 19_900


def test_marks_and_highlighted_edges_are_drawn_and_explained() -> None:
    graph = CausalGraph.from_text("dag { t -> m -> y; c -> {m y}; k -> y; k <-> y }")
    graph = graph.replace(randomised=["t"])
    text = to_svg(
        graph,
        roles(graph, "t", "y"),
        adjusted=["c"],
        highlight={("t", "m"): "causal", ("m", "y"): "causal", frozenset(("y", "k")): "open"},
    )
    root = ET.fromstring(text)  # noqa: S314 - our own text
    titles = [group.findtext(f"{SPACE}title") for group in root.iter(f"{SPACE}g")]
    assert titles[:5] == [
        "t (treatment, randomised)",
        "m (mediator)",
        "y (outcome)",
        "c (cause of the outcome, adjusted for)",
        "k (cause of the outcome)",
    ]
    words = [text.text for text in root.iter(f"{SPACE}text")]
    assert words[-6:] == [
        *("hidden common cause", "adjusted for", "R", "randomised"),
        *("on a causal path", "on an open path"),
    ]
    strokes = [path.get("stroke") for path in root.findall(f"{SPACE}path")]
    assert strokes == [GREEN, GREEN, INK, INK, INK, VERMILLION]
    assert "randomised<" not in to_svg(graph, legend_below=False)


@settings(deadline=None, max_examples=40)
@given(questions(7))
def test_nothing_is_cut_off(question: tuple[CausalGraph, str, str]) -> None:
    graph, x, y = question
    root = ET.fromstring(to_svg(graph, roles(graph, x, y)))  # noqa: S314 - our own text
    left, top, width, height = (float(value) for value in str(root.get("viewBox")).split())
    for path in root.findall(f"{SPACE}path"):
        # Halfway along a quadratic curve; an arrow that does not bow has no control point.
        points = [float(value) for value in re.findall(r"-?[\d.]+", str(path.get("d")))]
        if len(points) == 6:
            (ax, ay), (bx, by), (cx, cy) = zip(points[::2], points[1::2], strict=True)
            assert left <= (ax + 2 * bx + cx) / 4 <= left + width
            assert top <= (ay + 2 * by + cy) / 4 <= top + height
    for circle in root.iter(f"{SPACE}circle"):
        if circle.get("cx") not in {None, "0.0"}:
            assert left <= float(str(circle.get("cx"))) - RADIUS
            assert float(str(circle.get("cx"))) + RADIUS <= left + width


def test_long_names_are_shortened_and_kept_in_the_tooltip() -> None:
    text = to_svg(CausalGraph(nodes=["n" * 80]))
    assert f">{'n' * 25}…<" in text
    assert f"<title>{'n' * 80} (other)</title>" in text


def test_the_picture_asks_nothing_from_outside() -> None:
    graph = CausalGraph(edges=[("x", "y")], bidirected=[("x", "y")])
    text = to_svg(graph).replace("http://www.w3.org/2000/svg", "")
    assert "http" not in text
    assert "<script" not in text
    assert "stroke-dasharray" in text
    assert to_svg(CausalGraph()).startswith("<svg")


def test_a_name_keeps_out_of_the_lines_of_its_node() -> None:
    """A cause above its effects wears its name above, a cause below them leaves theirs above."""

    def heights(y: float) -> dict[str, float]:
        positions = {"cause": (0.5, y), "left": (0.0, 0.0), "right": (1.0, 0.0)}
        graph = CausalGraph([("cause", "left"), ("cause", "right"), ("left", "right")], positions=positions)
        svg = to_svg(graph, legend_below=False)
        discs = [float(each) for each in re.findall(r'<circle cx="[\d.]+" cy="([\d.]+)"', svg)]
        names = {name: float(at) for at, name in re.findall(r' y="([\d.]+)"[^>]*>(cause|left|right)<', svg)}
        assert min(names.values()) > 13
        return {name: names[name] - disc for name, disc in zip(graph.nodes, discs, strict=True)}

    assert {name: gap > 0 for name, gap in heights(-1.0).items()} == {
        "cause": False,
        "left": True,
        "right": True,
    }
    assert {name: gap > 0 for name, gap in heights(1.0).items()} == {
        "cause": True,
        "left": False,
        "right": False,
    }
