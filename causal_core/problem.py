"""What is wrong, where, and what to do about it."""

from __future__ import annotations


class Problem(ValueError):  # noqa: N818 - what a person can act on is a problem, not an error
    """An error a person can act on.

    Args:
        message: What is wrong, one plain sentence that names the column or node.
        column: The column or node at fault, when there is one.
        remedy: What to do about it, one plain sentence; may be empty.
    """

    def __init__(self, message: str, column: str | None = None, remedy: str = "") -> None:
        super().__init__(message, column, remedy)
        self.message = message
        self.column = column
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".strip()


class GraphError(Problem):
    """A graph that cannot be: a cycle, a duplicate, an unknown name; the message names the nodes."""


class DoesNotApply(Problem):
    """A step that has no answer for this question, for a reason that is itself an answer."""
