"""The decision memo: what to do, for whom, what it gains, how sure that is; the same words on every medium.

Names from the data stand in its texts unescaped.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from causal_core.policy.simultaneous import simultaneous
from causal_core.study import memo_sentences as sentences
from causal_core.study import memo_words as words
from causal_core.study.assumptions import assumptions
from causal_core.study.decision import (
    Verdict,
    answered,
    benefit_unit,
    person_word,
    verdict_of,
)
from causal_core.study.headline import number_text
from causal_core.study.results import Refused

if TYPE_CHECKING:
    from causal_core.identification import Identification
    from causal_core.policy.result import Gain, PolicyResult
    from causal_core.policy.simultaneous import Together
    from causal_core.study.results import Valued
    from causal_core.study.study import Study
    from causal_core.uplift.result import Evaluation

QUESTION = "Whom should we treat, and what does it gain?"

CURVE_NOTE = (
    "Shaded: pointwise 95 % band. Dotted: as many people treated at random. A share picked because the curve "
    "is highest there flatters it."
)

BUDGET_NOTE = (
    "Money goes first where it is predicted to bring most. Shaded: pointwise 95 % band. A budget picked "
    "because the curve is highest there flatters it."
)

FOREST_NOTE = (
    "Coloured: the 95 % interval of each policy alone. Grey: intervals that hold for all of them at once "
    "(max-t), for a policy that is picked because it looks best here."
)

GROUPS_NOTE = (
    "Gains are over treating nobody, per person of the group, treated or not. Each interval is for one group "
    "alone; a group picked because it stands out is flattered."
)

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True)
class Option:
    """One policy of the memo.

    Attributes:
        letter: Names it in pictures and tables.
        name: What people call it.
        result: Its value and gains.
        chosen: Whether the memo speaks for it.
        together: Its gain over treating nobody, with an interval that holds for all policies at once.
    """

    letter: str
    name: str
    result: PolicyResult
    chosen: bool
    together: Gain

    @property
    def title(self) -> str:
        """Its name as the start of a line."""
        return self.name[:1].upper() + self.name[1:]


@dataclass(frozen=True)
class Fact:
    """A number in large print: what it is, the number with its unit, and what to know of it."""

    label: str
    number: str
    detail: str


@dataclass(frozen=True)
class Memo:
    """What a manager reads.

    Attributes:
        verdict: Whether the policy's gain over treating nobody is clear of 0.
        sound: Whether the memo may recommend it: a clear gain that treating everybody does not clearly beat,
            of arms that can be compared.
        recommendation: What to do, for how many people.
        gain: What that gains over treating nobody, in total and per person.
        against: The same against other ways to treat, and what limits do to it, a sentence each.
        facts: The numbers in large print.
        options: The policies compared, the memo's own among them.
        refused: Those that could not be valued.
        best: Which policy is predicted best, and what picking the highest value does.
        sure: What the number rests on and how far, a sentence each.
        assumptions: What was assumed.
        next_steps: What to do next.
        person: What one row is called.
        unit: Of benefit and costs; may be empty.
        nobody: What treating nobody means.
    """

    verdict: Verdict
    sound: bool
    recommendation: str
    gain: str
    against: tuple[str, ...]
    facts: tuple[Fact, ...]
    options: tuple[Option, ...]
    refused: tuple[Refused, ...]
    best: str
    sure: tuple[str, ...]
    assumptions: tuple[str, ...]
    next_steps: tuple[str, ...]
    person: str
    unit: str
    nobody: str

    @property
    def chosen(self) -> Option | None:
        """The policy the memo speaks for; None where it could not be valued."""
        return next((option for option in self.options if option.chosen), None)


def memo(
    study: Study,
    identification: Identification,
    evaluation: Evaluation,
    valued: Valued,
    predicted: Mapping[str, float] | None = None,
) -> Memo:
    """The memo of a study's policy step.

    Args:
        study: Its policy's options are spoken of.
        identification: What makes the arms comparable.
        evaluation: Whose held-out rows the policies were valued on.
        valued: The policies' values.
        predicted: Policy -> predicted gain over treating nobody, per person; None leaves the best unnamed.
    """
    good = answered(valued)
    together = simultaneous(good, seed=study.seed) if good else None
    options = options_of(study, evaluation, good, together)
    chosen = next((option for option in options if option.chosen), None)
    person, unit = person_word(study.data.row_is), benefit_unit(study)
    comparable = not sentences.hardly_comparable(evaluation)
    verdict: Verdict = "unclear"
    told, gain = sentences.unvalued_sentence(study, valued), ""
    against: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    if chosen is not None:
        verdict = verdict_of(chosen.result.gain_vs_none)
        told = sentences.recommendation(study, evaluation, chosen, options, comparable)
        gain = sentences.EXTENDED
    # What hardly comparable arms gain is not said in words or in large print, as nothing here shows it.
    if chosen is not None and comparable:
        gain = sentences.gain_sentence(study, chosen.result, person)
        against = (
            *sentences.against_sentences(study, chosen.result, person),
            *sentences.limit_sentences(study, valued, chosen),
        )
        facts = _facts(study, chosen.result, person)
    sound = chosen is not None and verdict == "gain" and comparable and not sentences.beaten(chosen.result)
    return Memo(
        verdict=verdict,
        sound=sound,
        recommendation=told,
        gain=gain,
        against=against,
        facts=facts,
        options=options,
        refused=tuple(each for each in valued.policies if isinstance(each, Refused)),
        best=sentences.best_sentence(study, options, together, predicted or {}, person),
        sure=sentences.sure_sentences(evaluation, chosen, options, unit, person),
        assumptions=assumptions(study, identification, evaluation, valued),
        next_steps=sentences.next_steps(study, evaluation, chosen, verdict, sound=sound),
        person=person,
        unit=unit,
        nobody=f"Treating nobody: {study.question.treatment} = {evaluation.held_out.arms[0]} for everybody.",
    )


def options_of(
    study: Study, evaluation: Evaluation, good: Sequence[PolicyResult], together: Together | None
) -> tuple[Option, ...]:
    """The policies that could be valued, lettered in the memo's order; the study's headline is chosen."""
    if together is None:
        return ()
    order = {kind: place for place, kind in enumerate(words.ORDER)}
    listed = sorted(
        zip(good, together.gains, strict=True),
        key=lambda pair: order.get(words.kind_of(pair[0].policy)[0], len(order)),
    )
    chosen = headline(study, good)
    rows = evaluation.held_out.total_rows
    return tuple(
        Option(LETTERS[place % 26], words.policy_name(each, study.policy, rows), each, each is chosen, gain)
        for place, (each, gain) in enumerate(listed)
    )


def headline(study: Study, good: Sequence[PolicyResult]) -> PolicyResult | None:
    """The policy the memo speaks for: the study's, else the top share; None where it could not be valued."""
    options = study.policy
    wanted = options.headline or ("top_share" if "top_share" in options.policies else None)
    if wanted is not None:
        return next((each for each in good if each.policy == wanted), None)
    return good[-1] if good else None


def _facts(study: Study, result: PolicyResult, person: str) -> tuple[Fact, ...]:
    options, question, people = study.policy, study.question, study.policy.people
    unit, gain = benefit_unit(study), result.gain_vs_none
    total, ends = words.rising_text(gain, people).split(" (")
    each = f"{words.rising_text(gain)} per {person}"
    # A large number with its unit is wider than its place on the screen: the unit stands above it.
    of = f" ({words.brief(unit)})" if words.brief(unit) else ""
    found = [
        Fact(
            f"Net gain, {people:,} people{of}",
            total,
            f"95 %: {ends[:-1]}; {each}" + ("" if words.brief(unit) == unit else f"; in {unit}"),
        ),
    ]
    if options.benefit != 1 or result.spending.value:
        total, ends = words.rising_text(result.outcome, people).split(" (")
        each = f"{words.rising_text(result.outcome)} per {person}"
        told = f"95 %: {ends[:-1]}; {each}" + (f"; in {question.unit}" if question.unit else "")
        found.append(Fact(f"Change in {question.outcome}", total, told))
    treated = round(result.treated_share * people)
    found.append(Fact("Treated", f"{treated:,}", f"of {people:,}; {words.who_text(result)}"))
    if result.spending.value or options.cost:
        spent = result.spending.value
        per = f"{words.amount(spent, unit)} per {person}"
        if result.treated_share:
            per += f", {number_text(spent / result.treated_share)} per treated {person}"
        if options.paid_per and result.spending.std_error:
            # What is paid by what happens later is an estimate as gains are.
            per = f"95 %: {words.rising_text(result.spending, people).split(' (')[1][:-1]}; {per}"
        found.append(Fact(f"Cost{of}", number_text(spent * people), per))
    return tuple(found)


def table_note(found: Memo) -> str:
    """What to know of the table of options."""
    used = found.options[0].result.rows_used if found.options else 0
    return (
        f"Against treating nobody, with 95 % intervals in parentheses, on {used:,} held-out rows; ◆ is the "
        f"memo's policy. {found.nobody} {found.best}".strip()
    )
