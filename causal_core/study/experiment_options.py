"""The sections of a study file on the next experiment and on the rows that are held back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Annotated, Literal

from pydantic import Field, NonNegativeFloat, PositiveFloat, PositiveInt
from pydantic.dataclasses import dataclass

from causal_core.study.options import STRICT

Goal = Literal["average", "autoc", "gain"]
"""What an experiment shall learn: an average effect, who responds, or what a policy gains."""

Against = Literal["none", "all", "current"]
"""What a policy's gain is counted over: treating nobody, everybody, or as people were treated so far."""


@dataclass(frozen=True, config=STRICT)
class ExperimentOptions:
    """What the next experiment shall learn, and how people are assigned in it.

    Attributes:
        goal: What it shall learn.
        size: The smallest size worth finding: of an effect or AUTOC in the outcome's unit, of a gain in the
            benefit's unit per person; None for a usual one.
        against: What a policy's gain is counted over.
        power: The chance of finding that size that is asked for.
        people: How many people can be had at most; None when that is open.
        per_week: How many people join a week.
        delay: Weeks from treatment to outcome.
        arms: How many arms beside the control; None for those of the study.
        allocation: Equal shares, or more of the control, which every arm is compared with.
        shares: Arm -> share of people, control included, where neither fits.
        correction: How several comparisons with one control are corrected for.
        adjust: Whether the analysis adjusts for covariates.
        whole_clusters: Whether clusters are assigned whole, where the study has them.
        blocks: Columns within whose groups the arms are balanced.
        holdout_gain: The gain of a deployed policy that a holdout shall show, in the benefit's unit per
            person; None for a usual one.
        period: Within which it shall be seen.
    """

    goal: Goal = "average"
    size: float | None = None
    against: Against = "none"
    power: Annotated[float, Field(ge=0.5, le=0.99)] = 0.8
    people: PositiveInt | None = None
    per_week: PositiveFloat = 100.0
    delay: NonNegativeFloat = 0.0
    arms: Annotated[int, Field(ge=1, le=19)] | None = None
    allocation: Literal["equal", "more_control"] = "equal"
    shares: Mapping[str, float] = field(default_factory=dict)
    correction: Literal["dunnett", "bonferroni", "none"] = "dunnett"
    adjust: bool = True
    whole_clusters: bool = True
    blocks: tuple[str, ...] = ()
    holdout_gain: float | None = None
    period: Literal["month", "quarter"] = "month"


@dataclass(frozen=True, config=STRICT)
class HeldBackOptions:
    """Rows locked away before the analysis, and the one question they will answer.

    Attributes:
        share: Share of the table's rows that is locked; None when none is.
        seed: Of the draw.
        clusters: Column whose equal values are locked together.
        rows: Rows of the whole table when it was locked.
        sha256: Digest of the data file when it was locked.
        looked: Steps that had already been computed on all rows.
        question: What will be asked, in words.
        policy: The policy that will be valued.
        measure: What of it will be looked at.
        at_least: Success is an interval that lies above this, in the benefit's unit per person.
        written: When the question was written down.
        seal: Digest of lock and question as written; another one means that they were changed since.
        changes: What was changed before the opening, and when.
        opened: When the part was opened; empty before.
        answer: What was found then.
    """

    share: Annotated[float, Field(gt=0, lt=1)] | None = None
    seed: int = 1
    clusters: str | None = None
    rows: PositiveInt | None = None
    sha256: str = ""
    looked: tuple[str, ...] = ()
    question: str = ""
    policy: str = "top_share"
    measure: Literal["gain_vs_none", "gain_vs_all", "gain_vs_current", "value"] = "gain_vs_none"
    at_least: float = 0.0
    written: str = ""
    seal: str = ""
    changes: tuple[str, ...] = ()
    opened: str = ""
    answer: Mapping[str, float | int | bool | str] = field(default_factory=dict)
