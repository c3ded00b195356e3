"""Where to begin: columns that may be decisions, and the first stage of a study."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from causal_core.data.arms import MAX_ARMS
from causal_core.study.features import before_treatment

if TYPE_CHECKING:
    from causal_core.data.column import Profile
    from causal_core.study.study import Study


def treatments(study: Study, profile: Profile) -> tuple[str, ...]:
    """The columns that could be a stage's treatment: 2 to 20 values, and not the outcome."""
    return tuple(
        column.name
        for column in profile.columns
        if 2 <= column.distinct <= MAX_ARMS and column.name != study.question.outcome
    )


def first_stages(study: Study, columns: Sequence[str]) -> tuple[Mapping[str, str | tuple[str, ...]], ...]:
    """The question's treatment with all that is known before it, and a second stage still to be named."""
    before = before_treatment(study)
    known = tuple(name for name in columns if name in before)
    return (
        {"treatment": study.question.treatment, "covariates": known},
        {"treatment": "", "covariates": ()},
    )
