"""The locked part in a report."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from causal_core.study.decision import benefit_unit
from causal_core.study.html import note, tag
from causal_core.text import for_html
from causal_core.vault import words
from causal_core.vault.question import broken_seal

if TYPE_CHECKING:
    from causal_core.study.results import Results


def locked_parts(results: Results) -> Iterable[str]:
    """The section of a report, as HTML; nothing where no rows are or were locked away."""
    options, unit = results.study.held_back, benefit_unit(results.study)
    if options.share is None and not options.opened:
        return
    yield tag("h2", "The locked part")
    if broken_seal(options):
        yield f"<p class='warning'>{for_html(words.BROKEN)}</p>"
    if options.opened:
        yield f"<p class='answer'>{for_html(words.answer_sentence(options, unit))}</p>"
    else:
        yield tag("p", words.locked_sentence(options, results.opened.table.rows))
    if options.written:
        yield tag("p", words.question_sentence(options, unit))
    for said in (*words.remarks(options), *options.changes):
        yield note(said)
    if options.opened:
        yield note(" ".join((*words.answer_remarks(options), words.used_sentence(options))))
