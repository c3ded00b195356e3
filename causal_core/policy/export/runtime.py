"""The part of an exported Python module that is the same for all policies; it needs Python 3.10 alone.

`python` copies what stands below the line of dashes into each module, word for word, so that what is tested
here is what people run.
"""

from __future__ import annotations

# ---- copied from here ----
import argparse
import csv
import datetime as dt
import math
import re
import sys
from collections.abc import Mapping, Sequence
from typing import Any

NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
NO_VALUE = {"", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN"}
NO_VALUE |= {"N/A", "NA", "NULL", "NaN", "n/a", "nan", "null"}
TRUTHS = dict.fromkeys(("true", "yes", "t", "y", "1", "1.0"), 1.0)
TRUTHS |= dict.fromkeys(("false", "no", "f", "n", "0", "0.0"), 0.0)
DAY = 86_400e6


def is_missing(value: object) -> bool:
    """Whether a value says nothing: None, text such as "" or "NA", or a number that is none."""
    if value is None:
        return True
    if isinstance(value, str):
        return value.strip() in NO_VALUE
    return math.isnan(value) if isinstance(value, float) else str(value) in ("NaT", "<NA>")


def read_number(name: str, value: Any) -> float | None:
    """A number, or None where it is infinite."""
    if isinstance(value, str) and not NUMBER.fullmatch(value.strip()):
        raise ValueError(f"The column {name!r} holds {value!r}, which is not a number.")
    number = float(value)
    return number if math.isfinite(number) else None


def read_truth(name: str, value: object) -> float:
    """1.0 for true, 0.0 for false."""
    truth = TRUTHS.get(str(value).strip().lower())
    if truth is None:
        raise ValueError(f"The column {name!r} holds {value!r}, which is neither true nor false.")
    return truth


def read_date(name: str, value: Any, origin: int) -> float:
    """Days since the origin, which is in microseconds since 1970."""
    try:
        text = value.strip() if isinstance(value, str) else value.isoformat()
        date = dt.datetime.fromisoformat(text.replace("Z", "+00:00"))
    except (AttributeError, ValueError):
        raise ValueError(f"The column {name!r} holds {value!r}, not a date like 2024-12-31.") from None
    utc = dt.timezone.utc  # noqa: UP017 - the shorter name is new in Python 3.11
    since = date.replace(tzinfo=date.tzinfo or utc) - dt.datetime(1970, 1, 1, tzinfo=utc)
    return (since // dt.timedelta(microseconds=1) - origin) / DAY


def as_text(value: object) -> str:
    """A value as the text of a level: whole numbers without ".0", dates as 2024-12-31."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ")
    return str(value)


def read_level(value: object, levels: Sequence[str], numeric: bool) -> float | None:
    """The place of a level, or None where it was never seen."""
    text = as_text(value)
    if text not in levels and numeric:
        try:
            text = as_text(float(text))
        except ValueError:
            return None
    if text not in levels and set(levels) <= {"True", "False"}:
        text = text.capitalize()
    return float(levels.index(text)) if text in levels else None


def read(row: Mapping[str, Any], feature: Mapping[str, Any]) -> float | None:
    """What the policy knows of one column of a person; None where it is missing or was never seen."""
    name, kind = feature["name"], feature["kind"]
    if name not in row:
        raise ValueError(f"The column {name!r} is needed and not there.")
    value = row[name]
    if kind == "category":
        known = isinstance(value, str) and value in feature["levels"]
        if is_missing(value) and not known:
            return None
        return read_level(value, feature["levels"], feature["numeric"])
    if is_missing(value):
        return None
    if kind == "date":
        return read_date(name, value, feature["origin"])
    return read_truth(name, value) if kind == "boolean" else read_number(name, value)


def read_cost(row: Mapping[str, Any], cost: float | str) -> float:
    """What an arm costs this person."""
    if not isinstance(cost, str):
        return cost
    if cost not in row:
        raise ValueError(f"The column {cost!r} is needed and not there.")
    found = None if is_missing(row[cost]) else read_number(cost, row[cost])
    if found is None or found < 0:
        raise ValueError(f"The cost {cost!r} is missing or negative.")
    return found


def leaf(tree: Any, x: Sequence[float | None]) -> float:
    """The value of the leaf a person falls into."""
    while isinstance(tree, list):
        value = x[tree[0]]
        if len(tree) == 4:
            tree = tree[2] if value in tree[1] else tree[3]
        else:
            tree = tree[3] if (tree[2] if value is None else value <= tree[1]) else tree[4]
    return float(tree)


def line(model: Mapping[str, Any], x: Sequence[float | None]) -> float:
    """The sum of a linear model's terms."""
    total = float(model["intercept"])
    for term in model["terms"]:
        value = x[term[0]]
        if len(term) == 4:
            total += 0.0 if value is None else (value - term[1]) / term[2] * term[3]
        elif value == term[1]:
            total += term[2]
    return total


def predict(model: Mapping[str, Any], x: Sequence[float | None]) -> float:
    """What one regression predicts for a person."""
    if "mean" in model:
        return float(model["mean"])
    if "trees" in model:
        total = 0.0
        for tree in model["trees"]:
            total += leaf(tree, x)
        return total
    return line(model, x)


def chances(model: Mapping[str, Any], x: Sequence[float | None]) -> Sequence[float]:
    """The chance of each arm."""
    if "shares" in model:
        return list(model["shares"])
    if "lines" in model:
        scores = [line(each, x) for each in model["lines"]]
    else:
        classes = model["classes"]
        scores = [0.0] * (1 if classes == 2 else classes)
        for number, tree in enumerate(model["trees"]):
            scores[number % len(scores)] += leaf(tree, x)
        scores = [0.0, *scores] if classes == 2 else scores
    powers = [math.exp(score - max(scores)) for score in scores]
    return [power / sum(powers) for power in powers]


def effects(model: Mapping[str, Any], x: Sequence[float | None], arms: int) -> Sequence[float]:
    """The predicted effect of each arm but the first, against the first."""
    models = model["models"]
    if model["kind"] == "s":
        rows = [[*x, *(float(arm == other) for other in range(1, arms))] for arm in range(arms)]
        under = [predict(models[0], row) for row in rows]
        return [each - under[0] for each in under[1:]]
    found = [predict(each, x) for each in models]
    if model["kind"] == "t":
        return [each - found[0] for each in found[1:]]
    if model["kind"] == "direct":
        return found
    raised = [max(pair) for pair in zip(chances(model["propensity"], x), model["floors"], strict=True)]
    weights = [chance / (chance + raised[0]) for chance in raised[1:]]
    return [weight * found[2 * arm + 1] + (1 - weight) * found[2 * arm] for arm, weight in enumerate(weights)]


def baseline(model: Mapping[str, Any], x: Sequence[float | None], arms: int) -> float:
    """The predicted outcome under the first arm."""
    if model["kind"] == "s":
        return predict(model["models"][0], [*x, *([0.0] * (arms - 1))])
    controls = model["models"][:1] if model["kind"] == "t" else model["controls"]
    return sum(predict(each, x) for each in controls) / len(controls)


def units(policy: Mapping[str, Any], x: Sequence[float | None], gained: Sequence[float]) -> list[float]:
    """How often each arm's cost is predicted to be paid: once, or for each unit of a predicted number."""
    model, found = policy["rule"]["model"], []
    for arm, paid in enumerate(policy["rule"]["paid"]):
        number = 1.0
        if paid == "outcome":
            number = baseline(model, x, len(policy["arms"])) + [0.0, *gained][arm]
        elif paid is not None:
            number = predict(paid, x)
        found.append(max(number, 0.0))
    return found


def decide(policy: Mapping[str, Any], row: Mapping[str, Any]) -> tuple[int, float | None]:
    """The arm of a person, and its predicted net benefit over the control where the policy predicts one."""
    rule, kind = policy["rule"], policy["kind"]
    x = [read(row, feature) for feature in policy["features"]]
    if kind == "constant":
        return rule["arm"], None
    if kind == "tree":
        return branch(rule, x), None
    if kind == "linear":
        points = [line(each, x) for each in rule["lines"]]
        return points.index(max(points)), None
    gained = effects(rule["model"], x, len(policy["arms"]))
    paid = units(policy, x, gained)
    costs = [read_cost(row, cost) * number for cost, number in zip(policy["costs"], paid, strict=True)]
    extra = [cost - costs[0] for cost in costs[1:]]
    gains = [policy["benefit"] * each for each in gained]
    net = [gain - rule["money"] * cost for gain, cost in zip(gains, extra, strict=True)]
    if rule["limit"] is not None and max(net) <= rule["limit"]:
        return 0, 0.0
    best = net.index(max(net))
    return best + 1, gains[best] - extra[best]


def branch(rule: Mapping[str, Any], x: Sequence[float | None]) -> int:
    """The arm that a tree's questions lead to."""
    while "arm" not in rule:
        value = x[rule["column"]]
        listed = "codes" in rule
        low = value in rule["codes"] if listed else value is None or value <= rule["threshold"]
        rule = rule["low" if low else "high"]
    return int(rule["arm"])


def assign_csv(policy: Mapping[str, Any], arguments: Sequence[str] | None = None) -> int:
    """Assign the people of a csv file: a line a person with its row, its arm and what that is worth."""
    parser = argparse.ArgumentParser(description="Assign each person of a csv file to an arm.")
    parser.add_argument("people", help="a csv file with one row a person, headed by the columns' names")
    parser.add_argument("--delimiter", default=",", help="what stands between values (,)")
    parser.add_argument("--decimal", default=".", help="what numbers are written with (.)")
    options = parser.parse_args(arguments)
    numbers = [each["name"] for each in policy["features"] if each["kind"] == "number"]
    numbers += [cost for cost in policy["costs"] if isinstance(cost, str)]
    csv.field_size_limit(10**9)
    writer, number = csv.writer(sys.stdout, lineterminator="\n"), 0
    try:
        with open(options.people, encoding="utf-8-sig", newline="") as file:  # noqa: PTH123 - one import less
            writer.writerow(["row", "arm", "predicted_net_benefit"])
            for number, row in enumerate(csv.DictReader(file, delimiter=options.delimiter), start=1):
                for name in numbers if options.decimal != "." else ():
                    if row.get(name):
                        row[name] = row[name].replace(options.decimal, ".")
                arm, worth = decide(policy, row)
                writer.writerow([number, policy["arms"][arm], "" if worth is None else repr(worth)])
    except (OSError, ValueError) as problem:
        where = f"row {number}: " if number and isinstance(problem, ValueError) else ""
        print(f"problem: {where}{problem}", file=sys.stderr)  # noqa: T201 - this program's words
        return 2
    return 0
