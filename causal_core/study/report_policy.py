"""The part of the report about what to do: the decision memo."""

from __future__ import annotations

from collections.abc import Iterable

from causal_core.study.flags import CHOSEN_ON_DATA
from causal_core.study.html import note, tag
from causal_core.study.memo import memo
from causal_core.study.memo_html import memo_parts
from causal_core.study.results import Results
from causal_core.study.steps import identification


def policy_parts(results: Results) -> Iterable[str]:
    """The memo's sections; nothing when no policy was valued."""
    valued = results.valued
    if valued is None or results.uplift is None:
        return
    yield tag("h2", "What should we do?")
    found = memo(results.study, identification(results.study), results.uplift, valued)
    yield from memo_parts(results.study, found, valued.curve)
    if results.study.chosen_on_data:
        yield note(CHOSEN_ON_DATA)
