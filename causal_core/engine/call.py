"""A step asked for by name, a plan of several, and the failure of one, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from causal_core.problem import DoesNotApply, Problem


@dataclass(frozen=True)
class Call:
    """A function by name with its arguments.

    Attributes:
        function: `"package.module:name"`, importable where the step runs.
        arguments: Keyword arguments, everything in them picklable.
    """

    function: str
    arguments: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Plan:
    """Tasks that may run in any order on any worker, and what makes one result of their parts.

    Attributes:
        key: What identifies the result (a hash of step, options and inputs); askers of one key share one
            computation.
        title: What a person reads beside the progress, e.g. "Bootstrap refutation".
        tasks: Each returns one part. Many tasks of about 0.2 to 5 seconds make progress true and cancelling
            quick.
        combine: Called with `parts=[...]`, in the order of `tasks`, plus its own arguments; without it the
            result is the list of parts.
        seconds: The longest time from the first task's start; past it the plan fails in words.
    """

    key: str
    title: str
    tasks: tuple[Call, ...]
    combine: Call | None = None
    seconds: float = 600.0

    @property
    def steps(self) -> int:
        """How many calls the plan holds, `combine` included."""
        return len(self.tasks) + (self.combine is not None)


@dataclass(frozen=True)
class Failure:
    """Why a plan has no result: plain words that cross from worker to app instead of a library's exception.

    Attributes:
        message: What went wrong, one plain sentence.
        column: The column or node at fault, when there is one.
        remedy: What to do about it; may be empty.
        inapplicable: Nothing is broken: there is no answer to this question, and the message says why.
    """

    message: str
    column: str | None = None
    remedy: str = ""
    inapplicable: bool = False

    @classmethod
    def of(cls, problem: Problem) -> Failure:
        """The failure that says what `problem` says."""
        column = None if problem.column is None else str(problem.column)
        return cls(str(problem.message), column, str(problem.remedy), isinstance(problem, DoesNotApply))

    def problem(self) -> Problem:
        """A fresh `Problem` that says the same, to be raised."""
        kind = DoesNotApply if self.inapplicable else Problem
        return kind(self.message, column=self.column, remedy=self.remedy)


class StepFailed(Exception):  # noqa: N818 - it carries a Failure; people never see its name
    """Carries a `Failure` out of a worker, and nothing that would import a library where it is unpickled."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure)
        self.failure = failure
