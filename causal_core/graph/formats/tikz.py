"""TikZ pictures, for papers in LaTeX."""

from __future__ import annotations

from collections.abc import Collection

from causal_core.graph.causal_graph import CausalGraph
from causal_core.graph.layout import placed
from causal_core.text import for_latex


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
    r"""The graph as a `tikzpicture`; it needs `\usetikzlibrary{arrows.meta}`. One unit is 2.5 cm."""
    places = placed(graph)
    number = {node: f"n{place}" for place, node in enumerate(graph.nodes)}
    styles = (
        ("very thick", {*treatments, *outcomes}),
        ("fill=gray!20", set(adjusted)),
        ("dashed", graph.latent),
        ("double", graph.selected),
    )
    lines = ["\\begin{tikzpicture}[x=2.5cm, y=2.5cm, >=Stealth, every node/.style={draw, rounded corners}]"]
    for node in graph.nodes:
        x, y = places[node]
        given = ", ".join(style for style, nodes in styles if node in nodes)
        lines.append(f"  \\node[{given}] ({number[node]}) at ({x:.4f}, {-y:.4f}) {{{_label(node)}}};")
    lines += [f"  \\draw[->] ({number[cause]}) -- ({number[effect]});" for cause, effect in graph.edges]
    lines += [
        f"  \\draw[<->, dashed] ({number[a]}) to[bend left] ({number[b]});" for a, b in graph.bidirected
    ]
    return "\n".join([*lines, "\\end{tikzpicture}"]) + "\n"
