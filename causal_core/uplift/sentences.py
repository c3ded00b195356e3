"""What the numbers of an evaluation say, in words."""

from __future__ import annotations

import math
from collections.abc import Sequence

from causal_core.study.headline import number_text
from causal_core.uplift.catalogue import LEARNERS
from causal_core.uplift.result import UpliftResult
from causal_core.uplift.toc import Rate
from causal_core.uplift.verdict import RankingTest, is_flat, other_tests, verdict_of

LEVEL = 0.05


def sentence(result: UpliftResult, unit: str = "") -> str:
    """What the tests of one ranking say, and the effect of its outermost segments; empty without an answer.

    Args:
        result: With its numbers.
        unit: The outcome's; may be empty.
    """
    autoc, verdict = result.autoc, verdict_of(result)
    if autoc is None:
        return ""
    if is_flat(result):
        return (
            "No detectable heterogeneity: the learner predicts the same effect for everybody, so there is no "
            "order to judge."
        )
    size = f"{_measured(autoc.value, unit)}, 95 % interval {_ends(autoc.ci)}"
    if verdict == "nothing":
        return (
            "No detectable heterogeneity by this ranking: on rows the learner never saw, no test tells it "
            f"from chance (AUTOC {size}{_too(other_tests(result))})."
        )
    if verdict in {"signs", "signs_worse"}:
        return f"{_signs(size, other_tests(result), unit)}; with several tests one may be chance."
    first, last = result.segments[0], result.segments[-1]
    extremes = (
        f"the effect is {_measured(first.effect, unit)} ({_ends(first.ci)}) in the group predicted highest "
        f"and {_measured(last.effect, unit)} ({_ends(last.ci)}) in the group predicted lowest"
    )
    if verdict == "differs":
        return f"Effects differ, and the ranking finds those who gain more (AUTOC {size}): {extremes}."
    return f"The ranking is worse than chance (AUTOC {size}): {extremes}. Do not target by it."


def several(results: Sequence[UpliftResult]) -> str:
    """What remains when it is counted how many rankings were tried, by Holm's correction; empty for one.

    The tests are the two-sided ones of AUTOC = 0. Holm's correction holds however they depend on each other.
    """
    tested = [each for each in results if each.autoc is not None]
    if len(tested) < 2:
        return ""
    found = [tested[place] for place in _holm([_p_value(each.autoc) for each in tested if each.autoc])]
    better = [each for each in found if each.autoc is not None and each.autoc.value > 0]
    what = f"Of {len(tested)} rankings tried"
    counted = "when it is counted how many were tried (Holm's correction of the AUTOC tests, 5 % in all)"
    if not better:
        return (
            f"{what}, none is detectably better than chance {counted}. Picking the one that looks best does "
            "not change that."
        )
    arms = len({each.contrast for each in tested}) > 1
    names = [f"{_name(each)} for {each.contrast[1]}" if arms else _name(each) for each in better]
    return f"{what}, {len(better)} stay better than chance {counted}: {', '.join(names)}."


def _signs(size: str, tests: Sequence[RankingTest], unit: str) -> str:
    above = [_told(test, unit) for test in tests if test.side > 0]
    below = [_told(test, unit) for test in tests if test.side < 0]
    if not below:
        does = "does" if len(above) == 1 else "do"
        return (
            f"AUTOC does not show that this ranking beats chance ({size}), but {_listed(above)} {does}: some "
            "sign that effects differ"
        )
    unclear = f"AUTOC does not tell this ranking from chance ({size}), but {_listed(below)}"
    lie = "lies" if len(below) == 1 else "lie"
    if not above:
        return f"{unclear} {lie} below 0: some sign that the order is upside down, so do not target by it"
    lies = "lies" if len(above) == 1 else "lie"
    return (
        f"{unclear} {lie} below 0 and {_listed(above)} {lies} above: some sign that effects differ, but not "
        "in which order"
    )


def _too(tests: Sequence[RankingTest]) -> str:
    if not tests:
        return ""
    names = _listed([test.name for test in tests])
    held = f"interval of {names} holds" if len(tests) == 1 else f"intervals of {names} hold"
    return f"; the {held} 0 too"


def _told(test: RankingTest, unit: str) -> str:
    return f"{test.name} ({_measured(test.value, unit if test.in_unit else '')}, {_ends(test.ci)})"


def _measured(value: float, unit: str) -> str:
    return f"{number_text(value)} {unit}".strip()


def _listed(names: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _ends(ci: tuple[float, float]) -> str:
    return f"{number_text(ci[0])} to {number_text(ci[1])}"


def _name(result: UpliftResult) -> str:
    return LEARNERS[result.learner].label if result.learner in LEARNERS else result.learner


def _p_value(autoc: Rate) -> float:
    if autoc.std_error == 0:
        return 1.0
    return math.erfc(abs(autoc.value) / autoc.std_error / math.sqrt(2))


def _holm(p_values: Sequence[float]) -> list[int]:
    """Places of the tests that are rejected at 5 % in all (Holm 1979), in their own order."""
    order = sorted(range(len(p_values)), key=lambda place: p_values[place])
    rejected = []
    for step, place in enumerate(order):
        if p_values[place] > LEVEL / (len(p_values) - step):
            break
        rejected.append(place)
    return sorted(rejected)
