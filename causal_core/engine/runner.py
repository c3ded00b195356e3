"""What carries out a call: finds the function, calls it, puts whatever goes wrong into words."""

from __future__ import annotations

import importlib
import logging
from collections.abc import Callable

from causal_core.engine.call import Call, Failure
from causal_core.problem import Problem

logger = logging.getLogger(__name__)

LONGEST_MESSAGE = 300
"""How many characters of an unexpected error's own words are shown."""


class Unexpected(Problem):
    """A problem made from an error that no step foresaw; its cause is worth a line in the log."""


def resolve(name: str) -> Callable[..., object]:
    """The function called `"package.module:name"`.

    Raises:
        Problem: There is no such function; a missing library keeps its ImportError.
    """
    module_name, colon, attribute = name.partition(":")
    unknown = Problem(
        f"There is no step called “{name}”.", remedy="Update the app and its workers to one version."
    )
    if not (module_name and colon and attribute):
        raise unknown
    try:
        module = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        if error.name and (module_name == error.name or module_name.startswith(f"{error.name}.")):
            raise unknown from None
        raise
    function = getattr(module, attribute, None)
    if not callable(function):
        raise unknown
    return function  # type: ignore[no-any-return]  # callable() leaves its return type open


def perform(call: Call, **more: object) -> object:
    """What the call's function returns, given its arguments and `more`.

    Raises:
        Problem: The function's own, or one that puts any other error into words (its cause attached).
    """
    try:
        return resolve(call.function)(**call.arguments, **more)
    except Problem:
        raise
    except (Exception, SystemExit) as error:
        failure = explain(error)
        raise Unexpected(failure.message, column=failure.column, remedy=failure.remedy) from error


def explain(error: BaseException) -> Failure:
    """An unexpected error in words a person can use, without its traceback."""
    words = " ".join(str(error).split())[:LONGEST_MESSAGE]
    if isinstance(error, Problem):
        return Failure.of(error)
    if isinstance(error, MemoryError):
        return Failure(
            f"This step needs more memory than there is{f' ({words})' if words else ''}.",
            remedy="Use fewer rows or columns, or give workers more memory with DOSTUDIO_WORKER_MEMORY.",
        )
    if "libgomp" in words:
        return Failure(
            "LightGBM cannot start: the system library libgomp is missing.",
            remedy="Install it, on Debian and Ubuntu with `apt install libgomp1`.",
        )
    if isinstance(error, ModuleNotFoundError) and error.name:
        return Failure(
            f"This step needs the package “{error.name}”, which is not installed.",
            remedy=f"Install {error.name.partition('.')[0]} where the workers run.",
        )
    name = type(error).__name__
    return Failure(
        f"This step stopped on an unexpected error ({name}{f': {words}' if words else ''}).",
        remedy="The full details are in the workers' log.",
    )
