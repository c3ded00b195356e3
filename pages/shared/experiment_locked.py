"""The tab of the locked part: rows put away before the analysis, and the one question they answer."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import streamlit as st

from causal_core.policy.catalogue import POLICIES
from causal_core.policy.export_plan import export_plan
from causal_core.problem import Problem
from causal_core.study.decision import benefit_unit
from causal_core.text import for_markdown
from causal_core.vault import words
from causal_core.vault.lock import Lock
from causal_core.vault.plan import answer_of, asked_policy, opening_plan
from causal_core.vault.question import MEASURES, broken_seal, lock, record, release, write_down
from pages.shared.current import OpenStudy, change, current
from pages.shared.jobs import result_of
from pages.shared.learned import learned_effects
from pages.shared.opening import reopen

if TYPE_CHECKING:
    from causal_core.study.experiment_options import HeldBackOptions

USUAL_SHARE = 20


def show_locked(here: OpenStudy) -> None:
    """Lock, write down the question, open once, read the answer: whichever comes next."""
    options = here.study.held_back
    if broken_seal(options):
        st.error(words.BROKEN)
    if options.opened:
        _show_answer(here, options)
    elif options.share is None:
        _offer_lock(here)
    else:
        st.info(f"**{for_markdown(words.locked_sentence(options, here.table.rows))}**")
        for remark in words.remarks(options):
            st.warning(for_markdown(remark))
        _write_question(here, options)
        if options.written:
            _offer_opening(here, options)


def _offer_lock(here: OpenStudy) -> None:
    st.markdown(words.WHY)
    left, right = st.columns(2)
    with left:
        share = st.number_input(
            "Share to lock away (%)", 1, 99, USUAL_SHARE, step=5, key=f"locked-share-{here.token}"
        )
    with right:
        seed = st.number_input("Seed of the draw", 0, 2**31 - 1, 1, key=f"locked-seed-{here.token}")
    clusters = here.study.question.clusters
    if clusters:
        st.caption(f"Whole clusters of {for_markdown(clusters)} are locked.")
    # Identification reads the graph, not the rows.
    looked = tuple(step for step in here.seen if step != "identify")
    if looked:
        st.warning(for_markdown(words.looked_sentence(looked)))
    if not here.source.is_file():
        st.warning("The data file is no longer here. Open it again from Start, then lock.")
        return
    if not st.button("Lock these rows away", type="primary", key=f"locked-lock-{here.token}"):
        return
    try:
        wanted = Lock(share / 100, int(seed), clusters)
        with here.source.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        held = lock(here.study.held_back, wanted, here.table.rows, digest, looked)
        # Said now, in words, rather than by a worker after the study was left.
        from causal_core.vault.lock import locked_rows

        locked_rows(here.table, wanted)
    except Problem as problem:
        st.warning(f"{for_markdown(problem.message)} {for_markdown(problem.remedy)}")
        return
    reopen(here, here.study.replace(held_back=held))


def _write_question(here: OpenStudy, options: HeldBackOptions) -> None:
    policies = [name for name in here.study.policy.policies if POLICIES[name].exported]
    policies = list(dict.fromkeys((options.policy, *policies)))
    unit = benefit_unit(here.study)
    with st.expander("The question", expanded=not options.written), st.form(f"locked-form-{here.token}"):
        question = st.text_area(
            "What shall these rows answer?",
            options.question,
            max_chars=600,
            placeholder="Does the policy we would deploy gain more than treating nobody?",
        )
        policy = st.selectbox(
            "About the policy", policies, policies.index(options.policy), format_func=_label
        )
        measure = st.selectbox(
            "What of it",
            list(MEASURES),
            list(MEASURES).index(options.measure),
            format_func=MEASURES.__getitem__,
        )
        least = st.number_input(
            "Success: the 95 % interval lies above" + (f" ({for_markdown(unit)})" if unit else ""),
            value=float(options.at_least),
            format="%g",
        )
        if st.form_submit_button("Write it down" if not options.written else "Change it, on the record"):
            try:
                held = write_down(options, question, str(policy), str(measure), least, _now())
            except Problem as problem:
                st.warning(f"{for_markdown(problem.message)} {for_markdown(problem.remedy)}")
                return
            change(held_back=held)
            st.rerun()
    if options.written:
        st.markdown(for_markdown(words.question_sentence(options, unit)))
        _show_changes(options)


def _offer_opening(here: OpenStudy, options: HeldBackOptions) -> None:
    flag = f"locked-opening-{here.token}"
    if not st.session_state.get(flag):
        sure = st.checkbox(words.SURE, key=f"locked-sure-{here.token}")
        if st.button(
            "Open the locked part", type="primary", disabled=not sure, key=f"locked-open-{here.token}"
        ):
            st.session_state[flag] = True
            st.rerun()
        return
    _, evaluation = learned_effects(here, "The policy is learned on the open part first.", "policy")
    try:
        policy = asked_policy(here.study, here.table, evaluation)
        exported = result_of(
            "export", export_plan(here.study, here.table, evaluation, policy), "Write it out", at_once=True
        )
        if exported is None:
            return
        plan = opening_plan(here.study, here.table, here.source, evaluation, exported)
    except (Problem, OSError) as problem:
        st.warning(for_markdown(problem))
        return
    found = result_of("held_back", plan, "Open the locked part", at_once=True)
    if found is None:
        return
    # What another run of this page recorded meanwhile stands.
    now = current()
    if now is not None and not now.study.held_back.opened:
        change(held_back=record(options, answer_of(here.study, found[0]), _now()))
    st.session_state.pop(flag, None)
    st.rerun()


def _show_answer(here: OpenStudy, options: HeldBackOptions) -> None:
    unit = benefit_unit(here.study)
    box = st.success if options.answer.get("success") else st.info
    box(f"**{for_markdown(words.answer_sentence(options, unit))}**")
    st.markdown(for_markdown(words.question_sentence(options, unit)))
    for remark in (*words.remarks(options), *words.answer_remarks(options)):
        st.caption(for_markdown(remark))
    _show_changes(options)
    st.markdown(for_markdown(words.used_sentence(options)))
    if options.share is None:
        return
    if st.button("Use all rows from now on", key=f"locked-release-{here.token}"):
        reopen(here, here.study.replace(held_back=release(options)))


def _show_changes(options: HeldBackOptions) -> None:
    if options.changes:
        with st.expander(f"Changed {len(options.changes)} times before it was opened"):
            for said in options.changes:
                st.markdown(for_markdown(said))


def _label(name: str) -> str:
    return POLICIES[name.partition(":")[0]].label


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
