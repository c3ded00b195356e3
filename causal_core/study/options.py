"""The sections of a study file: the data, the question, and each step's options."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, NonNegativeFloat, PositiveInt
from pydantic.dataclasses import dataclass

Kind = Literal["number", "category", "boolean", "date", "text"]
"""How the study uses a column."""

Timing = Literal["before", "at", "after"]
"""When a column was measured against the treatment."""

Target = Literal["ATE", "ATT", "ATC"]
"""Over whom an effect is averaged: all rows, the treated, or the controls."""

Level = bool | int | float | str
"""A level of the treatment as a study file may write it."""

STRICT = ConfigDict(extra="forbid", strict=True)


@dataclass(frozen=True, config=STRICT)
class Data:
    """Where the table is, how to read it, and what its columns mean.

    Attributes:
        path: A csv, parquet or xlsx file, relative to the study file.
        sha256: Digest of that file's bytes; a difference is a problem.
        types: Column -> how the study uses it, where that is not what the table suggests.
        row_is: What one row is, in the analyst's words.
        measured: Column -> when it was measured against the treatment.
    """

    path: str
    sha256: str | None = None
    delimiter: str | None = None
    encoding: str | None = None
    decimal: str | None = None
    sheet: str | None = None
    types: Mapping[str, Kind] = field(default_factory=dict)
    row_is: str = ""
    measured: Mapping[str, Timing] = field(default_factory=dict)


@dataclass(frozen=True, config=STRICT)
class GraphSource:
    """The causal graph: its text, or a file beside the study that holds it.

    Attributes:
        text: The graph in any format that `CausalGraph.from_text` reads.
        path: A file with that text, relative to the study file.
        chosen_on_data: Whether arrows were taken over from what an algorithm suggested on these data.
    """

    text: str | None = None
    path: str | None = None
    chosen_on_data: bool = False


@dataclass(frozen=True, config=STRICT)
class Question:
    """Which effect is asked for.

    Attributes:
        treatment: The treatment's column.
        outcome: The outcome's column.
        control: The reference level; the other levels are the arms. Of a dose (a number with more than 20
            values) the dose to compare with; where 0 is no dose in the data, 0 means the median.
        target: ATE over all rows, ATT over the treated, ATC over the controls.
        randomised: Whether assignment is known to be random.
        propensity: Column with the known probability of being treated (two arms).
        clusters: Column that names each row's cluster.
        weights: Column of sampling weights.
        adjust_for: The adjustment set to use when the graph admits several; None lets the graph choose.
        instrument: The instrument to use, or several that one set of covariates makes instruments.
        mediator: The mediator to use.
        interference: Whether one unit's treatment can touch another's outcome.
        unit: The outcome's unit, for charts and sentences.
    """

    treatment: str
    outcome: str
    control: Level = 0
    target: Target = "ATE"
    randomised: bool = False
    propensity: str | None = None
    clusters: str | None = None
    weights: str | None = None
    adjust_for: tuple[str, ...] | None = None
    instrument: str | tuple[str, ...] | None = None
    mediator: str | None = None
    interference: Literal["no", "yes", "unknown"] = "unknown"
    unit: str = ""


@dataclass(frozen=True, config=STRICT)
class EstimateOptions:
    """How the effect is estimated.

    Attributes:
        methods: Which estimators run.
        headline: The method that speaks for the study; None for the first that can answer.
        squares: Numeric covariates that enter models of treatment and outcome with their square as well.
        logs: Numeric covariates above zero that enter these models by their logarithm instead.
        interactions: Covariates whose products with the treatment enter standardisation's outcome model.
        nuisances: What double machine learning predicts with.
        missing: What becomes of rows with a missing covariate.
        imputations: How many completed tables multiple imputation makes.
        mediator_value: Where mediation holds the mediator for the controlled direct effect; None for its mean
            or, of two values, the lower.
    """

    methods: tuple[str, ...] = (
        "difference_in_means",
        "linear_regression",
        "matching",
        "stratification",
        "ipw",
        "aipw",
    )
    headline: str | None = None
    squares: tuple[str, ...] = ()
    interactions: tuple[str, ...] = ()
    nuisances: Literal["boosted", "linear"] = "boosted"
    missing: Literal["complete", "indicator", "imputation"] = "complete"
    imputations: PositiveInt = 20
    mediator_value: float | None = None
    logs: tuple[str, ...] = ()


@dataclass(frozen=True, config=STRICT)
class ValidateOptions:
    """How it is tried whether another defensible analysis would say otherwise.

    Attributes:
        checks: What `run` does of it; the app offers all.
        methods: Methods of the specification curve; None for all that adjust.
        targets: Its populations; None for the question's.
        repeated: Methods of the repeated study, at most three; None for the one that speaks for the study.
        repetitions: How often the study is repeated.
        world: What the outcome is made of in the world of the repeated study.
    """

    checks: tuple[Literal["specification_curve", "repeat"], ...] = ()
    methods: tuple[str, ...] | None = None
    targets: tuple[Target, ...] | None = None
    repeated: tuple[str, ...] | None = None
    repetitions: Annotated[int, Field(ge=20, le=2000)] = 200
    world: Literal["linear", "boosted"] = "linear"


@dataclass(frozen=True, config=STRICT)
class RefuteOptions:
    """Which refuters run, how many simulations each, and the method they try (None: the headline's)."""

    refuters: tuple[str, ...] = (
        "random_common_cause",
        "placebo_treatment",
        "data_subset",
        "bootstrap",
        "unobserved_common_cause",
        "graph",
    )
    simulations: PositiveInt = 100
    method: str | None = None


@dataclass(frozen=True, config=STRICT)
class UpliftOptions:
    """How it is learned who responds.

    Attributes:
        learners: Which learners run.
        features: The columns they may use; None for all measured before the treatment.
        base: What the learners' regressions are: "boosted" trees, "linear", or another base learner.
        evaluation: What rankings are judged on: one "held_out" half, or "sequential" folds, each judged with
            learners of the folds before it.
    """

    learners: tuple[str, ...] = ("s", "t")
    features: tuple[str, ...] | None = None
    base: str = "boosted"
    evaluation: Literal["held_out", "sequential"] = "held_out"


@dataclass(frozen=True, config=STRICT)
class GapOptions:
    """How ranking by risk is compared with ranking by effect; a run does it where any of this is said.

    Attributes:
        score: Column of a risk score in use; None for a model of the outcome that is learned here.
        high_is_risky: Whether high scores mean risk.
        learner: Whose predicted effects rank; None for the policy's.
        arm: The arm that both would give; None for the arm predicted best, for each person or on average.
        share: Share of people to treat; None for the policy's.
        budget: Most that may be spent on all rows of the table, in place of a share.
        baseline: From which predicted outcome without treatment on it counts as high; None for the median.
        effect: Above which predicted effect it counts as high.
    """

    score: str | None = None
    high_is_risky: bool = True
    learner: str | None = None
    arm: str | None = None
    share: Annotated[float, Field(ge=0, le=1)] | None = None
    budget: NonNegativeFloat | None = None
    baseline: float | None = None
    effect: float = 0.0


@dataclass(frozen=True, config=STRICT)
class PolicyOptions:
    """Which policies are valued, and what an outcome unit and a treatment are worth.

    Attributes:
        headline: The policy that the memo speaks for; None for `top_share`. With several arms treating
            everybody names its arm, such as "treat_all: b".
        learner: Whose predictions choose; None for the first learner that answered.
        share: Share of people that `top_share` treats.
        threshold: Predicted net benefit above which `threshold` treats.
        depth: Depth of the policy tree, 1 to 3; 0 lets cross-validation choose.
        budget: Most that may be spent in total on all rows of the table.
        capacity: Arm -> share of people, the most who can get it.
        quota_by: Column of the groups among whom treatment is shared out; None for no such rule.
        quota: Group, as text -> least and most share of it to treat.
        parity: Largest difference of the groups' treated shares; None for any.
        benefit: Value of one unit of the outcome; negative when less of it is better.
        benefit_by: Column by which each person's benefit is multiplied, known before the treatment; or None.
        cost: Arm -> cost a person, or the column that holds it.
        paid_per: Arm -> the outcome, or another number measured after treatment, for each unit of which the
            cost is paid, such as a discount when it is redeemed; arms not named pay at once.
        unit: What benefit and costs are counted in, such as EUR.
        people: How many people totals are said for.
        stages: For Q-learning over several stages.
    """

    policies: tuple[str, ...] = ("treat_all", "treat_none", "top_share")
    headline: str | None = None
    learner: str | None = None
    share: Annotated[float, Field(ge=0, le=1)] = 0.2
    threshold: float = 0.0
    depth: Annotated[int, Field(ge=0, le=3)] = 2
    budget: NonNegativeFloat | None = None
    capacity: Mapping[str, Annotated[float, Field(ge=0, le=1)]] = field(default_factory=dict)
    quota_by: str | None = None
    quota: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    parity: Annotated[float, Field(ge=0, le=1)] | None = None
    benefit: float = 1.0
    benefit_by: str | None = None
    cost: Mapping[str, float | str] = field(default_factory=dict)
    paid_per: Mapping[str, str] = field(default_factory=dict)
    unit: str = ""
    people: PositiveInt = 10_000
    stages: tuple[Mapping[str, str | tuple[str, ...]], ...] = ()


@dataclass(frozen=True, config=STRICT)
class BanditOptions:
    """How learning while acting is simulated; a run does it where any of this is said.

    Attributes:
        strategies: Which strategies run, names of `causal_core.bandit.strategies.STRATEGIES`.
        start: Whether strategies start out knowing "nothing", or the part of the "data" that effects are
            learned on.
        rounds: How often the strategies learn, such as weeks.
        per_round: People who come in each round.
        epsilon: Share of people on whom epsilon-greedy explores.
        alpha: How many standard errors LinUCB adds to a prediction.
        spread: By what Thompson sampling multiplies standard errors.
        floor: Share of people on whom LinUCB and Thompson sampling explore at random whatever they know.
        experiment: Rounds of the experiment, after which one commits.
        delay: Rounds until an outcome is known.
        drift: By what share of themselves effects have changed at the end; -1 lets them fade to nothing.
        seeds: How many times everything is simulated.
    """

    strategies: tuple[str, ...] = (
        "thompson",
        "linucb",
        "epsilon_greedy",
        "experiment",
        "fixed_policy",
        "uniform",
    )
    start: Literal["nothing", "data"] = "nothing"
    rounds: Annotated[int, Field(ge=2, le=100_000)] = 52
    per_round: Annotated[int, Field(ge=1, le=20_000)] = 100
    epsilon: Annotated[float, Field(ge=0, le=1)] = 0.1
    alpha: NonNegativeFloat = 1.0
    spread: NonNegativeFloat = 1.0
    floor: Annotated[float, Field(ge=0, le=1)] = 0.02
    experiment: PositiveInt = 8
    delay: Annotated[int, Field(ge=0, le=1000)] = 0
    drift: Annotated[float, Field(ge=-3, le=3)] = 0.0
    seeds: Annotated[int, Field(ge=2, le=200)] = 20
