"""TikZ text, judged as TeX would: groups that close, and no style, colour or node that was not defined."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings

from causal_core import CausalGraph
from causal_core.graph import classics
from causal_core.graph.text_formats import write_text
from tests.graph.strategies import questions

PLAIN = {"draw", "right", "->", "font", "shift", "x", "y", ">", "every node", "bend left"}


def judge(text: str) -> None:
    """Every group closes, every name is defined before it is used, every statement ends."""
    body = re.sub(r"\\[\\{}%$#&_]", "", text)
    closing = {"}": "{", "]": "["}
    open_groups: list[str] = []
    for sign in body:
        if sign in "{[":
            open_groups.append(sign)
        elif sign in closing:
            assert open_groups.pop() == closing[sign]
    assert not open_groups
    assert "\n\n" not in text, "an empty line ends a paragraph"
    colours = set(re.findall(r"\\definecolor\{(\w+)\}\{HTML\}\{[0-9A-F]{6}\}", text))
    assert set(re.findall(r"(?:draw|fill)=(\w+)", text)) - {"white"} == colours
    styles = set(re.findall(r"^  ([a-z]+)/\.style=\{.*\},$", text, re.MULTILINE))
    used = {
        key.split("=")[0].strip()
        for options in re.findall(r"\\(?:node|draw)\[([^\]]*)\]", text)
        for key in options.split(",")
    }
    assert used - PLAIN <= styles
    nodes = set(re.findall(r"\\node\[[^\]]*\] \((n\d+)\) at \(-?[\d.]+, -?[\d.]+\) \{.*\};", text))
    ends = {
        end for pair in re.findall(r"\((n\d+)\) (?:--|to\[bend left\]) \((n\d+)\);", text) for end in pair
    }
    assert ends <= nodes
    inside = text[text.index(">=Stealth") :].splitlines()
    drawn = inside[inside.index("]") + 1 : -1]
    assert all(line.endswith((";", "cm]", "\\end{scope}")) for line in drawn)
    assert text.endswith("\\end{tikzpicture}\n")


@pytest.mark.parametrize("classic", classics.all(), ids=lambda classic: classic.key)
def test_classics_are_sound_tikz(classic: classics.Classic) -> None:
    judge(write_text(classic.graph, "tikz", classic.treatment, classic.outcome, classic.adjusted))


@settings(deadline=None, max_examples=40)
@given(questions(6))
def test_any_question_is_sound_tikz(question: tuple[CausalGraph, str, str]) -> None:
    judge(write_text(question[0], "tikz", question[1], question[2]))


def test_roles_and_marks_are_drawn_and_explained() -> None:
    graph = CausalGraph.from_text("dag { s [selected] r -> t -> y; c -> {t y}; y -> s; c <-> s }")
    text = write_text(graph.replace(randomised=["r"]), "tikz", "t", "y", ["c"])
    judge(text)
    for wanted in (
        r"  \node[treatment] (n2) at",
        r"  \node[confounder, adjusted] (n4) at",
        r"  \node[collider, selected] (n0) at",
        r"  \node[instrument, randomised] (n1) at",
        r"{\textbf{Z}\enspace r};",
        r"{adjusted for};",
        r"{selected by design};",
        r"{randomised};",
        r"{hidden common cause};",
        r"\definecolor{roletreatment}{HTML}{0072B2}",
        r"  \draw[hidden] (n4) to[bend left] (n0);",
    ):
        assert wanted in text


def test_names_are_text_in_latex() -> None:
    text = CausalGraph(nodes=["a_b & 50% <of> {x}^2 \\ ~"]).to_text("tikz")
    judge(text)
    assert r"{a\_b \& 50\% \textless{}of\textgreater{} \{x\}\textasciicircum 2 \textbackslash " in text


def test_an_empty_graph_is_an_empty_picture() -> None:
    judge(CausalGraph().to_text("tikz"))
