"""Why an adjustment set is right, wrong or missing, in words."""

from __future__ import annotations

from causal_core.identification.links import Trail
from causal_core.identification.question import Question, listed
from causal_core.identification.search import Set


def forbidden_reason(question: Question, node: str) -> str:
    """Why a set may not hold this node."""
    selected = node in question.selection
    doing = f"the rows are selected on {node}, which" if selected else f"conditioning on {node}"
    links = question.links
    if node in question.treatments | question.outcomes:
        role = "treatment" if node in question.treatments else "outcome"
        return f"{node} is the {role} itself: it cannot be adjusted for."
    if node not in question.forbidden:
        return f"{node} is not observed, so it cannot be adjusted for."
    if question.effect == "total" and node in question.causal_nodes:
        path = _causal_path(question, node)
        return f"{node} lies on the causal path {path}: {doing} blocks part of the effect you asked for."
    after_outcome = links.directed_path(question.outcomes, {node})
    if after_outcome is not None:
        return (
            f"{node} is caused by the outcome ({after_outcome.text}): {doing} distorts the relation between "
            f"{listed(question.treatments)} and {listed(question.outcomes)}."
        )
    down = links.directed_path(question.causal_nodes, {node})
    assert down is not None  # noqa: S101 - every forbidden node descends from a causal node
    return (
        f"{node} is caused by {down.nodes[0]} ({down.text}), which lies on the causal path "
        f"{_causal_path(question, down.nodes[0])}: {doing} takes away part of the effect you asked for."
    )


def _causal_path(question: Question, node: str) -> str:
    first = question.links.directed_path(question.treatments, {node})
    last = question.links.directed_path({node}, question.outcomes)
    assert first is not None  # noqa: S101 - a causal node descends from a treatment
    assert last is not None  # noqa: S101 - and leads to an outcome
    return Trail(first.nodes + last.nodes[1:], first.marks + last.marks).text


def valid_reason(question: Question, held: Set) -> str:
    """Why this set gives the effect."""
    among = f" among rows selected on {listed(question.selection)}" if question.selection else ""
    bias = "path but the arrow asked for" if question.effect == "direct" else "path of bias"
    ends = f"between {listed(question.treatments)} and {listed(question.outcomes)}"
    if held:
        words = f"Adjusting for {listed(held)} closes every {bias} {ends}{among}"
    else:
        words = f"Nothing need be adjusted for: no {bias} {ends} is open{among}"
    if not question.cut:
        kind = "arrow" if question.effect == "direct" else "causal path"
        return (
            f"{words}. The graph draws no {kind} from {_from_to(question)}, so the effect is zero by "
            "the graph."
        )
    return f"{words}, and every causal path is left open." if question.effect == "total" else f"{words}."


def _from_to(question: Question) -> str:
    return f"{listed(question.treatments)} to {listed(question.outcomes)}"


def passed_on_reason(trail: Trail) -> str:
    """Why no set gives the direct effects on two outcomes of which one causes the other."""
    first, last = trail.nodes[1], trail.nodes[-1]
    return (
        f"The direct effect on {first} is passed on to {last} ({trail.text}), and {first}, being an outcome, "
        "cannot be held fixed: ask for one outcome at a time."
    )


def open_reason(question: Question, trail: Trail, held: Set) -> tuple[tuple[str, ...], tuple[str, ...], str]:
    """Why a path of bias is open given a set: (nodes that opened it, nodes that would close it, words)."""
    closing = tuple(node for node in trail.others if node in question.usable - held)
    parts = [f"The path {trail.text} is open"]
    openers: list[str] = []
    for collider in trail.colliders:
        below = question.biasing.descendants({collider})
        by = sorted(below & (held | question.selection))
        openers += [node for node in by if node in held]
        name = by[0] if collider not in by else collider
        cause = f"is selected on {name}" if name in question.selection else f"adjusts for {name}"
        who = "the sample" if name in question.selection else "the set"
        what = "" if name == collider else f", which is caused by {collider}"
        parts.append(f"{who} {cause}{what}, and two arrows meet in the collider {collider}, which opens it")
    words = f"{parts[0]}: {'; '.join(parts[1:])}." if len(parts) > 1 else f"{parts[0]}."
    return tuple(dict.fromkeys(openers)), closing, f"{words} {_remedy(question, trail, openers, closing)}"


def _remedy(question: Question, trail: Trail, openers: list[str], closing: tuple[str, ...]) -> str:
    ways = []
    if closing:
        which = closing[0] if len(closing) == 1 else f"one of {listed(closing)}"
        ways.append(f"adjusting for {which} would close it")
    if openers:
        ways.append(f"leaving out {listed(set(openers))} would close it")
    if ways:
        words = ", or ".join(ways)
        return f"{words[0].upper()}{words[1:]}."
    return f"No observed node can close it{_hidden(question, trail)}."


def _hidden(question: Question, trail: Trail) -> str:
    latent = sorted(set(trail.nodes) & question.graph.latent)
    if latent:
        return f", because {listed(latent)} {'is' if len(latent) == 1 else 'are'} not observed"
    if "<->" in trail.marks:
        return "; <-> stands for a hidden common cause"
    barred = sorted(set(trail.others) & question.forbidden)
    if barred:
        return f", because {listed(barred)} may not be adjusted for"
    return ""


def missing_reason(question: Question, trail: Trail) -> str:
    """Why no set exists: this path stays open even given every node that could help."""
    if not question.causal_nodes and question.links.directed_path(question.outcomes, question.treatments):
        return (
            f"No set exists, because {listed(question.outcomes)} is a cause of "
            f"{listed(question.treatments)}, "
            "not its effect."
        )
    if not trail.colliders:
        return (
            f"No set exists, because the path {trail.text} stays open whatever is adjusted for"
            f"{_hidden(question, trail)}."
        )
    return (
        "No set exists, because closing one path opens another: with everything adjusted for that "
        "could close a "
        f"path, {trail.text} is open through the collider{'s' if len(trail.colliders) > 1 else ''} "
        f"{listed(trail.colliders)}{_hidden(question, trail)}."
    )
