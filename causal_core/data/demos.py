"""The demos that come with dostudio: data, graph, question, licence and, where it is known, the truth."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from causal_core.problem import Problem

Timing = Literal["before", "at", "after"]


@dataclass(frozen=True)
class Figure:
    """One number about a demo and where it comes from.

    Attributes:
        name: Short name, unique among the demo's figures of its kind.
        value: The number, as many digits as it is known to; effects in the outcome's unit.
        how: How it was computed, one or two sentences.
        estimand: What it is: `ATE`, `ATT`, `NDE(0)`, ...; empty for what a comparison of the table shows.
        outcome: The outcome's column, or empty.
        contrast: (control, arm) as text, or None.
    """

    name: str
    value: float
    how: str
    estimand: str = ""
    outcome: str = ""
    contrast: tuple[str, str] | None = None


@dataclass(frozen=True)
class Demo:
    """A demo, as its `about.toml` describes it.

    Attributes:
        name: Its folder's name.
        folder: Where its files are.
        order: Its place in the list, from 1; the order is meant for learning.
        title: A few words.
        question: The question in plain words.
        teaches: What it teaches, one or two sentences.
        design: `randomised`, `observational`, `instrument` or `front-door`.
        rows: Rows of its table.
        row_is: What one row is.
        unit: The outcome's unit.
        interference: Whether one row's treatment can touch another's outcome.
        source: Where the data come from.
        licence: On what terms they may be used.
        measured: (column, when it was measured against the treatment), for every column in the table's order.
        truth: What is known to be right, or published.
        seen: What naive and adjusted comparisons of the table show.
        traps: What goes wrong easily, one sentence each.
    """

    name: str
    folder: Path
    order: int
    title: str
    question: str
    teaches: str
    design: str
    rows: int
    row_is: str
    unit: str
    interference: str
    source: str
    licence: str
    measured: tuple[tuple[str, Timing], ...]
    truth: tuple[Figure, ...]
    seen: tuple[Figure, ...]
    traps: tuple[str, ...]

    @property
    def study(self) -> Path:
        """Its study file."""
        return self.folder / "study.toml"

    @property
    def studies(self) -> tuple[Path, ...]:
        """`study`, then other questions on the same table, by name."""
        return (self.study, *sorted(self.folder.glob("study_*.toml")))

    @property
    def truth_path(self) -> Path | None:
        """A generated world's potential outcomes, in the table's row order; None for published data."""
        path = self.folder / "truth.parquet"
        return path if path.is_file() else None


def demos() -> tuple[Demo, ...]:
    """The demos, in the order meant for learning.

    Raises:
        Problem: They are not installed.
    """
    return _read(_folder())


def demo(name: str) -> Demo:
    """The demo called `name`.

    Raises:
        Problem: There is none; it names the nearest.
    """
    found = {each.name: each for each in demos()}
    if name not in found:
        near = get_close_matches(name, found, n=1)
        remedy = f'Did you mean "{near[0]}"?' if near else f"Choose one of {', '.join(found)}."
        raise Problem(f'There is no demo called "{name}".', remedy=remedy)
    return found[name]


def _folder() -> Path:
    # In a checkout beside causal_core; in an installed wheel inside the package dostudio, also beside it.
    beside = Path(__file__).resolve().parents[2]
    for folder in (beside / "demo_data", beside / "dostudio" / "demo_data"):
        if any(folder.glob("*/about.toml")):
            return folder
    raise Problem(
        "The demos are not installed.", remedy="Install dostudio from its wheel, or run its checkout."
    )


@lru_cache(maxsize=4)
def _read(folder: Path) -> tuple[Demo, ...]:
    found = (_demo(about) for about in folder.glob("*/about.toml"))
    return tuple(sorted(found, key=lambda demo: (demo.order, demo.name)))


def _demo(about: Path) -> Demo:
    with about.open("rb") as file:
        facts: dict[str, Any] = tomllib.load(file)
    facts["measured"] = tuple(facts["measured"].items())
    facts["traps"] = tuple(facts["traps"])
    for kind in ("truth", "seen"):
        facts[kind] = tuple(_figure(entry) for entry in facts[kind])
    return Demo(name=about.parent.name, folder=about.parent, **facts)


def _figure(entry: dict[str, Any]) -> Figure:
    contrast = entry.pop("contrast", None)
    return Figure(**entry, contrast=None if contrast is None else (contrast[0], contrast[1]))
