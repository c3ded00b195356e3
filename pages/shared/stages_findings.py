"""What the page of rules over stages shows: the verdict, the timeline, values, rules, who gets what."""

from __future__ import annotations

import streamlit as st

from causal_core.charts.policy_tree import policy_tree
from causal_core.charts.stages import arm_colours, regime_values, timeline
from causal_core.gap.digits import gain_text, number_and_ends
from causal_core.percent import percent
from causal_core.policy.result import Gain
from causal_core.problem import DoesNotApply, Problem
from causal_core.stages import words
from causal_core.stages.asked import Asked
from causal_core.stages.exchangeability import check_stages
from causal_core.stages.result import RegimeValue, StageFound, StagesResult
from causal_core.study.decision import benefit_unit, person_word
from causal_core.study.headline import number_text
from causal_core.text import for_markdown
from pages.shared.current import OpenStudy
from pages.shared.graph_view import ink
from pages.shared.text_table import text_table

QUIET = {"displayModeBar": False}
SHOWN = {"The learned rule": "q_learning", "The readable rule": "tree", "As it was done": "logged"}


def show_fault(here: OpenStudy, problem: Problem) -> None:
    """Why no rule can be learned yet, with each stage's verdict where the stages can be judged."""
    box = st.info if isinstance(problem, DoesNotApply) else st.warning
    box(" ".join(filter(None, (for_markdown(problem.message), for_markdown(problem.remedy)))))
    try:
        checks = check_stages(here.study)
    except Problem:
        return
    for place, check in enumerate(checks, start=1):
        mark = "✓" if check.valid else "✗"
        st.markdown(f"{mark} Stage {place}, {for_markdown(check.treatment)}: {for_markdown(check.reason)}")
    if not all(check.valid for check in checks):
        st.page_link("pages/graph.py", label="See it on Graph →")


def show_what_comes(here: OpenStudy) -> None:
    """What learning will do, before it is done."""
    st.caption(
        "Rules are learned from the last stage back to the first, so that the first choice counts on the "
        "later ones being made well. Half of the rows learn, the other half values."
    )
    for place, check in enumerate(check_stages(here.study), start=1):
        st.markdown(f"✓ Stage {place}, {for_markdown(check.treatment)}: {for_markdown(check.reason)}")


def show_verdict(here: OpenStudy, found: StagesResult) -> None:
    """The answer in plain sentences; green only for a clear gain over the best sequence for everybody."""
    unit, person = benefit_unit(here.study), person_word(here.study.data.row_is)
    box = {"gain": st.success, "loss": st.error, "unclear": st.info}[
        words.finding(found.reference.gain_of_rule)
    ]
    box(
        f"**{for_markdown(words.verdict(found, unit, person))}** "
        f"{for_markdown(words.against_readable(found, unit))}"
    )
    if found.rule.gain_vs_none is not None:
        first = words.sequence(_none(found).arms)
        st.markdown(
            for_markdown(
                f"Against {first} for everybody it gains {words.amount(found.rule.gain_vs_none, unit)} per "
                f"{person}, against what was done {words.amount(found.rule.gain_vs_logged, unit)}."
            )
        )
    st.caption(
        for_markdown(
            f"95 % intervals, paired on {found.rows_used:,} rows that no rule saw; costs are taken off. "
            f"{words.rows_sentence(found)}"
        )
    )
    for warning in found.rule.warnings:
        st.warning(for_markdown(warning))


def show_timeline(here: OpenStudy, found: StagesResult) -> None:
    """The main picture: who gets what at each stage."""
    picked = st.segmented_control(
        "Shown",
        list(SHOWN),
        default="The learned rule",
        required=True,
        key=f"stages-shown-{here.token}",
        label_visibility="collapsed",
    )
    regime = found.of(SHOWN[picked])
    if regime is None:
        return
    figure = timeline(found.stages, regime, ink())
    st.plotly_chart(figure, config=QUIET, key=f"stages-timeline-{here.token}")
    seen = "; ".join(
        f"before {stage.treatment}: {', '.join(stage.covariates) or 'nothing new'}" for stage in found.stages
    )
    st.caption(
        for_markdown(
            f"Heights are shares of people, estimated on {found.rows_used:,} rows. Seen anew {seen}."
        )
    )


def show_values(here: OpenStudy, found: StagesResult) -> None:
    """Every way of deciding with its value and what the learned rule gains over it."""
    unit = benefit_unit(here.study)
    st.plotly_chart(
        regime_values(found.regimes, found.best_fixed, unit),
        config=QUIET,
        key=f"stages-values-{here.token}",
    )
    marked = " ◂: predicted best for everybody, on the rows learned from." if found.best_fixed else ""
    st.caption(
        f"Per person with 95 % intervals, costs taken off.{marked} A sequence picked because it looks best "
        "here will gain less elsewhere."
    )
    rows = []
    for each in found.regimes:
        number, ends = number_and_ends(each.value, each.ci)
        rows.append(
            [
                _capital(words.regime_name(each)),
                f"{number} ({ends})",
                _gain(each.gain_of_rule) if each is not found.rule else "—",
                _gain(each.gain_vs_none),
                number_text(each.cost),
                percent(each.treated_share),
                f"{each.effective_sample_size:,.0f}",
            ]
        )
    none = words.sequence(_none(found).arms) if found.of("none") else "the controls"
    head = [
        "Way of deciding",
        "Value",
        "Learned rule gains",
        f"Gain over {none}",
        "Cost",
        "Treated",
        "Effective rows",
    ]
    text_table(head, rows, numbers=range(1, 7))
    st.caption(
        "Gains are paired differences on the same rows. Treated: given another arm than the control at any "
        "stage. Effective rows: how many rows the weights of a way of deciding are worth."
    )
    thin = [each for each in found.regimes[1:] if each.warnings]
    for each in thin:
        said = for_markdown(" ".join(each.warnings))
        st.warning(f"{_capital(for_markdown(words.regime_name(each)))}: {said}")


def show_rules(here: OpenStudy, found: StagesResult) -> None:
    """The readable rule, a few questions a stage, as pictures and in words."""
    for place, (stage, tree) in enumerate(zip(found.stages, found.trees, strict=True)):
        st.markdown(f"**{'First' if place == 0 else 'Then'}: {for_markdown(stage.treatment)}**")
        if tree.root.split is not None:
            st.plotly_chart(
                policy_tree(tree, ink=ink(), colours=_colours(found, stage)),
                config=QUIET,
                key=f"stages-tree-{place}-{here.token}",
            )
        st.markdown("\n".join(f"- {for_markdown(rule)}" for rule in tree.describe().splitlines()))
    st.caption("Found on the rows learned from, each stage counting on the later stages' rules.")


def show_paths(found: StagesResult) -> None:
    """Who gets what after what, under both rules and as it was done."""
    regimes = [each for name in SHOWN.values() if (each := found.of(name)) is not None]
    rows = []
    for place, (stage, later) in enumerate(zip(found.stages, found.stages[1:], strict=False), start=1):
        before, after = (*stage.arms, "no decision"), (*later.arms, "no decision")
        for start, first in enumerate(before):
            for end, then in enumerate(after):
                shares = [float(each.flows[place][start, end]) for each in regimes]
                if max(shares) >= 0.005:
                    rows.append([f"{first} → {then}", *(percent(share) for share in shares)])
    text_table(["First → then", *SHOWN], rows, numbers=range(1, 4))
    st.caption("Shares of all people, estimated on held-out rows that had what the rule gives.")


def show_model(found: StagesResult) -> None:
    """What the models say of the learned rule, folded: it is not its value."""
    with st.expander("What the models themselves predict"):
        st.markdown(for_markdown(words.optimism(found)))


def show_assumptions(found: StagesResult, asked: Asked) -> None:
    """What the values rest on, folded."""
    with st.expander("What was assumed"):
        st.markdown("\n".join(f"- {for_markdown(each)}" for each in words.assumptions(found, asked)))


def _colours(found: StagesResult, stage: StageFound) -> list[str]:
    colours = arm_colours(found.stages)
    return [colours[arm] for arm in stage.arms]


def _none(found: StagesResult) -> RegimeValue:
    none = found.of("none")
    assert none is not None  # noqa: S101 - gains over it exist only with it
    return none


def _gain(gain: Gain | None) -> str:
    return "—" if gain is None else gain_text(gain)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
