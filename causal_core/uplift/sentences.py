"""What the numbers of an evaluation say, in words."""

from __future__ import annotations

import math
from collections.abc import Sequence

from causal_core.study.headline import number_text
from causal_core.uplift.catalogue import LEARNERS
from causal_core.uplift.result import Segment, UpliftResult
from causal_core.uplift.toc import Rate

LEVEL = 0.05


def sentence(autoc: Rate, groups: tuple[Segment, ...]) -> str:
    """What the AUTOC and the outermost segments say."""
    if len(groups) == 1:
        return (
            "No detectable heterogeneity: the learner predicts the same effect for everybody, so there is no "
            "order to judge."
        )
    numbers = f"AUTOC {number_text(autoc.value)}, 95 % interval {_ends(autoc.ci)}"
    if autoc.ci[0] <= 0 <= autoc.ci[1]:
        return (
            "No detectable heterogeneity: on rows the learner never saw, its ranking does no better than "
            f"chance as far as these data can tell ({numbers})."
        )
    first, last = groups[0], groups[-1]
    extremes = (
        f"the effect is {number_text(first.effect)} ({_ends(first.ci)}) in the group predicted highest and "
        f"{number_text(last.effect)} ({_ends(last.ci)}) in the group predicted lowest"
    )
    if autoc.ci[0] > 0:
        return f"Effects differ, and the ranking finds those who gain more ({numbers}): {extremes}."
    return f"The ranking is worse than chance ({numbers}): {extremes}. Do not target by it."


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
