"""The study file: TOML text to checked sections, and back."""

from __future__ import annotations

import dataclasses
import json
import tomllib
from collections.abc import Mapping
from dataclasses import field
from typing import Any

import tomlkit
from pydantic import TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass
from pydantic_core import ErrorDetails

from causal_core.problem import Problem
from causal_core.study.experiment_options import ExperimentOptions, HeldBackOptions
from causal_core.study.options import (
    STRICT,
    BanditOptions,
    Data,
    EstimateOptions,
    GapOptions,
    GraphSource,
    PolicyOptions,
    Question,
    RefuteOptions,
    UpliftOptions,
    ValidateOptions,
)

VERSION = 1


class StudyFileError(Problem):
    """A study file that cannot be read; `problems` names table, key and remedy of each fault."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems

    def __reduce__(self) -> tuple[object, ...]:
        return (StudyFileError, (self.problems,))


@dataclass(frozen=True, config=STRICT)
class StudyFile:
    """A study as its file holds it."""

    data: Data
    graph: GraphSource
    question: Question
    version: int = VERSION
    seed: int = 1
    estimate: EstimateOptions = field(default_factory=EstimateOptions)
    validate: ValidateOptions = field(default_factory=ValidateOptions)
    refute: RefuteOptions = field(default_factory=RefuteOptions)
    uplift: UpliftOptions = field(default_factory=UpliftOptions)
    gap: GapOptions = field(default_factory=GapOptions)
    policy: PolicyOptions = field(default_factory=PolicyOptions)
    bandit: BanditOptions = field(default_factory=BanditOptions)
    experiment: ExperimentOptions = field(default_factory=ExperimentOptions)
    held_back: HeldBackOptions = field(default_factory=HeldBackOptions)


_ADAPTER: TypeAdapter[StudyFile] = TypeAdapter(StudyFile)


def parse(text: str) -> StudyFile:
    """The study that `text` describes.

    Raises:
        StudyFileError: The text is no TOML, comes from a newer version, or a key is unknown, missing or of
            the wrong kind.
    """
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        problem = Problem(f"The study file is not valid TOML: {error}.", remedy="Correct that line.")
        raise StudyFileError((problem,)) from None
    version = tables.get("version", VERSION)
    if isinstance(version, int) and version > VERSION:
        problem = Problem(
            f"The study file has version {version}; this dostudio reads up to version {VERSION}.",
            remedy="Update dostudio, or save the study from the older one.",
        )
        raise StudyFileError((problem,))
    try:
        return _ADAPTER.validate_json(json.dumps(tables, default=str))
    except ValidationError as error:
        raise StudyFileError(tuple(_in_words(detail) for detail in error.errors())) from None


def write(study: StudyFile) -> str:
    """`study` as TOML, defaults left out; `parse` gives it back equal."""
    document = tomlkit.document()
    document["version"] = study.version
    document["seed"] = study.seed
    for section in dataclasses.fields(study):
        value = getattr(study, section.name)
        if dataclasses.is_dataclass(value):
            table = _table(value)
            if table:
                document[section.name] = table
    return tomlkit.dumps(document)


def _table(section: Any) -> dict[str, object]:
    table: dict[str, object] = {}
    for item in dataclasses.fields(section):
        value = getattr(section, item.name)
        default = item.default_factory() if callable(item.default_factory) else item.default
        if value is None or (value == default and type(value) is type(default)):
            continue
        table[item.name] = _toml(value)
    return dict(sorted(table.items(), key=lambda entry: isinstance(entry[1], Mapping)))


def _toml(value: object) -> object:
    if isinstance(value, Mapping):
        return {key: _toml(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [_toml(item) for item in value]
    return value


def _in_words(detail: ErrorDetails) -> Problem:
    place = [str(part) for part in detail["loc"]]
    table = f"[{place[0]}]" if place else "the file"
    key = ".".join(part for part in place[1:] if not part.startswith("function-"))
    if len(place) == 1 and detail["type"] in {"missing", "unexpected_keyword_argument"}:
        if detail["type"] == "missing":
            return Problem(f"{table}: this table is missing.", remedy=f"Add a {table} table.")
        return Problem(f"{table}: unknown table or key.", remedy="Remove it or correct its name.")
    remedies = {
        "missing": ("is missing", "Add it."),
        "unexpected_keyword_argument": ("is not a key of this table", "Remove it or correct its name."),
    }
    fault, remedy = remedies.get(
        detail["type"], (f"has the value {detail['input']!r}", f"{detail['msg'].rstrip('.')}.")
    )
    return Problem(f"{table} {key}: {fault}.", column=None, remedy=remedy)
