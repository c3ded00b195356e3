"""An exported policy as a Python module that needs nothing but Python.

Names from data stand in it as Python literals alone, never in a comment or an identifier.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from causal_core.numeral import numeral
from causal_core.policy.export import runtime

if TYPE_CHECKING:
    from causal_core.policy.export.features import Feature
    from causal_core.policy.exported import ExportedPolicy

_MARK: Final = "# ---- copied from here ----\n"
_REASON: Final = re.compile(r"  # noqa.*$", re.MULTILINE)
_BRANCH: Final = re.compile(r"^def branch\(.*?\n\n\n", re.MULTILINE | re.DOTALL)
_WIDTH: Final = 100

_END: Final = '''def assign(row: Mapping[str, Any]) -> str:
    """The arm of a person, from column -> value: numbers, text, dates, and None where missing."""
    return str(POLICY["arms"][decide(POLICY, row)[0]])


if __name__ == "__main__":
    sys.exit(assign_csv(POLICY))
'''


def module_of(policy: ExportedPolicy) -> str:
    """The source of the module: what it is, how values are read, the policy's data, and `assign`."""
    code = Path(runtime.__file__).read_text(encoding="utf-8").partition(_MARK)[2].strip("\n")
    plain = policy.to_dict()
    if policy.kind == "tree":
        questions = _questions(policy.rule, policy.features, policy.arms)
        code = _BRANCH.sub(lambda _: questions, code)
        plain["rule"] = {}
    return "\n\n\n".join(
        [
            f"from __future__ import annotations\n\n__doc__ = {_lines(_about(policy))}\n\n"
            + _REASON.sub("", code),
            f"POLICY = {_broken(plain, 0)}",
            _END,
        ]
    )


def literal(value: object) -> str:
    """A value as a Python literal that reads back the same, whatever a name holds."""
    if isinstance(value, str):
        shown = repr(value)
        try:
            shown.encode()
        except UnicodeEncodeError:  # half of a pair of code units
            return ascii(value)
        return shown
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{literal(key)}: {literal(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(literal, value)) + "]"
    return repr(value)


def _broken(value: Any, depth: int) -> str:
    """A literal over several lines where it is long, but a tree of numbers on one."""
    short = literal(value)
    if len(short) <= _WIDTH - 4 * depth or not value or not isinstance(value, list | dict):
        return short
    if isinstance(value, list) and isinstance(value[0], int | float):
        return short
    inner, outer = " " * 4 * (depth + 1), " " * 4 * depth
    if isinstance(value, dict):
        items = [f"{inner}{literal(key)}: {_broken(item, depth + 1)},\n" for key, item in value.items()]
        return "{\n" + "".join(items) + outer + "}"
    return "[\n" + "".join(f"{inner}{_broken(item, depth + 1)},\n" for item in value) + outer + "]"


def _questions(rule: Mapping[str, Any], features: Sequence[Feature], arms: Sequence[str]) -> str:
    """The tree's questions as one readable function in place of the general one."""
    lines = [
        "def branch(rule: Mapping[str, Any], x: Sequence[float | None]) -> int:",
        '    """The arm that the questions lead to."""',
        "    arms, person = POLICY['arms'], {}",
    ]
    for place, feature in enumerate(features):
        value = f"x[{place}]"
        if feature.kind == "category":
            levels = f"POLICY['features'][{place}]['levels']"
            value = f"None if {value} is None else {levels}[int({value})]"
        lines.append(f"    person[{literal(feature.name)}] = {value}")
    lines += _branch(rule, features, arms, 1)
    return "\n".join(lines) + "\n\n\n"


def _branch(
    node: Mapping[str, Any], features: Sequence[Feature], arms: Sequence[str], depth: int
) -> list[str]:
    space = " " * 4 * depth
    if "arm" in node:
        return [f"{space}return arms.index({literal(arms[node['arm']])})"]
    feature = features[node["column"]]
    value = f"person[{literal(feature.name)}]"
    if "codes" in node:
        question = f"{value} in {literal([feature.levels[int(code)] for code in node['codes']])}"
    else:
        question = f"{value} is None or {value} <= {literal(float(node['threshold']))}"
    return [
        f"{space}if {question}:",
        *_branch(node["low"], features, arms, depth + 1),
        *_branch(node["high"], features, arms, depth),
    ]


def _about(policy: ExportedPolicy) -> str:
    worth = f"One unit of {policy.outcome} is worth {numeral(policy.benefit)} {policy.unit}".rstrip()
    came = "\n".join(f"    {key}: {value}" for key, value in policy.about.items())
    return (
        f"A policy: which level of {policy.treatment} each person gets.\n\n"
        f"{policy.sentence}\n\n"
        "Written by dostudio; needs nothing but Python 3.10.\n\n"
        "    python policy.py people.csv > assigned.csv\n"
        "    from policy import assign; assign({'column': value, ...})\n\n"
        f"Arms: {json.dumps(list(policy.arms), ensure_ascii=False)}. {worth}.\n"
        f"{policy.missing}\n\nHow it came about:\n{came}\n"
    )


def _lines(text: str) -> str:
    return "(\n" + "".join(f"    {literal(each)}\n" for each in text.splitlines(keepends=True)) + ")"
