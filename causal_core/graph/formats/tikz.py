"""TikZ pictures, for papers in LaTeX."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import count

from causal_core.charts.colours import ROLE_COLOURS, ROLE_LETTERS, ROLE_WORDS
from causal_core.graph.causal_graph import CausalGraph
from causal_core.graph.roles import roles
from causal_core.problem import GraphError
from causal_core.text import for_latex

PER_ROW = 3
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
    r"""The graph as a `tikzpicture` with a legend; one unit is as wide as the longest name, and 1.8 cm high.

    It needs `\usepackage{tikz}` and `\usetikzlibrary{arrows.meta}`.
    """
    role = _roles(graph, treatments, outcomes)
    # A layout needs numpy, which reading a graph does not.
    from causal_core.graph.layout import placed

    places = placed(graph, treatments, outcomes)
    number = {node: f"n{place}" for place, node in enumerate(graph.nodes)}
    marked = {"adjusted": set(adjusted), "selected": graph.selected, "randomised": graph.randomised}
    present = [name for name in ROLE_COLOURS if name in set(role.values())]
    lines = _preamble(present, max((len(node) for node in graph.nodes), default=0))
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
    low = max((y for _, y in places.values()), default=0.0)
    marks = [mark for mark, nodes in marked.items() if nodes]
    explained = _legend([name for name in present if name != "other"], marks, bool(graph.bidirected))
    if explained:
        lines += [f"  \\begin{{scope}}[shift={{({left:.4f}, {-low:.4f})}}, x=1cm, y=1cm]"]
        lines += [*explained, "  \\end{scope}"]
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


def _preamble(present: Collection[str], longest: int) -> list[str]:
    """The colours and styles in use, and the start of the picture."""
    lines = [
        f"\\definecolor{{role{name}}}{{HTML}}{{{ROLE_COLOURS[name].removeprefix('#')}}}" for name in present
    ]
    lines += [
        f"\\begin{{tikzpicture}}[x={max(2.5, 1.4 + 0.19 * longest):.2f}cm, y=1.8cm, >=Stealth,",
        "  every node/.style={rounded corners, align=center},",
        "  badge/.style={draw, sharp corners, fill=white, inner sep=1.2pt, font=\\tiny\\bfseries},",
    ]
    lines += [f"  {mark}/.style={{label={{[badge]45:{letter}}}}}," for mark, letter in _BADGES.items()]
    lines += ["  selected/.style={double, double distance=1pt},", "  hidden/.style={<->, dashed},"]
    for name in present:
        fill = "" if name in {"collider", "latent", "other"} else f", fill=role{name}!20"
        more = ", very thick" if name in {"treatment", "outcome"} else ", dashed" if name == "latent" else ""
        lines.append(f"  {name}/.style={{draw=role{name}{fill}{more}}},")
    return [*lines, "]"]


def _legend(present: Collection[str], marks: Collection[str], arcs: bool) -> list[str]:
    """The marks in use and what they mean, in centimetres from the picture's lower left end."""
    entries = [(name, f"\\textbf{{{ROLE_LETTERS[name]}}}", ROLE_WORDS[name]) for name in present]
    entries += [(f"draw, {mark}", "\\phantom{X}", _MARKS[mark]) for mark in marks]
    lines = []
    place = count()
    for style, text, words in entries:
        x, y = _spot(next(place))
        lines.append(f"  \\node[{style}, font=\\scriptsize] at ({x:.1f}, {y:.1f}) {{{text}}};")
        lines.append(f"  \\node[right, font=\\scriptsize] at ({x + 0.3:.1f}, {y:.1f}) {{{words}}};")
    if arcs:
        x, y = _spot(next(place))
        lines.append(f"  \\draw[hidden] ({x - 0.3:.1f}, {y:.1f}) -- ({x + 0.3:.1f}, {y:.1f});")
        lines.append(
            f"  \\node[right, font=\\scriptsize] at ({x + 0.3:.1f}, {y:.1f}) {{hidden common cause}};"
        )
    return lines


def _spot(place: int) -> tuple[float, float]:
    return 5.2 * (place % PER_ROW), -1.5 - 0.8 * (place // PER_ROW)
