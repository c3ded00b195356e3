"""The tab that plans an experiment: how many people, in which arms, for how long."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from causal_core.charts.experiment_power import power_curves
from causal_core.experiment import words
from causal_core.experiment.plan import (
    arms_in,
    autoc_plan,
    average_plan,
    found_gain,
    gain_plan,
    planned_policy,
    two_digits,
    usual_size,
)
from causal_core.experiment.result import Planned
from causal_core.problem import DoesNotApply, Problem
from causal_core.study.steps import identification, inputs
from causal_core.text import for_markdown
from pages.shared import experiment_controls as controls
from pages.shared.bound import bound
from pages.shared.current import OpenStudy
from pages.shared.jobs import result_of
from pages.shared.learned import learned_effects
from pages.shared.policy_values import economics, paid_columns
from pages.shared.text_table import text_table

if TYPE_CHECKING:
    from causal_core.engine import Plan
    from causal_core.policy.economics import Economics

QUIET = {"displayModeBar": False}
STEP = "experiment"


def show_plan(here: OpenStudy) -> None:
    """The controls, and beside them the answer."""
    side, answer = st.columns([1, 3], gap="large")
    with side:
        controls.choose_goal(here)
        size, rest = st.container(), st.container()
    try:
        identification(here.study)
        labels = arms_in(here.study, here.table)
        with rest:
            controls.choose_time(here)
            controls.choose_people(here)
            controls.choose_design(here, labels, bool(inputs(here.study, here.table).covariates))
        with answer:
            plan = _plan(here, labels, size)
    except Problem as problem:
        with answer:
            _show_fault(problem)
        return
    if plan is None:
        return
    with answer:
        at_once = here.study.experiment.goal == "average"
        planned: Planned | None = result_of(STEP, plan, "Simulate experiments", at_once=at_once)
        if planned is not None:
            _show(here, planned)
    if planned is not None:
        _show_list(here, planned)


def _plan(here: OpenStudy, labels: tuple[str, ...], place: st.delta_generator.DeltaGenerator) -> Plan | None:
    study, table = here.study, here.table
    goal = study.experiment.goal
    if goal == "average":
        with place:
            size = controls.choose_size(here, usual_size(study, here.profile))
        return average_plan(study, table, labels, size)
    _, evaluation = learned_effects(here, "Planning for this needs predicted effects.", "policy")
    held_out = evaluation.held_out
    learner = study.policy.learner or next(iter(held_out.predicted), "")
    if goal == "autoc":
        found = next((each.autoc for each in evaluation.results if each.learner == learner), None)
        usual = (
            found.value / 2 if found is not None and found.value > 0 else usual_size(study, here.profile) / 4
        )
        with place:
            size = controls.choose_size(here, two_digits(usual))
        return autoc_plan(study, table, evaluation, learner, size)
    paid = paid_columns(here)
    if paid is None:
        return None
    worth = economics(here, evaluation, paid)
    with place:
        size = controls.choose_size(here, _usual_gain(here, worth))
    st.caption(
        f"The policy is “{for_markdown(words.policy_label(planned_policy(study)))}”; "
        "choose another on Policy."
    )
    return gain_plan(study, table, worth, size)


def _usual_gain(here: OpenStudy, worth: Economics) -> float:
    found = found_gain(here.study, worth, here.study.experiment.against).value
    if found > 0:
        return two_digits(found)
    return two_digits(abs(here.study.policy.benefit) * usual_size(here.study, here.profile) / 5 or 1.0)


def _show(here: OpenStudy, planned: Planned) -> None:
    study, options = here.study, here.study.experiment
    hand = words.at_hand_sentence(study, planned)
    sentence = for_markdown(words.answer_sentence(study, planned))
    st.info(f"**{sentence}**" + (f" {for_markdown(hand)}" if hand else ""))
    st.plotly_chart(
        power_curves(planned, options.power, options.per_week, options.delay),
        config=QUIET,
        key=f"experiment-picture-{here.token}",
    )
    text_table(words.HEAD, words.rows_of(study, planned), numbers=range(1, 6))
    st.caption(
        for_markdown(
            "People needed in all arms together, with the 95 % interval that the simulations leave. "
            + words.false_sentence(planned)
        )
    )
    with st.expander("How this was simulated"):
        for said in words.method_sentences(study, planned):
            st.markdown(for_markdown(said))


def _show_list(here: OpenStudy, planned: Planned) -> None:
    from causal_core.experiment.assignment import MOST_STRATA

    st.subheader("Take the plan along", anchor=False)
    options = here.study.experiment
    known = [
        name
        for name in sorted(inputs(here.study, here.table).covariates)
        if here.profile.column(name).kind != "text"
    ]
    key = bound(here, "experiment-blocks", [name for name in options.blocks if name in known])
    st.multiselect(
        "Balance the arms within groups of",
        known,
        key=key,
        on_change=lambda: controls.set_options(blocks=tuple(st.session_state[key])),
        help=f"Numbers are cut into quarters; at most {MOST_STRATA} groups. The next person of a group gets "
        "the next line of its list.",
    )
    people = planned.needed(options.power).people
    try:
        drawn = _list(here, planned, people)
    except Problem as problem:
        _show_fault(problem)
        return
    left, right, _ = st.columns([1, 1, 2])
    with left:
        st.download_button(
            "Assignment list (csv)",
            data=drawn,
            file_name="assignment.csv",
            mime="text/csv",
            on_click="ignore",
            key=f"experiment-csv-{here.token}",
        )
    with right:
        st.download_button(
            "Plan (JSON)",
            data=partial(_json, here, planned),
            file_name="experiment.json",
            mime="application/json",
            on_click="ignore",
            key=f"experiment-json-{here.token}",
        )
    groups = f", balanced within groups of {', '.join(options.blocks)}" if options.blocks else ""
    st.caption(
        for_markdown(
            f"The list gives {people:,} people{_clusters(here, planned)} an arm by lot{groups}; seed "
            f"{here.study.seed}, so the same list can be drawn again."
        )
    )


def _list(here: OpenStudy, planned: Planned, people: int) -> str:
    from causal_core.experiment.assignment import assignment_list, strata_of
    from causal_core.experiment.design import Arms

    if planned.cluster_size is not None and planned.whole:
        people = max(round(people / planned.cluster_size), len(planned.labels))
    blocks = here.study.experiment.blocks
    strata = strata_of(here.table, blocks, here.study.data.types)
    arms = Arms(planned.labels, planned.shares)
    return assignment_list(arms, people, strata, blocks, here.study.seed).to_csv()


def _clusters(here: OpenStudy, planned: Planned) -> str:
    if planned.cluster_size is None or not planned.whole:
        return ""
    return f" in whole clusters of {here.study.question.clusters}, one line a cluster,"


def _json(here: OpenStudy, planned: Planned) -> str:
    options = here.study.experiment
    said = {
        "study": here.name,
        "question": words.answer_sentence(here.study, planned),
        "power": options.power,
        "people_a_week": options.per_week,
        "weeks_to_outcome": options.delay,
        "seed": here.study.seed,
        **planned.to_dict(),
    }
    return json.dumps(said, indent=1, ensure_ascii=False)


def _show_fault(problem: Problem) -> None:
    box = st.info if isinstance(problem, DoesNotApply) else st.warning
    box(" ".join(filter(None, (for_markdown(problem.message), for_markdown(problem.remedy)))))
