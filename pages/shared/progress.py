"""How far the open study is: each step done, out of date or missing."""

from __future__ import annotations

from pages.shared.current import OpenStudy

MARKS = {"done": "✓", "stale": "↻", "missing": "○"}
"""Status -> its sign; the word stands beside it for `stale`."""


def statuses(here: OpenStudy) -> dict[str, str]:
    """Step -> `done`, `stale` (an input changed since its result was shown) or `missing`."""
    from causal_core.study.steps import STEPS, result_key

    question, graph = here.study.question, here.study.graph
    asked = bool(question.treatment and question.outcome)
    drawn = asked and {question.treatment, question.outcome} <= set(graph.nodes)
    found = {"data": "done" if asked else "missing", "graph": "done" if drawn else "missing"}
    for step in STEPS:
        seen = here.seen.get(step)
        if seen is None or not drawn:
            found[step] = "missing"
        else:
            found[step] = "done" if seen == result_key(step, here.study, here.table) else "stale"
    return found
