"""What adding a node to valid sets, or taking it out of them, does to bias and to precision."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from time import monotonic
from typing import Literal

from causal_core.identification.adjustment import adjustment_sets
from causal_core.identification.links import Trail
from causal_core.identification.question import Question, listed
from causal_core.identification.reasons import open_reason
from causal_core.identification.search import Set
from causal_core.listing import Listing

Verdict = Literal["good", "neutral", "bad", "none"]

TRIED = 5
"""Valid sets to which a node is added to see whether it spoils them."""

NAMED = 8
"""Nodes of a set that a sentence names."""


@dataclass(frozen=True)
class Control:
    """What adjusting for one node does to the effect asked for.

    Attributes:
        node: The node.
        verdict: "good": without it a set that works would leave bias. "neutral": it changes no bias.
            "bad": it brings bias, takes away part of the effect, or makes bias larger. "none": there is
            nothing to choose, because it is asked about, not observed or held fixed already, or because
            nothing can help.
        kind: Why: "removes bias"; "precision gain", "precision loss", "precision unclear", "no difference",
            "bias left"; "over-control", "collider", "case-control", "bias amplification"; "asked about",
            "latent", "selected", "no set".
        reason: The same in words, with the path that it opens or closes.
        path: The nodes of that path; empty when there is none.
    """

    node: str
    verdict: Verdict
    kind: str
    reason: str
    path: tuple[str, ...] = ()


class Judge:
    """Valid sets of a question, to which nodes are added and from which they are taken.

    Args:
        asked: The question.
        closed: The same in the graph where some set is valid.
        left: The paths that stay open in the graph of `asked`.
        limit: The most valid sets to look at.
        seconds: About the longest time for finding them.
    """

    def __init__(
        self, asked: Question, closed: Question, left: tuple[Trail, ...], limit: int, seconds: float
    ) -> None:
        self.asked, self.closed, self.left = asked, closed, left
        found = adjustment_sets(
            closed.graph, closed.treatments, closed.outcomes, limit=limit, seconds=seconds / 2
        )
        near = closed.links.ancestors(closed.treatments | closed.outcomes | closed.selection)
        # The usable ancestors are a valid set wherever one exists: enough to judge by when time ran out.
        self.sets = found or Listing([near & closed.usable], complete=False)
        self.until = monotonic() + seconds

    def control(self, node: str) -> Control:
        """The verdict on an observed node that a set may hold."""
        spoiled = next(self._spoiled(node), None)
        needing = self._needing(node)
        if needing is not None:
            return self._good(node, *needing, spoiled)
        if spoiled is not None:
            return self._opens(node, *spoiled)
        return self._precision(node) if not self.left else self._with_bias(node)

    def _trail(self, held: Iterable[str]) -> Trail | None:
        fixed = frozenset(held) | self.closed.selection
        return self.closed.biasing.open_trail(self.closed.treatments, self.closed.outcomes, fixed)

    def _spoiled(self, node: str) -> Iterator[tuple[Set, Trail]]:
        """Valid sets that are no longer valid once the node is added, with the path it opens."""
        for held in [each for each in self.sets if node not in each][:TRIED]:
            trail = self._trail(held | {node})
            if trail is not None:
                yield held, trail

    def _needing(self, node: str) -> tuple[Set, Trail] | None:
        """A minimal set that is no longer valid without the node, with the path that is then open."""
        for held in (each for each in self.sets if node in each):
            trail = self._trail(held - {node})
            if trail is not None:
                return held - {node}, trail
        if self.sets.complete or monotonic() > self.until:
            return None
        for held in adjustment_sets(
            self.closed.graph,
            self.closed.treatments,
            self.closed.outcomes,
            include=node,
            limit=TRIED,
            seconds=max(0.0, self.until - monotonic()),
        ):
            trail = self._trail(held - {node})
            if trail is not None:
                return held - {node}, trail
        return None

    def _good(self, node: str, rest: Set, trail: Trail, spoiled: tuple[Set, Trail] | None) -> Control:
        beside = f" when {_named(rest)} {_is(rest)} adjusted for" if rest and trail.colliders else ""
        words = f"Without it the path {trail.text} is open{beside}."
        other = next((each for each in self.sets if node not in each), None)
        if other is None and self.sets.complete:
            words += " No set works without it."
        elif other is not None and spoiled is None:
            words += f" Another way: {_named(other)} alone."
        if spoiled is not None:
            words += f" But do not add it to {_named(spoiled[0])}: there it opens {spoiled[1].text}."
        return Control(node, "good", "removes bias", words + self._bias_left(), trail.nodes)

    def _opens(self, node: str, held: Set, trail: Trail) -> Control:
        closing = open_reason(self.closed, trail, held | {node})[1]
        if node in trail.colliders:
            how = ", on which it is a collider"
        else:
            below = next(c for c in trail.colliders if node in self.closed.biasing.descendants({c}))
            how = f": it is an effect of the collider {below}, and so partly conditions on {below}"
        words = f"Added to {_named(held)}, which suffices, it opens the path {trail.text}{how}."
        if not held:
            words = f"Nothing need be adjusted for; adjusting for it opens the path {trail.text}{how}."
        if closing:
            one = "one of " if len(closing) > 1 else ""
            words += f" Adjusting for {one}{_named(frozenset(closing))} as well would close it again."
        return Control(node, "bad", "collider", words + self._bias_left(), trail.nodes)

    def _precision(self, node: str) -> Control:
        """What a node that changes no bias does to the standard error of the effect."""
        graph, held = self.asked.graph, self.sets[0]
        t, y = listed(self.asked.treatments), listed(self.asked.outcomes)
        rest = held - {node}
        moves = not graph.is_d_separated(node, self.asked.treatments, rest)
        explains = not graph.is_d_separated(node, self.asked.outcomes, rest | self.asked.treatments)
        once = f"Once {_named(rest)} {_is(rest)} held fixed, it" if rest else "It"
        start = f"{once} opens and closes no path of bias"
        if explains and not moves:
            kind, words = (
                "precision gain",
                f"and explains some of {y}: adjusting for it sharpens the estimate",
            )
        elif moves and not explains:
            kind, words = (
                "precision loss",
                (
                    f"and is tied to {t} but tells nothing more about {y}: adjusting for it takes away "
                    f"variation of {t} and blurs the estimate"
                ),
            )
        elif moves:
            kind, words = (
                "precision unclear",
                (f"and is tied to both {t} and {y}: adjusting for it may sharpen or blur the estimate"),
            )
        else:
            kind, words = "no difference", f"and tells nothing more about {t} or {y}"
        return Control(node, "neutral", kind, f"{start} {words}.")

    def _with_bias(self, node: str) -> Control:
        """What a node that closes and opens no path does where bias stays in any case."""
        graph, held = self.asked.graph, self.sets[0] - {node}
        t, y = listed(self.asked.treatments), listed(self.asked.outcomes)
        moves = not graph.is_d_separated(node, self.asked.treatments, held)
        fixed = held | self.asked.selection
        tied = not self.asked.biasing.separated({node}, self.asked.outcomes, fixed)
        path = self.left[0]
        if moves and not tied:
            words = (
                f"It is tied to {y} only through {t}. Adjusting for it takes away variation of {t} that is "
                f"free of bias and leaves that which comes along {path.text}: the bias gets larger."
            )
            return Control(node, "bad", "bias amplification", words, path.nodes)
        if not moves:
            words = f"It is not tied to {t}, so it leaves that bias as it is."
        else:
            words = "It blocks no path; the bias that is left may get smaller or larger."
        return Control(node, "neutral", "bias left", f"{words}{self._bias_left()}")

    def _bias_left(self) -> str:
        if not self.left:
            return ""
        return f" Bias stays in any case along {self.left[0].text}, which no adjustment can close."


def _named(held: Set) -> str:
    if len(held) > NAMED:
        names = sorted(held)
        return f"{', '.join(names[:NAMED])} and {len(names) - NAMED} others"
    return listed(held) if held else "nothing"


def _is(names: Set) -> str:
    return "is" if len(names) == 1 else "are"
