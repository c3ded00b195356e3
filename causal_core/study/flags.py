"""What a reader must know before trusting a number: late columns, interference, a graph chosen on data."""

from __future__ import annotations

from collections.abc import Iterable

from causal_core.study.inputs import Inputs
from causal_core.study.routes import instrument_names
from causal_core.study.study import Study

INSTRUMENTAL = frozenset({"two_stage_least_squares", "wald"})
"""Methods that use an instrument."""

INTERFERENCE = (
    "One unit's treatment may touch another's outcome. Every number here compares units as if it did not: "
    "it is not the effect of treating everybody. Make the unit large enough to hold those who touch each "
    "other (a household, a school, a region), or name it under clusters."
)
"""What it means for every later number that `interference` is "yes"."""

CHOSEN_ON_DATA = (
    "The graph was chosen on these data: arrows were taken over from what an algorithm suggested on the same "
    "rows. Intervals and p-values treat the graph as given and do not count that search, so they are too "
    "narrow by an unknown amount. The remedy is to estimate on another part of the data, one that the search "
    "has not seen."
)
"""What it means for every later interval that the same rows chose the graph."""


def flags(study: Study, inputs: Inputs | None) -> tuple[str, ...]:
    """Sentences, names unescaped; none when there is nothing to warn of.

    Args:
        study: The study.
        inputs: What its heavy steps start from; None while its graph does not hold the question.
    """
    found = [*_used_late(study, inputs), *_against_the_graph(study)]
    if study.question.interference == "yes":
        found.append(INTERFERENCE)
    if study.chosen_on_data:
        found.append(CHOSEN_ON_DATA)
    return tuple(found)


def measured(study: Study, when: str) -> frozenset[str]:
    """The columns said to be measured `before`, `at` or `after` the treatment."""
    return frozenset(name for name, said in study.data.measured.items() if said == when)


def _used_late(study: Study, inputs: Inputs | None) -> list[str]:
    question = study.question
    late = measured(study, "after") - {question.treatment}
    covariates = inputs.covariates if inputs is not None else question.adjust_for or ()
    features = study.uplift.features or ()
    instruments: Iterable[str] = instrument_names(question)
    given: Iterable[str] = ()
    # Without a name or a method for it, an instrument that the graph admits is used by nothing.
    if inputs is not None and (instruments or set(study.estimate.methods) & INSTRUMENTAL):
        instruments, given = inputs.instruments.variables, inputs.instruments.given
    return [
        f"{_names(names)} measured after the treatment, yet {use}: {why}"
        for names, use, why in (
            (
                [name for name in (*covariates, *given) if name in late],
                "adjusted for",
                "that can take away part of the effect or add a bias. Adjust for columns measured before it.",
            ),
            (
                [name for name in features if name in late and name not in covariates],
                "used to predict who responds",
                "nobody knows it when the treatment is chosen. Leave it out of the features.",
            ),
            (
                [name for name in instruments if name in late],
                "used as an instrument",
                "what comes after the treatment cannot have moved it.",
            ),
        )
        if names
    ]


def _against_the_graph(study: Study) -> list[str]:
    graph, question = study.graph, study.question
    treatment = question.treatment
    if question.outcome in measured(study, "before"):
        return [
            f"The outcome {question.outcome} was measured before the treatment, which cannot have changed it."
        ]
    if treatment not in graph.nodes:
        return []
    early = measured(study, "before") & graph.descendants([treatment]) - {treatment}
    late = measured(study, "after") & graph.ancestors([treatment]) - {treatment}
    found = []
    if early:
        found.append(
            f"{_names(sorted(early))} measured before the treatment, yet the graph draws it as an effect of "
            f"{treatment}. One of the two is wrong."
        )
    if late:
        found.append(
            f"{_names(sorted(late))} measured after the treatment, yet the graph draws it as a cause of "
            f"{treatment}. One of the two is wrong."
        )
    return found


def _names(names: Iterable[str]) -> str:
    listed = list(dict.fromkeys(names))
    if len(listed) == 1:
        return f"{listed[0]} was"
    return f"{', '.join(listed[:-1])} and {listed[-1]} were"
