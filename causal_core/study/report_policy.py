"""The part of the report about what to do: the decision memo."""

from __future__ import annotations

from collections.abc import Iterable

from causal_core.data.encoding import feature_frame
from causal_core.policy.result import PolicyResult
from causal_core.policy.segments import groupings, predicted_gains
from causal_core.problem import Problem
from causal_core.stages.words import staged_sentence
from causal_core.study.decision import answered, benefit_unit, person_word
from causal_core.study.flags import CHOSEN_ON_DATA
from causal_core.study.html import note, tag
from causal_core.study.memo import memo
from causal_core.study.memo_detail import detail
from causal_core.study.memo_html import memo_parts
from causal_core.study.results import Results
from causal_core.study.steps import identification, inputs
from causal_core.study.worth import economics_of


def policy_parts(results: Results) -> Iterable[str]:
    """The memo's sections; nothing when no policy was valued."""
    valued = results.valued
    if valued is None or results.uplift is None:
        return
    yield tag("h2", "What should we do?")
    study, held_out = results.study, results.uplift.held_out
    given = inputs(study, results.opened.table)
    try:
        worth = economics_of(given, study.policy, held_out)
    except Problem:
        # A cost paid by another column is known to the step alone, not to what is written of it.
        worth = None
    predicted = {} if worth is None else predicted_gains(worth, answered(valued))
    found = memo(study, identification(study), results.uplift, valued, predicted)
    behind = None
    if worth is not None:
        features = feature_frame(results.opened.table, given.features, dict(given.types), held_out.rows)
        behind = detail(study, found, worth, groupings(features))
    yield from memo_parts(study, found, valued.curve, behind)
    staged = next((each for each in valued.policies if each.policy == "q_learning"), None)
    if isinstance(staged, PolicyResult):
        sentence = staged_sentence(staged, benefit_unit(study), person_word(study.data.row_is))
        yield tag("h3", "What first, and what then?")
        yield tag("p", sentence)
    if results.study.chosen_on_data:
        yield note(CHOSEN_ON_DATA)
