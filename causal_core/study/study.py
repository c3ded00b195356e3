"""A study: one question on one data set with one graph, and the options of each step."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Self

from causal_core.graph import CausalGraph
from causal_core.problem import Problem
from causal_core.study.experiment_options import ExperimentOptions, HeldBackOptions
from causal_core.study.file import StudyFile, StudyFileError, parse, write
from causal_core.study.options import (
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

if TYPE_CHECKING:
    from causal_core.study.results import Results


@dataclass(frozen=True)
class Study:
    """A frozen description of a study; `Study.load` reads it, `run` computes it.

    Attributes:
        data: Where the table is and what its columns mean.
        graph: The causal graph.
        question: The effect asked for.
        estimate: Options of the estimation step.
        refute: Options of the refutation step.
        validate: Options of the validation step.
        uplift: Options of the uplift step.
        policy: Options of the policy step, with costs and benefit.
        gap: Options of the comparison of rankings by risk and by effect.
        bandit: Options of the simulation of learning while acting.
        experiment: What the next experiment shall learn, and how.
        held_back: Rows locked away, and the question they will answer.
        seed: Seed of everything random.
        chosen_on_data: Whether arrows of the graph were taken over from a search on these data.
        folder: The folder that relative paths start from; None when there is none.
        remarks: What the reader should know about how the file was read.
    """

    data: Data
    graph: CausalGraph
    question: Question
    estimate: EstimateOptions = field(default_factory=EstimateOptions)
    refute: RefuteOptions = field(default_factory=RefuteOptions)
    uplift: UpliftOptions = field(default_factory=UpliftOptions)
    policy: PolicyOptions = field(default_factory=PolicyOptions)
    validate: ValidateOptions = field(default_factory=ValidateOptions)
    gap: GapOptions = field(default_factory=GapOptions)
    bandit: BanditOptions = field(default_factory=BanditOptions)
    experiment: ExperimentOptions = field(default_factory=ExperimentOptions)
    held_back: HeldBackOptions = field(default_factory=HeldBackOptions)
    seed: int = 1
    chosen_on_data: bool = False
    folder: Path | None = field(default=None, compare=False)
    remarks: tuple[str, ...] = field(default=(), compare=False)

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """The study that the file at `path` describes.

        Raises:
            StudyFileError: The file is missing or faulty.
            GraphError: Its graph is.
        """
        file = Path(path)
        try:
            text = file.read_text(encoding="utf-8")
        except OSError as error:
            message = f"The study file {file.name} cannot be read: {error.strerror or error}."
            raise StudyFileError((Problem(message, remedy="Check the path."),)) from None
        except UnicodeDecodeError:
            message = f"The study file {file.name} is not UTF-8 text."
            raise StudyFileError((Problem(message, remedy="Save it as UTF-8."),)) from None
        return cls.from_text(text, folder=file.parent)

    @classmethod
    def from_text(cls, text: str, folder: Path | None = None) -> Self:
        """The study that TOML `text` describes; relative paths start from `folder`."""
        file = parse(text)
        graph, remarks = _read_graph(file, folder)
        return cls(
            data=file.data,
            graph=graph,
            question=file.question,
            estimate=file.estimate,
            refute=file.refute,
            uplift=file.uplift,
            policy=file.policy,
            validate=file.validate,
            gap=file.gap,
            bandit=file.bandit,
            experiment=file.experiment,
            held_back=file.held_back,
            seed=file.seed,
            chosen_on_data=file.graph.chosen_on_data,
            folder=folder,
            remarks=remarks,
        )

    def to_text(self) -> str:
        """This study as TOML; `from_text` gives it back equal."""
        # What is asked about may not be drawn yet.
        treatment, outcome = (
            name if name in self.graph.nodes else None
            for name in (self.question.treatment, self.question.outcome)
        )
        text = self.graph.to_text("dagitty", treatment=treatment, outcome=outcome)
        graph = GraphSource(text=text, chosen_on_data=self.chosen_on_data)
        return write(
            StudyFile(
                data=self.data,
                graph=graph,
                question=self.question,
                estimate=self.estimate,
                refute=self.refute,
                uplift=self.uplift,
                policy=self.policy,
                validate=self.validate,
                gap=self.gap,
                bandit=self.bandit,
                experiment=self.experiment,
                held_back=self.held_back,
                seed=self.seed,
            )
        )

    def replace(self, **changes: object) -> Self:
        """This study with some of its parts changed."""
        return dataclasses.replace(self, **changes)  # type: ignore[arg-type]  # checked by the dataclass itself

    @property
    def data_path(self) -> Path:
        """Where the data file is."""
        return (self.folder or Path()) / self.data.path

    def run(
        self,
        steps: Iterable[str] | None = None,
        progress: Callable[[str, float, float], None] | None = None,
    ) -> Results:
        """The results of the asked-for steps (all of them by default), computed in this process.

        Args:
            steps: Names among `causal_core.study.run.STEPS`.
            progress: Called with (step, done, total) while a step runs.

        Raises:
            Problem: The data cannot be read or does not fit the study.
        """
        from causal_core.study.run import run

        return run(self, steps=steps, progress=progress)


def _read_graph(file: StudyFile, folder: Path | None) -> tuple[CausalGraph, tuple[str, ...]]:
    from causal_core.graph import read_text

    source = file.graph
    if (source.text is None) == (source.path is None):
        problem = Problem("[graph]: give either text or path.", remedy="Keep one of the two keys.")
        raise StudyFileError((problem,))
    text = source.text
    if source.path is not None:
        try:
            text = ((folder or Path()) / source.path).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            problem = Problem(f"[graph] path: {source.path} cannot be read ({error}).", remedy="Check it.")
            raise StudyFileError((problem,)) from None
    found = read_text(text or "")
    remarks = []
    for role, names, asked in (
        ("treatment", found.treatments, file.question.treatment),
        ("outcome", found.outcomes, file.question.outcome),
    ):
        if names and asked not in names:
            remarks.append(
                f"The graph's text names {', '.join(sorted(names))} as {role}; "
                f"the study asks about {asked}, which wins."
            )
    return found.graph, tuple(remarks)
