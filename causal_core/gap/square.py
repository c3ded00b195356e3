"""Four kinds of people as a square of four, in HTML: its words take the page's own colours and wrap."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from causal_core.gap.digits import gain_text
from causal_core.study.headline import number_text
from causal_core.text import for_html

if TYPE_CHECKING:
    from causal_core.gap.kinds import Quadrant

_STYLE: Final = """<style>
.dos-kinds {border-collapse:separate; border-spacing:5px; width:100%; table-layout:fixed; line-height:1.4}
.dos-kinds th, .dos-kinds td {border:0; overflow-wrap:break-word; font-size:.9rem}
.dos-kinds thead th {text-align:center; vertical-align:bottom}
.dos-kinds tbody th {text-align:right; vertical-align:middle; padding:.3rem .6rem .3rem 0}
.dos-kinds th:first-child, .dos-kinds thead td {width:19%}
.dos-kinds small {display:block; font-weight:400; opacity:.8; font-size:.8rem}
.dos-kinds tbody td {text-align:center; padding:.7rem .6rem; border-radius:.45rem;
  background:rgba(128,136,148,.14)}
.dos-kinds tbody td.persuadable {background:rgba(0,158,115,.18)}
.dos-kinds tbody td.sleeping {background:rgba(213,94,0,.18)}
.dos-kinds strong {font-size:1.5rem; font-weight:600}
</style>"""


def kinds_square(quadrants: Sequence[Quadrant], limits: tuple[float, float], outcome: str, good: int) -> str:
    """The four quadrants with their size, effect and outcome without treatment, as HTML.

    Args:
        quadrants: In the order of `KINDS`.
        limits: Where the predicted outcome without treatment and the predicted effect are cut.
        outcome: The outcome's name, unescaped.
        good: 1 when more of it is better, -1 when less is.
    """
    baseline, effect = (number_text(limit) for limit in limits)
    low, high = ("below {}", "{} or more") if good > 0 else ("above {}", "{} or less")
    moved, still = ("above {}", "{} or less") if good > 0 else ("below {}", "{} or more")
    by_kind = {str(each.kind): _cell(each) for each in quadrants}
    columns = "".join(
        f"<th scope='col'>does {words} untreated<small>{for_html(outcome)} predicted without it: "
        f"{ends.format(baseline)}</small></th>"
        for words, ends in (("worse", low), ("better", high))
    )
    rows = "".join(
        f"<tr><th scope='row'>{words} effect<small>predicted: {ends.format(effect)}</small></th>"
        f"{by_kind[left]}{by_kind[right]}</tr>"
        for words, ends, left, right in (
            ("high", moved, "persuadable", "sure thing"),
            ("low", still, "lost cause", "sleeping dog"),
        )
    )
    return (
        f"{_STYLE}<table class='dos-kinds'><thead><tr><td></td>{columns}</tr></thead>"
        f"<tbody>{rows}</tbody></table>"
    )


def share_text(share: float) -> str:
    """A share in whole per cent, with a decimal below ten."""
    percent = 100 * share
    return f"{percent:.0f} %" if percent == 0 or percent >= 9.95 else f"{percent:.1f} %"


def _cell(each: Quadrant) -> str:
    kind = each.kind.split()[0]
    head = f"<td class='{kind}'>like a <b>{each.kind}</b><br>"
    if not each.rows:
        return f"{head}nobody</td>"
    head = f"{head}<strong>{share_text(each.share)}</strong> · {each.rows:,} people<br>"
    if each.baseline is None or each.effect is None:
        return f"{head}too few to tell</td>"
    return (
        f"{head}"
        f"effect <b>{gain_text(each.effect)}</b><br>"
        f"outcome without treatment {gain_text(each.baseline)}</td>"
    )
