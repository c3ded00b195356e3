"""What explanations and recommendations say, in a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from causal_core.percent import percent
from causal_core.who.split import listed

if TYPE_CHECKING:
    from causal_core.who.people import People
    from causal_core.who.why import Importance, Why

STRONG = 0.5
"""From this correlation on it is said which way a column works."""

MOST = 3
"""Columns named."""


def why_sentence(why: Why) -> str:
    """The columns that predictions rest on most, and which way they work.

    Args:
        why: One without a refusal.
    """
    total = sum(each.size for each in why.importance)
    named = [each for each in why.importance[:MOST] if each.size > 0]
    if not named:
        return "No column sets the predictions apart."
    share = sum(each.size for each in named) / total
    rest = percent(share)
    columns = listed(tuple(_with_sense(each) for each in named), "and")
    return f"Predicted effects rest most on {columns}: together {rest} of what columns add and take away."


def _with_sense(each: Importance) -> str:
    if each.sense is None or abs(each.sense) < STRONG:
        return each.column
    return f"{each.column} ({'larger' if each.sense > 0 else 'smaller'} where it is higher)"


def recommended_sentence(found: People) -> str:
    """How many people each arm is recommended to, the commonest first; nothing last."""
    total = len(found.best)
    if total == 0:
        return "Nobody passes the filter."
    counts = np.bincount(found.best, minlength=len(found.arms))
    order = sorted(range(1, len(counts)), key=lambda code: -counts[code])
    said = [_count(f"{found.recommended[code]} to", int(counts[code]), total) for code in order]
    said.append(_count("nothing to", int(counts[0]), total))
    return f"Recommended for these {total:,} people: {listed(tuple(said), 'and')}."


def _count(what: str, count: int, total: int) -> str:
    return f"{what} {count:,} ({percent(count / total)})"
