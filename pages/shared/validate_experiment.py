"""The observational estimate against a randomised sample, on the Validate page."""

from __future__ import annotations

from typing import Any

import streamlit as st

from causal_core.charts.experiment import against_experiment
from causal_core.engine import Failure
from causal_core.estimation.methods import METHODS
from causal_core.problem import Problem
from causal_core.study.headline import ORDER, number_text, signed_text
from causal_core.text import for_markdown
from causal_core.validation.evidence import experiment_plan
from causal_core.validation.experiment import (
    SIGNS,
    TITLES,
    Compared,
    Comparison,
    Samples,
    TrialMethod,
    judge,
    usual_threshold,
)
from pages.shared.bound import bound
from pages.shared.current import OpenStudy
from pages.shared.jobs import result_of, show_failure
from pages.shared.text_table import text_table

QUIET = {"displayModeBar": False}
FEW = 20
"""The most values of a column that may say which sample a row belongs to."""

LIKELY_COLUMNS = ("sample", "source", "data_source", "dataset", "data_id")
LIKELY_ASSIGNMENT = ("assigned", "assignment", "randomised", "randomized", "random_assignment")
LIKELY_TRIAL = ("trial", "experiment", "random", "rct", "nsw")


def show_experiment(here: OpenStudy) -> None:
    """The study's estimates from observational rows, held against those from randomised rows."""
    st.write(
        "Where part of the table comes from an experiment, the same effect can be estimated twice: from the "
        "randomised rows, where nothing but chance sets the arms apart, and from the observational rows, by "
        "the study's methods. The difference says what the observational analysis would have got wrong."
    )
    samples = _choose_samples(here)
    if samples is None:
        return
    try:
        plan = experiment_plan(here.study, here.table, samples)
    except Problem as problem:
        show_failure(Failure.of(problem))
        return
    found: Compared | None = result_of("experiment", plan, "Compare with the experiment")
    if found is None:
        return
    arm = _choose_arm(here, found)
    mine = [each for each in found.comparisons if each.contrast[1] == arm]
    if not any(each.difference is not None for each in mine):
        st.warning("**No method gave a comparison.** " + for_markdown(mine[0].error))
        return
    chosen, threshold = _choose_reading(here, mine)
    _answer(here, found, chosen, threshold)
    st.plotly_chart(
        against_experiment(mine, threshold, here.study.question.unit),
        config=QUIET,
        key=f"experiment-{here.token}",
    )
    st.caption(
        "Whiskers are 95 % intervals. Blue band: the experiment's interval. Grey band: differences too small "
        "to matter."
    )
    _table(mine)
    _closing(found)


def _choose_samples(here: OpenStudy) -> Samples | None:
    question = here.study.question
    used = {question.treatment, question.outcome}
    columns = [
        each
        for each in here.profile.columns
        if 2 <= each.distinct <= FEW and each.levels and each.name not in used
    ]
    if not columns:
        st.info(
            "No column of this table could say which rows are randomised. It needs one with a few values, "
            "such as experiment and survey."
        )
        return None
    names = [each.name for each in columns]
    likely = next((name for name in names if name.casefold() in LIKELY_COLUMNS), None)
    left, middle, right = st.columns(3)
    with left:
        column = _kept(here, "column", likely)
        column = column if column in names else None
        key = bound(here, "experiment-column", column)
        column = st.selectbox(
            "Column that says which sample a row belongs to",
            names,
            index=None,
            key=key,
            on_change=_keep,
            args=(here, "column", key),
        )
    if column is None:
        st.info("Choose the column that tells the randomised rows from the observational ones.")
        return None
    values = [level.text for level in next(each for each in columns if each.name == column).levels]
    guess = [value for value in values if any(word in value.casefold() for word in LIKELY_TRIAL)]
    with middle:
        trial = _choose_values(here, column, "trial", "Randomised rows, treated and controls", values, guess)
    with right:
        rest = [value for value in values if value not in trial] if trial else []
        other = _choose_values(here, column, "other", "Observational rows", values, rest)
    assignment, adjusted = _more(here, column)
    if not trial or not other:
        st.info("Choose at least one value for each sample.")
        return None
    method: TrialMethod = "regression_adjustment" if adjusted else "difference_in_means"
    return Samples(column, tuple(trial), tuple(other), assignment, method)


def _choose_values(
    here: OpenStudy, column: str, name: str, label: str, values: list[str], guess: list[str]
) -> list[str]:
    place = f"{name}-{column}"
    chosen = [value for value in _kept(here, place, guess) if value in values]
    key = bound(here, f"experiment-{name}", chosen)
    return list(st.multiselect(label, values, key=key, on_change=_keep, args=(here, place, key), wrap=True))


def _more(here: OpenStudy, column: str) -> tuple[str | None, bool]:
    question = here.study.question
    with st.expander("How the experiment is analysed"):
        names = [
            each.name
            for each in here.profile.columns
            if 2 <= each.distinct <= FEW and each.name not in (question.outcome, column)
        ]
        names = list(dict.fromkeys((question.treatment, *names)))
        likely = next((name for name in names if name.casefold() in LIKELY_ASSIGNMENT), question.treatment)
        chosen = _kept(here, "assignment", likely)
        key = bound(here, "experiment-assignment", chosen if chosen in names else question.treatment)
        assignment = st.selectbox(
            "Column of the random assignment",
            names,
            key=key,
            on_change=_keep,
            args=(here, "assignment", key),
            help="Another column than the study's treatment when the randomised controls are kept out of the "
            "study by a missing treatment. Its levels must be called the same.",
        )
        key = bound(here, "experiment-adjusted", bool(_kept(here, "adjusted", False)))
        adjusted = st.checkbox(
            "Adjust the experiment for the same columns",
            key=key,
            on_change=_keep,
            args=(here, "adjusted", key),
            help="Randomisation needs no adjustment; columns that predict the outcome may shorten the "
            "interval.",
        )
        st.caption(
            "Everybody in the experiment is taken to have had the same chance of each arm. "
            + ("The arms' means are compared." if not adjusted else "A regression is fitted in each arm.")
        )
    return (None if assignment == question.treatment else assignment), adjusted


def _choose_arm(here: OpenStudy, found: Compared) -> str:
    arms = list(dict.fromkeys(each.contrast[1] for each in found.comparisons))
    if len(arms) == 1:
        return arms[0]
    return st.selectbox("Arm", arms, key=f"experiment-arm-{here.token}")


def _choose_reading(here: OpenStudy, mine: list[Comparison]) -> tuple[Comparison, float]:
    """The comparison the answer is about, and the least difference that matters."""
    able = {each.method: each for each in mine if each.difference is not None}
    wanted = here.study.estimate.headline
    order = [name for name in (wanted, *ORDER) if name in able]
    first = order[0] if order else next(iter(able))
    left, right = st.columns(2)
    with left:
        kept = _kept(here, "method", first)
        key = bound(here, "experiment-method", kept if kept in able else first)
        method = st.selectbox(
            "Observational estimate in question",
            list(able),
            format_func=lambda name: METHODS[name].label,
            key=key,
            on_change=_keep,
            args=(here, "method", key),
        )
    chosen = able[method]
    usual = float(f"{usual_threshold(chosen):.2g}")
    with right:
        key = bound(here, "experiment-threshold", float(_kept(here, "threshold", usual)))
        unit = here.study.question.unit
        threshold = st.number_input(
            "Least difference that matters" + (f" ({for_markdown(unit)})" if unit else ""),
            min_value=0.0,
            step=float(f"{usual / 10:.0e}") if usual > 0 else None,
            key=key,
            on_change=_keep,
            args=(here, "threshold", key),
            format="%.4g",
            help="At first half the size of the experimental effect. Set it to what would change a decision.",
        )
    return chosen, float(threshold)


def _answer(here: OpenStudy, found: Compared, chosen: Comparison, threshold: float) -> None:
    question = here.study.question
    misled = judge(chosen, threshold, question.unit)
    control, arm = (for_markdown(name) for name in chosen.contrast)
    side = chosen.observational
    with st.container(border=True):
        st.markdown(f"**Would we have been misled?** · {SIGNS[misled.answer]} **{TITLES[misled.answer]}**")
        st.markdown(for_markdown(" ".join(misled.sentences)))
        adjusted = for_markdown(", ".join(found.covariates) or "nothing")
        how = (
            "not adjusted"
            if chosen.method == "difference_in_means"
            else f"by {METHODS[chosen.method].label}, adjusted for {adjusted}"
        )
        rows = (
            "" if side is None else f", {side.arm_rows:,} rows of the arm and {side.control_rows:,} controls"
        )
        shared = (
            f"{chosen.shared:,} rows are in both estimates; the interval of the difference allows for that."
            if chosen.shared
            else "No row is in both estimates."
        )
        estimand = side.estimand if side else found.target
        st.caption(
            f"{for_markdown(question.treatment)} = {arm} against {control} on "
            f"{for_markdown(question.outcome)}, {estimand}, {how}{rows}. {shared}"
        )


def _table(mine: list[Comparison]) -> None:
    with st.expander("Method by method"):
        head = ("Observational estimate by", "Estimate", "Estimand", "Difference", "95 % interval", "Notes")
        rows = []
        for each in mine:
            side, ci = each.observational, each.ci
            label = METHODS[each.method].label
            if side is None or ci is None or each.difference is None:
                rows.append((label, "–", "–", "–", "–", each.error))
                continue
            interval = f"{signed_text(ci[0] or 0.0)} to {signed_text(ci[1] or 0.0)}"
            value, notes = number_text(side.value), " ".join(side.notes)
            rows.append((label, value, side.estimand, signed_text(each.difference), interval, notes))
        text_table(head, rows, numbers={1, 3, 4})
        st.caption(
            "An association is no effect: its difference shows how far the arms differ from the start."
        )


def _closing(found: Compared) -> None:
    for note in found.notes:
        st.markdown(for_markdown(note))
    st.caption(
        "Cannot tell: whether the same holds for other people, other years or another outcome. Several "
        "methods side by side are several looks at the same rows; the one that comes out nearest has not "
        "been shown to be the best."
    )


def _kept(here: OpenStudy, name: str, usual: Any) -> Any:
    value = st.session_state.get(f"experiment-kept-{here.token}", {}).get(name)
    return usual if value is None else value


def _keep(here: OpenStudy, name: str, key: str) -> None:
    kept = st.session_state.setdefault(f"experiment-kept-{here.token}", {})
    st.session_state[f"experiment-kept-{here.token}"] = {**kept, name: st.session_state[key]}
