"""The effect in a region that a reader drew, from rows that were not in the chart."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

from causal_core.plain import Plain, to_plain
from causal_core.uplift.arrays import NORMAL_95
from causal_core.who.judged import FEWEST_ROWS, Flags, Judged, Mean, difference, mean_over
from causal_core.who.words import effect_text, interval_text

LEVEL = 0.95


@dataclass(frozen=True)
class Subgroup:
    """A drawn group of held-out rows against the others.

    Attributes:
        rows: In it.
        share: Of the held-out rows.
        effect: In it, with a 95 % interval.
        rest: The effect in the others, likewise; None when they are too few.
        difference: effect - rest, or None.
        ci: 95 % interval of the difference.
        looks: How many groups were tried, this one included.
        wide: The interval of the effect that all these together miss their truths by at most 5 % of the time
            (Bonferroni); equal to `effect.ci` at the first look.
        wide_difference: Likewise of the difference.
        thin: Rows in it with little chance of one of the arms.
        exploratory: Why the group may have been chosen by these very rows; empty when it was not.
        refusal: Why no effect is told; then there are no numbers but `rows` and `share`.
    """

    rows: int
    share: float
    effect: Mean | None
    rest: Mean | None
    difference: float | None
    ci: tuple[float, float] | None
    looks: int
    wide: tuple[float, float] | None
    wide_difference: tuple[float, float] | None
    thin: int
    exploratory: str = ""
    refusal: str = ""

    def to_dict(self) -> dict[str, Plain]:
        """The group as plain JSON."""
        return {name: to_plain(getattr(self, name)) for name in self.__dataclass_fields__}


def subgroup(judged: Judged, inside: Flags, looks: int = 1, exploratory: str = "") -> Subgroup:
    """The effect over the held-out rows `inside`, (n,) flags.

    Args:
        judged: The held-out rows.
        inside: Which of them are in the drawn group.
        looks: How many groups were tried on these rows, this one included.
        exploratory: Why the group may have been chosen by them, or "".
    """
    count, thin = int(inside.sum()), int((inside & judged.thin).sum())
    share = count / len(inside)
    if count < FEWEST_ROWS:
        why = (
            f"Only {count} held-out rows are in this region; an effect is told from {FEWEST_ROWS} rows on. "
            "Draw a larger one."
        )
        return Subgroup(count, share, None, None, None, None, looks, None, None, thin, exploratory, why)
    effect = mean_over(judged, inside)
    if effect.ci is None:
        why = "All held-out rows in this region are of one cluster, so its effect has no interval."
        return Subgroup(count, share, None, None, None, None, looks, None, None, thin, exploratory, why)
    wider = mean_over(judged, inside, quantile(looks))
    rest = mean_over(judged, ~inside) if len(inside) - count >= FEWEST_ROWS else None
    value, error = difference(judged, inside, ~inside) if rest is not None else (None, None)
    return Subgroup(
        count,
        share,
        effect,
        rest,
        value,
        _around(value, error, quantile(1)),
        looks,
        wider.ci,
        _around(value, error, quantile(looks)),
        thin,
        exploratory,
    )


def quantile(looks: int) -> float:
    """The normal quantile by which so many 95 % intervals hold together (Bonferroni): 1.96 for one."""
    if looks <= 1:
        return NORMAL_95
    return NormalDist().inv_cdf(1 - (1 - LEVEL) / (2 * looks))


def sentence(found: Subgroup, unit: str = "") -> str:
    """What the group's effect is, and whether it differs from the others'."""
    if found.effect is None:
        return found.refusal
    said = f"The effect here is {effect_text(found.effect, unit)}"
    if found.rest is None or found.difference is None:
        return f"{said}; too few rows are outside to compare with."
    said += f"; among the others it is {effect_text(found.rest, unit)}."
    ci = found.wide_difference
    by = interval_text(found.difference, ci)
    if ci is None:
        return f"{said} The difference is {by}."
    if ci[0] > 0:
        return f"{said} It is larger here, by {by}."
    if ci[1] < 0:
        return f"{said} It is smaller here: the difference is {by}."
    return f"{said} No detectable difference: {by}."


def looks_sentence(looks: int) -> str:
    """What it means that several groups were tried."""
    if looks < 2:
        return "This is the first group tried on these rows."
    return (
        f"{looks} groups were tried on these rows in this session. Of twenty groups that are like everybody "
        "else, one seems to differ. The difference is therefore told with an interval made wider so that all "
        f"{looks} together hold 95 % of the time (Bonferroni)."
    )


def _around(value: float | None, error: float | None, reach: float) -> tuple[float, float] | None:
    if value is None or error is None:
        return None
    return value - reach * error, value + reach * error
