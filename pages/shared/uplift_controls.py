"""What a reader chooses on the Uplift page: learners, columns, the arm and the learner looked at."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import streamlit as st

from causal_core.study.features import FeatureChoice
from causal_core.text import for_markdown
from causal_core.uplift.catalogue import LEARNERS
from causal_core.uplift.result import UpliftResult
from pages.shared.bound import bound
from pages.shared.current import OpenStudy, change


def learner_label(learner: str) -> str:
    """What a learner is called."""
    words = LEARNERS.get(learner)
    return words.label if words else learner


def choose_learners(here: OpenStudy) -> None:
    """The learners that are compared, kept in the study."""
    chosen = list(here.study.uplift.learners)
    key = bound(here, "uplift-learners", chosen)

    def changed() -> None:
        picked = st.session_state[key]
        ordered = [name for name in LEARNERS if name in picked]
        others = [name for name in picked if name not in LEARNERS]
        change(uplift=dataclasses.replace(here.study.uplift, learners=(*ordered, *others)))

    st.multiselect(
        "Learners",
        list(dict.fromkeys((*LEARNERS, *chosen))),
        # The chips hold little more than the letter.
        format_func=lambda name: learner_label(name).removesuffix("-learner"),
        key=key,
        on_change=changed,
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
            change(uplift=dataclasses.replace(here.study.uplift, features=features))

        st.multiselect(
            "Effects may differ by",
            list(dict.fromkeys((*choice.offered, *choice.used))),
            key=key,
            on_change=changed,
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
    """The learner looked at in detail; the first that answered, None when none did."""
    answered = {result.learner: result for result in results if result.error is None}
    if not answered:
        return None
    if len(answered) == 1:
        return next(iter(answered.values()))
    picked = st.selectbox(
        "In detail",
        list(answered),
        format_func=learner_label,
        key=f"uplift-focus-{here.token}",
        help="Whose band, groups and sentence are shown. Picking the learner that looks best flatters it.",
    )
    return answered.get(picked or "", next(iter(answered.values())))


def _names(names: Sequence[str]) -> str:
    return ", ".join(for_markdown(name) for name in names)
