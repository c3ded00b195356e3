"""Learning while acting in a report."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from causal_core.bandit import replay_words, words
from causal_core.bandit.strategies import EXPERIMENTS
from causal_core.bandit.tables import REPLAY_HEAD, TABLE_HEAD, replay_rows, table_rows
from causal_core.charts.bandit import regret_curves
from causal_core.study.decision import benefit_unit
from causal_core.study.html import figure, note, table, tag
from causal_core.text import for_html

if TYPE_CHECKING:
    from causal_core.study.results import Results


def bandit_parts(results: Results) -> Iterable[str]:
    """The section of a report, as HTML; nothing when it was not simulated."""
    acted, study = results.bandit, results.study
    if acted is None:
        return
    simulated, unit = acted.simulated, benefit_unit(study)
    found = words.answer(study, simulated)
    yield tag("h2", "What if we learn while we act?")
    yield f"<p class='answer'>{for_html(found.sentence)}</p>"
    yield tag("p", found.rest)
    tried = any(name in EXPERIMENTS for name in simulated.names)
    change = study.bandit.experiment * simulated.per_round if tried else None
    yield figure(regret_curves(simulated, "each", unit, change))
    yield table(TABLE_HEAD, table_rows(simulated), numbers=(1, 2, 3, 4))
    yield note(f"{words.sums_sentence(study, simulated)} {words.start_sentence(study)}")
    yield note(words.scope_sentence(study, simulated))
    yield tag("h3", "The same strategies on the log")
    if acted.replay is None:
        yield tag("p", acted.why)
        return
    yield tag("p", replay_words.replay_sentence(study, acted.replay))
    yield table(REPLAY_HEAD, replay_rows(acted.replay), numbers=(1, 2))
    yield note(replay_words.rows_sentence(acted.replay))
