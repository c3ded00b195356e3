"""What mediation found, in sentences."""

from __future__ import annotations

from collections.abc import Sequence

from causal_core.estimation.result import Estimate
from causal_core.identification import Identification
from causal_core.identification.mediation import check_mediation
from causal_core.study.headline import interval_text, signed_text

WHOM = {"ATE": "over everybody", "ATT": "over those treated", "ATC": "over those not treated"}

ASSUMED = (
    "This holds if the graph is right: nothing hidden acts on treatment, mediator or outcome together, and "
    "nothing the treatment changes acts on both mediator and outcome. The natural parts also compare what no "
    "one person can show: the outcome under one treatment with the mediator as under the other."
)
"""What the split rests on."""


def split_sentences(
    parts: Sequence[Estimate], mediators: Sequence[str], treatment: str, outcome: str, unit: str
) -> tuple[str, ...]:
    """One arm's split in plain words: the whole and its two parts, the share, the controlled direct effect.

    Args:
        parts: The arm's mediation estimates.
        mediators: The mediators, which count jointly.
        treatment: The treatment's name.
        outcome: The outcome's name.
        unit: The outcome's unit; may be empty.

    Returns:
        Sentences, names unescaped; none when the arm has no answer.
    """
    found = {each.estimand.split("(")[0]: each for each in parts if each.value is not None}
    if not {"TE", "NDE", "NIE", "CDE"} <= set(found):
        return ()
    total, direct, indirect, held = (found[name] for name in ("TE", "NDE", "NIE", "CDE"))
    control, arm = total.contrast
    through = ", ".join(mediators)
    measure = f" {unit}" if unit else ""
    sentences = [
        f"Setting {treatment} to {arm} instead of {control} changes {outcome} by {_said(total)}{measure} on "
        f"average {WHOM[total.target]}: {_said(indirect)} through {through} (natural indirect effect, "
        f"NIE(1)), {_said(direct)} other than through {through} (natural direct effect, NDE(0))."
    ]
    sentences += [check.words for check in total.checks]
    sentences.append(
        f"{held.notes[-1]} Then the treatment would change {outcome} by {_said(held)}{measure} (controlled "
        "direct effect, CDE)."
    )
    if len(mediators) > 1:
        sentences.append(f"{through} count jointly.")
    return tuple(sentences)


def alone_sentences(identification: Identification, mediators: Sequence[str]) -> tuple[str, ...]:
    """Of several mediators, which one's own share the graph identifies and why the others' it does not.

    Args:
        identification: What the graph says.
        mediators: The mediators that counted jointly; of a single one there is nothing to say.

    Returns:
        Up to two sentences, names unescaped.
    """
    if len(mediators) < 2:
        return ()
    graph, treatment, outcome = identification.graph, identification.treatment, identification.outcome
    checks = {name: check_mediation(graph, treatment, outcome, name) for name in mediators}
    able = [name for name, check in checks.items() if check.valid]
    unable = [(name, check.reason) for name, check in checks.items() if not check.valid]
    sentences = []
    if able:
        sentences.append(
            f"What runs through {' or through '.join(able)} alone can be told too: choose it as the mediator."
        )
    if unable:
        reasons = " ".join(f"{name}: {reason}" for name, reason in unable)
        sentences.append(f"The share of {', '.join(name for name, _ in unable)} alone cannot. {reasons}")
    return tuple(sentences)


def _said(estimate: Estimate) -> str:
    interval = interval_text(estimate)
    value = signed_text(estimate.value or 0.0)
    return f"{value} (95 % interval {interval})" if interval else value
