from __future__ import annotations

import re
from itertools import combinations
from math import hypot
from time import process_time
from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from causal_core import CausalGraph
from causal_core.charts.colours import BLUE
from causal_core.graph.roles import roles
from causal_core.graph.svg import to_svg
from causal_core.graph.svg_lines import RADIUS

SPACE = "{http://www.w3.org/2000/svg}"


def test_roles_show_as_colour_letter_and_legend() -> None:
    graph = CausalGraph.from_text("dag { u [latent] s [selected] t -> y; c -> {t y}; u -> y -> s; t <-> y }")
    root = ET.fromstring(to_svg(graph, roles(graph, "t", "y"), adjusted=["c"]))  # noqa: S314 - our own text
    texts = [text.text for text in root.iter(f"{SPACE}text") if text.text]
    assert texts == [
        *("U", "u", "s", "T", "t", "Y", "y", "C", "c"),
        *("T", "treatment", "Y", "outcome", "C", "confounder", "U", "latent"),
        *("hidden common cause", "adjusted for", "selected"),
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


def test_two_hundred_dense_nodes_are_quick() -> None:
    names = [f"v{i:03}" for i in range(200)]
    start = process_time()
    text = to_svg(CausalGraph(edges=combinations(names, 2)))
    assert process_time() - start < 5
    assert text.count("<polygon") == 19_900


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
