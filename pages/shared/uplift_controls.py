"""What a reader chooses on the Uplift page: learners, columns, the arm and the learner looked at."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from causal_core.engine import Plan
from causal_core.study.features import FeatureChoice
from causal_core.study.uplift_words import label_of
from causal_core.text import for_markdown
from causal_core.uplift.catalogue import BASES, LEARNERS
from causal_core.uplift.result import UpliftResult
from pages.shared.bound import bound
from pages.shared.current import OpenStudy, change, current

AUTOMATIC = ("auto",)
"""The learners of an analyst who leaves the choice to the rows."""

FIRST = ("s", "t", "x", "dr")
"""What choosing oneself starts from."""


@dataclass(frozen=True)
class EvaluationWords:
    """How rankings are judged, for people: its name, when it is right, and what will happen."""

    label: str
    sentence: str
    before: str


EVALUATIONS = {
    "held_out": EvaluationWords(
        "One half kept out",
        "Simple, and right with some thousand rows. A policy is valued on the same half.",
        "The learners predict each person's effect from one half of the rows. The other half, which they "
        "never see, shows whether those predicted to gain more do.",
    ),
    "sequential": EvaluationWords(
        "Folds in sequence",
        "Each of five folds is judged by learners of the folds before it. Four fifths of the rows judge "
        "instead of half, for four fits of each learner: take it with some hundred rows, or where an effect "
        "is weak beside the noise.",
        "The rows are cut into five folds. Learners of the first predict the effects in the second, learners "
        "of the first two in the third, and so on: the later folds show whether those predicted to gain more "
        "do, and no row is judged by a learner that saw it.",
    ),
}
"""Evaluation -> its words."""

WAYS = {True: "Automatic", False: "Chosen by me"}


def choose_learners(here: OpenStudy) -> None:
    """The learners: left to the rows, or picked to be compared; kept in the study."""
    chosen = here.study.uplift.learners
    mine = f"uplift-mine-{here.token}"
    if chosen not in {(), AUTOMATIC}:
        st.session_state[mine] = chosen
    key = bound(here, "uplift-way", chosen == AUTOMATIC)

    def changed() -> None:
        _change(learners=AUTOMATIC if st.session_state[key] else st.session_state.get(mine, FIRST))

    st.radio(
        "How to learn it",
        list(WAYS),
        format_func=WAYS.__getitem__,
        captions=(
            "Not sure? Take this: tries several learners and mixes those that predict kept-aside rows best.",
            "One learner, or several compared.",
        ),
        key=key,
        on_change=changed,
    )
    if chosen != AUTOMATIC:
        _pick_learners(here)


def _pick_learners(here: OpenStudy) -> None:
    chosen = here.study.uplift.learners
    key = bound(here, "uplift-learners", list(chosen))

    def changed() -> None:
        picked = st.session_state[key]
        ordered = [name for name in LEARNERS if name in picked]
        others = [name for name in picked if name not in LEARNERS]
        _change(learners=(*ordered, *others))

    st.multiselect(
        "Learners",
        list(dict.fromkeys((*LEARNERS, *chosen))),
        # The chips hold little more than the letter.
        format_func=lambda name: label_of(name).removesuffix("-learner"),
        key=key,
        on_change=changed,
        wrap=True,
    )


def choose_how(here: OpenStudy) -> None:
    """What the learners are built from, on which rows they are judged, and how each works; folded."""
    options = here.study.uplift
    with st.expander("How they learn"):
        base = bound(here, "uplift-base", options.base)
        st.selectbox(
            "Built from",
            list(dict.fromkeys((*BASES, options.base))),
            format_func=lambda name: BASES[name].label if name in BASES else name,
            key=base,
            on_change=lambda: _change(base=st.session_state[base]),
            help="The regression that every learner fits inside.",
        )
        if options.base in BASES:
            st.caption(BASES[options.base].sentence)
        st.radio(
            "Judged on",
            list(EVALUATIONS),
            format_func=lambda name: EVALUATIONS[name].label,
            captions=[words.sentence for words in EVALUATIONS.values()],
            key=bound(here, "uplift-evaluation", options.evaluation),
            on_change=lambda: _change(evaluation=st.session_state[f"uplift-evaluation-{here.token}"]),
        )
    with st.expander("About the learners"):
        for words in LEARNERS.values():
            st.markdown(f"**{words.label}.** {words.sentence}")
            st.caption(words.source)


def choose_features(here: OpenStudy, choice: FeatureChoice) -> None:
    """The columns that the learners may use, folded, and why others may not be used."""
    with st.expander(f"Columns used: {len(choice.used)} of {len(choice.offered)}"):
        key = bound(here, "uplift-features", list(choice.used))

        def changed() -> None:
            picked = {*st.session_state[key], *choice.needed}
            names = tuple(name for name in here.table.columns if name in picked)
            features = None if set(names) == set(choice.offered) else names
            _change(features=features)

        st.multiselect(
            "Effects may differ by",
            list(dict.fromkeys((*choice.offered, *choice.used))),
            key=key,
            on_change=changed,
            wrap=True,
        )
        if choice.needed:
            st.caption(f"Always used, because they are adjusted for: {_names(choice.needed)}.")
        for reason in dict.fromkeys(why for _, why in choice.left_out):
            names = [name for name, why in choice.left_out if why == reason]
            st.caption(f"Left out: {_names(names)}; {for_markdown(reason)}.")
        st.caption("Only columns in the graph are offered, so that it can say what the treatment may change.")


def choose_contrast(here: OpenStudy, results: Sequence[UpliftResult]) -> tuple[str, str]:
    """The arm that is compared with the control; asked only when there are several."""
    contrasts = list(dict.fromkeys(result.contrast for result in results))
    if len(contrasts) == 1:
        return contrasts[0]
    arms = {arm: (control, arm) for control, arm in contrasts}
    control = contrasts[0][0]
    picked = st.selectbox(f"Against {for_markdown(control)}", list(arms), key=f"uplift-arm-{here.token}")
    return arms[picked or contrasts[0][1]]


def choose_focus(here: OpenStudy, results: Sequence[UpliftResult]) -> UpliftResult | None:
    """The learner looked at in detail, at first the automatic one; None when none answered."""
    answered = {result.learner: result for result in results if result.error is None}
    answered = dict(sorted(answered.items(), key=lambda item: item[0] not in AUTOMATIC))
    if not answered:
        return None
    if len(answered) == 1:
        return next(iter(answered.values()))
    picked = st.selectbox(
        "In detail",
        list(answered),
        format_func=label_of,
        key=f"uplift-focus-{here.token}",
        help="Whose band, groups and sentence are shown. Picking the learner that looks best flatters it.",
    )
    return answered.get(picked or "", next(iter(answered.values())))


def parts_of(plan: Plan) -> tuple[str, ...]:
    """What each task of the uplift step is part of: a learner, or the scores that judge them all."""
    learners = [call.arguments.get("learner") for call in plan.tasks]
    return tuple("Scores" if name is None else label_of(str(name)) for name in learners)


def _change(**parts: Any) -> None:
    here = current()
    assert here is not None  # noqa: S101 - a callback of a page that required an open study
    change(uplift=dataclasses.replace(here.study.uplift, **parts))


def _names(names: Sequence[str]) -> str:
    return ", ".join(for_markdown(name) for name in names)
