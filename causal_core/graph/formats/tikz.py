"""TikZ pictures, for papers in LaTeX."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import count

from causal_core.charts.colours import ROLE_COLOURS, ROLE_LETTERS, ROLE_WORDS
from causal_core.graph.causal_graph import CausalGraph
from causal_core.graph.layout import placed
from causal_core.graph.roles import roles
from causal_core.problem import GraphError
from causal_core.text import for_latex

PER_ROW = 4
_MARKS = {"adjusted": "adjusted for", "selected": "selected by design", "randomised": "randomised"}
_BADGES = {"adjusted": "A", "randomised": "R"}


def _label(name: str) -> str:
    """The name in LaTeX's text mode."""
    inner = for_latex(" ".join(name.split())).removeprefix("\\text{").removesuffix("}")
    return inner.replace("<", "\\textless{}").replace(">", "\\textgreater{}")


def write(
    graph: CausalGraph,
    treatments: Collection[str] = (),
    outcomes: Collection[str] = (),
    adjusted: Collection[str] = (),
) -> str:
    r"""The graph as a `tikzpicture` with a legend; one unit is 2.5 cm.

    It needs `\usepackage{tikz}` and `\usetikzlibrary{arrows.meta}`.
    """
    role = _roles(graph, treatments, outcomes)
    places = placed(graph, treatments, outcomes)
    number = {node: f"n{place}" for place, node in enumerate(graph.nodes)}
    marked = {"adjusted": set(adjusted), "selected": graph.selected, "randomised": graph.randomised}
    present = [name for name in ROLE_COLOURS if name in set(role.values())]
    lines = _preamble(present)
    for node in graph.nodes:
        x, y = places[node]
        marks = [mark for mark, nodes in marked.items() if node in nodes]
        letter = ROLE_LETTERS[role[node]]
        text = f"\\textbf{{{letter}}}\\enspace {_label(node)}" if letter else _label(node)
        style = ", ".join([role[node], *marks])
        lines.append(f"  \\node[{style}] ({number[node]}) at ({x:.4f}, {-y:.4f}) {{{text}}};")
    lines += [f"  \\draw[->] ({number[cause]}) -- ({number[effect]});" for cause, effect in graph.edges]
    lines += [f"  \\draw[hidden] ({number[a]}) to[bend left] ({number[b]});" for a, b in graph.bidirected]
    left = min((x for x, _ in places.values()), default=0.0)
    low = max((y for _, y in places.values()), default=0.0) + 0.7
    marks = [mark for mark, nodes in marked.items() if nodes]
    lines += _legend([name for name in present if name != "other"], marks, bool(graph.bidirected), left, low)
    return "\n".join([*lines, "\\end{tikzpicture}"]) + "\n"


def _roles(graph: CausalGraph, treatments: Collection[str], outcomes: Collection[str]) -> Mapping[str, str]:
    """The role of every node, as far as a question is asked that has an answer."""
    if treatments and outcomes:
        try:
            return roles(graph, tuple(treatments), tuple(outcomes))
        except GraphError:
            pass
    named = dict.fromkeys(graph.nodes, "other") | dict.fromkeys(graph.latent, "latent")
    return named | dict.fromkeys(outcomes, "outcome") | dict.fromkeys(treatments, "treatment")


def _preamble(present: Collection[str]) -> list[str]:
    """The colours and styles in use, and the start of the picture."""
    lines = [
        f"\\definecolor{{role {name}}}{{HTML}}{{{ROLE_COLOURS[name].removeprefix('#')}}}" for name in present
    ]
    lines += [
        "\\begin{tikzpicture}[x=2.5cm, y=2.5cm, >=Stealth,",
        "  every node/.style={rounded corners, align=center},",
        "  badge/.style={draw, sharp corners, fill=white, inner sep=1.2pt, font=\\tiny\\bfseries},",
    ]
    lines += [
        f"  {mark}/.style={{label={{[badge, label distance=-3pt]45:{letter}}}}},"
        for mark, letter in _BADGES.items()
    ]
    lines += ["  selected/.style={double, double distance=1pt},", "  hidden/.style={<->, dashed},"]
    for name in present:
        fill = "" if name in {"collider", "latent", "other"} else f", fill=role {name}!20"
        more = ", very thick" if name in {"treatment", "outcome"} else ", dashed" if name == "latent" else ""
        lines.append(f"  {name}/.style={{draw=role {name}{fill}{more}}},")
    return [*lines, "]"]


def _legend(
    present: Collection[str], marks: Collection[str], arcs: bool, left: float, low: float
) -> list[str]:
    """The marks in use and what they mean, a few in a row below the picture."""
    entries = [(name, f"\\textbf{{{ROLE_LETTERS[name]}}}", ROLE_WORDS[name]) for name in present]
    entries += [(f"draw, {mark}", "\\phantom{X}", _MARKS[mark]) for mark in marks]
    lines = []
    place = count()
    for style, text, words in entries:
        x, y = _spot(next(place), left, low)
        lines.append(f"  \\node[{style}, font=\\scriptsize] at ({x:.4f}, {y:.4f}) {{{text}}};")
        lines.append(f"  \\node[right, font=\\scriptsize] at ({x + 0.12:.4f}, {y:.4f}) {{{words}}};")
    if arcs:
        x, y = _spot(next(place), left, low)
        lines.append(f"  \\draw[hidden] ({x - 0.12:.4f}, {y:.4f}) -- ({x + 0.12:.4f}, {y:.4f});")
        lines.append(
            f"  \\node[right, font=\\scriptsize] at ({x + 0.12:.4f}, {y:.4f}) {{hidden common cause}};"
        )
    return lines


def _spot(place: int, left: float, low: float) -> tuple[float, float]:
    return left + 1.6 * (place % PER_ROW), -low - 0.28 * (place // PER_ROW)
