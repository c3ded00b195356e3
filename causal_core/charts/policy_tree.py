"""A policy tree as a picture: questions from left to right, and what each answer leads to."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap

import plotly.graph_objects as go

from causal_core.charts.colours import GREY, SERIES
from causal_core.charts.style import dress
from causal_core.policy.tree import PolicyTree
from causal_core.policy.tree_leaves import Leaf, gain_words, share_words
from causal_core.policy.tree_node import Node, Split
from causal_core.text import for_plotly

TREE = {0: 0.0, 1: 0.42, 2: 0.56, 3: 0.64}
"""Questions in a row -> the part of the width they take; leaves take the rest."""

BOX = 0.76
"""The part of a question's room that its box takes; the answers stand in the rest."""

LETTERS = 108
"""Characters that fit along the whole picture where it is 640 pixels wide."""

ROW = 88
"""Pixels a leaf."""

LINE = 17
"""Pixels a line of text."""

FONT = 13


def policy_tree(
    tree: PolicyTree,
    leaves: Sequence[Leaf] = (),
    unit: str = "",
    ink: str | None = None,
    colours: Sequence[str] = (),
) -> go.Figure:
    """The questions as boxes, the answers on the lines between them, the actions as coloured boxes.

    A leaf says its action, its share of people and what the action gains there over the control, with its
    95 % interval; where the control is best, what the runner-up would bring instead. Grey is the control.
    What is cut short is told in full where the pointer rests.

    Args:
        tree: The tree.
        leaves: What its leaves gain, from `tree.leaves` on rows it was not fitted on; none for actions alone.
        unit: What gains are counted in.
        ink: The colour of the page's text; None for the template's.
        colours: One an action, where other pictures beside this one colour them so; none for the usual ones.
    """
    figure = go.Figure()
    depth = tree.root.depth
    count = len(tree.root.leaves)
    drawing = _Drawing(figure, tree, tuple(leaves), depth, count)
    drawing.colours = tuple(colours) or tuple(action_colour(action) for action in range(len(tree.actions)))
    drawing.node(tree.root, 0)
    figure.update_annotations(font={"size": FONT, "color": ink})
    dress(figure, _title(tree))
    caption = _caption(tree, leaves, unit)
    figure.add_annotation(
        x=0,
        y=0,
        xref="paper",
        yref="paper",
        yshift=-8,
        xanchor="left",
        yanchor="top",
        align="left",
        showarrow=False,
        text="<br>".join(for_plotly(line) for line in wrap(caption, LETTERS, max_lines=2, placeholder="…")),
        font={"size": FONT, "color": ink},
    )
    hidden = {"visible": False, "fixedrange": True}
    figure.update_layout(
        height=60 + 50 + ROW * count,
        margin={"l": 10, "r": 10, "t": 60, "b": 50},
        xaxis={"range": [-0.003, 1], **hidden},
        yaxis={"range": [-0.5, count - 0.5], **hidden},
        showlegend=False,
    )
    return figure


def action_colour(action: int) -> str:
    """The colour of an action; the control, 0, is grey."""
    return GREY if action == 0 else SERIES[(action - 1) % len(SERIES)]


class _Drawing:
    """Where things stand: leaves one below the other, a question halfway between what follows."""

    def __init__(
        self, figure: go.Figure, tree: PolicyTree, leaves: tuple[Leaf, ...], depth: int, count: int
    ) -> None:
        self.figure = figure
        self.tree = tree
        self.leaves = leaves
        self.depth = depth
        self.count = count
        self.width = TREE[depth]
        self.next_leaf = 0
        self.colours: tuple[str, ...] = ()
        self.names = arm_names(tree.actions)[1]

    def node(self, node: Node, level: int) -> float:
        """Draw a node and all below it; the height it stands at."""
        if node.split is None:
            height = float(self.count - 1 - self.next_leaf)
            self._leaf(node, height)
            self.next_leaf += 1
            return height
        step = self.width / self.depth
        right = level * step + step * BOX
        heights = []
        for side, low in node.sides:
            height = self.node(side, level + 1)
            # A leaf stands at the right, however few questions lead to it.
            end = self.width if side.split is None else (level + 1) * step
            self._answer(node.split, low, height, (right, (level + 1) * step, end))
            heights.append(height)
        middle = sum(heights) / 2
        bend = right + 0.25 * (1 - BOX) * step
        self._line([right, bend], [middle, middle])
        self._line([bend, bend], heights)
        self._question(node.split, (level * step, right), middle)
        return middle

    def _question(self, split: Split, ends: tuple[float, float], height: float) -> None:
        words = question(split)
        lines = _question_lines(split, int(LETTERS * (ends[1] - ends[0])) - 1)
        half = (len(lines) * LINE + 12) / 2 / ROW
        self.figure.add_shape(
            type="rect",
            x0=ends[0],
            x1=ends[1],
            y0=height - half,
            y1=height + half,
            line={"color": GREY, "width": 1.5},
            fillcolor="rgba(138, 143, 152, 0.10)",
            layer="below",
        )
        self._text(sum(ends) / 2, height, lines, words, xanchor="center", align="center")

    def _answer(self, split: Split, low: bool, height: float, xs: tuple[float, float, float]) -> None:
        right, next_level, end = xs
        bend = right + 0.25 * (next_level - right)
        self._line([bend, end], [height, height])
        said = answer(split, low=low)
        short = said if len(said) <= 5 else f"{said[:4]}…"
        self._text(
            (bend + next_level) / 2,
            height,
            [short],
            split.words(low=low),
            xanchor="center",
            yanchor="bottom",
        )

    def _leaf(self, node: Node, height: float) -> None:
        colour = self.colours[node.action]
        left, right = self.width, 1.0 if self.depth else 0.5
        half = 0.5 - 8 / ROW
        box = {"type": "rect", "y0": height - half, "y1": height + half, "layer": "below"}
        self.figure.add_shape(x0=left, x1=right, fillcolor=colour, opacity=0.14, line={"width": 0}, **box)
        self.figure.add_shape(x0=left, x1=left + 0.01, fillcolor=colour, line={"width": 0}, **box)
        width = int(LETTERS * (right - left))
        action = self.names[node.action]
        leaf = self.leaves[self.next_leaf] if self.leaves else None
        bold = [f"<b>{line}</b>" for line in _lines(action, width - 6, 2 if leaf is None else 1)]
        runner_up = self.names[node.runner_up]
        told = [] if leaf is None else [for_plotly(line) for line in told_of(leaf, runner_up, width)]
        hover = action if leaf is None else leaf.sentence()
        self._text(left + 0.02, height, [*bold, *told], hover, xanchor="left", align="left")

    def _text(self, x: float, y: float, lines: list[str], hover: str, **where: str) -> None:
        self.figure.add_annotation(
            x=x,
            y=y,
            text="<br>".join(lines),
            hovertext="<br>".join(for_plotly(line) for line in wrap(hover, 80)),
            showarrow=False,
            **where,
        )

    def _line(self, x: list[float], y: list[float]) -> None:
        self.figure.add_scatter(
            x=x, y=y, mode="lines", line={"color": GREY, "width": 1.5}, hoverinfo="skip", showlegend=False
        )


def question(split: Split) -> str:
    """A split as a question to answer with yes or no, or with one of the two values of its column."""
    return f"{split.name}?" if split.pair is not None else f"{split.words(low=True)}?"


def answer(split: Split, *, low: bool) -> str:
    """The answer to `question` that leads to a side."""
    if split.pair is not None:
        return split.pair[0] if low else split.pair[1]
    return "yes" if low else "no"


def _title(tree: PolicyTree) -> str:
    what = arm_names(tree.actions)[0]
    said = ["The policy tree", *wrap(what, 60, max_lines=1, placeholder="…")]
    return ": ".join(said) + ("" if tree.root.sides else ", the same for everybody")


def arm_names(actions: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """What all actions are levels of, and the levels: of "offer = a" and "offer = b" offer, a and b.

    The first is empty, and the second are the actions as they are, where they have nothing in common.
    """
    heads = {action.rpartition(" = ")[0] for action in actions}
    if len(actions) < 2 or len(heads) > 1 or heads == {""}:
        return "", actions
    return heads.pop(), tuple(action.rpartition(" = ")[2] for action in actions)


def told_of(leaf: Leaf, runner_up: str, width: int = 60) -> tuple[str, str]:
    """What a leaf says of itself: its share of people, and what its action gains.

    Args:
        leaf: The leaf.
        runner_up: What the action that came second is called.
        width: Characters a line; the runner-up's name is cut to what its number leaves.
    """
    share = f"{share_words(leaf.share)} of people"
    if leaf.gain is None or leaf.lead is None:
        return share, f"only {leaf.rows:,} rows: no gain told"
    if leaf.is_control:
        instead = gain_words(leaf.lead, "", -1)
        name = wrap(runner_up, max(6, width - len(instead) - 2), max_lines=1, placeholder="…")
        return share, f"{''.join(name)}: {instead}"
    return share, f"gain {gain_words(leaf.gain)}"


def _lines(text: str, width: int, most: int) -> list[str]:
    # A name in snake case may break after its underscores.
    lines = wrap(text.replace("_", "_ "), max(6, width), max_lines=most, placeholder="…")
    return [for_plotly(line.replace("_ ", "_")) for line in lines]


def _question_lines(split: Split, width: int) -> list[str]:
    """A question on at most four lines; where it is too long, the column's name is cut, not the threshold."""
    whole = _lines(question(split), width, 10)
    if len(whole) <= 3:
        return whole
    if split.pair is not None:
        return _lines(split.name, width, 3)
    return [*_lines(split.name, width, 2), *_lines(f"{split.answer(low=True, short=True)}?", width, 2)]


def _caption(tree: PolicyTree, leaves: Sequence[Leaf], unit: str) -> str:
    if not leaves:
        return (
            f"No tree over {tree.cuts:,} cut points scores higher on the {tree.rows:,} rows it was found on."
        )
    counted = f", in {unit}" if unit else ""
    rows = sum(leaf.rows for leaf in leaves)
    control = wrap(tree.actions[0], 50, max_lines=1, placeholder="…")
    others = " Where the control is best: what the runner-up would bring."
    return (
        f"Gain per person over {''.join(control)}{counted}, with 95 % intervals, on {rows:,} rows that the "
        "tree was not found on." + (others if any(leaf.is_control for leaf in leaves) else "")
    )
