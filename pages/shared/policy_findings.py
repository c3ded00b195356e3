"""What the Policy page shows: the decision, the curve, the comparison, the tree, what was assumed."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from causal_core.charts.policy import policy_comparison, policy_name, share_curve
from causal_core.policy.result import PolicyResult
from causal_core.study.decision import answered, benefit_unit, decision, share_text
from causal_core.study.headline import number_text
from causal_core.study.results import Refused, Valued
from causal_core.text import for_markdown
from pages.shared.current import OpenStudy
from pages.shared.text_table import text_table

QUIET = {"displayModeBar": False}
SHOWN = {"Gain over nobody": "gain_vs_none", "Gain over everybody": "gain_vs_all", "Value": "value"}


def show_decision(here: OpenStudy, valued: Valued) -> None:
    """The answer in plain sentences; green only for a clear gain that treating everybody does not beat."""
    found = decision(here.study, valued)
    clear = st.warning if found.beaten else st.success
    box = {"gain": clear, "loss": st.error, "unclear": st.info}[found.verdict]
    box(f"**{for_markdown(found.sentence)}** {for_markdown(found.against_all)}")
    if found.total:
        st.markdown(for_markdown(found.total))
    unit = benefit_unit(here.study)
    if unit and unit != here.study.policy.unit:
        st.caption(f"Counted in the outcome's unit: {for_markdown(unit)}.")


def show_curve(here: OpenStudy, valued: Valued) -> None:
    """The main picture: the gain for each share, with the chosen one marked."""
    unit = benefit_unit(here.study)
    figure = share_curve(valued.curve, here.study.policy.share, unit)
    st.plotly_chart(figure, config=QUIET, key=f"policy-picture-{here.token}")
    st.caption(
        f"Valued on {valued.curve.rows_used:,} rows that no learner saw; shaded: pointwise 95 % band. "
        "Dotted: as many people treated at random."
    )


def show_comparison(here: OpenStudy, valued: Valued) -> None:
    """The policies side by side, as a chart and a table; one that could not be valued says why."""
    good = answered(valued)
    if good:
        picked = st.segmented_control(
            "Compare by",
            list(SHOWN),
            default="Gain over nobody",
            key=f"policy-by-{here.token}",
            label_visibility="collapsed",
        )
        figure = policy_comparison(
            good,
            SHOWN[picked or "Gain over nobody"],  # type: ignore[arg-type]  # the values of SHOWN
            benefit_unit(here.study),
        )
        st.plotly_chart(figure, config=QUIET, key=f"policy-bars-{here.token}")
        _table(good)
    for each in valued.policies:
        if isinstance(each, Refused):
            st.warning(f"{for_markdown(each.policy)}: {for_markdown(each.error)}")


def show_rules(tree: PolicyResult | Refused) -> None:
    """The tree's rules in words."""
    if isinstance(tree, PolicyResult):
        st.markdown("**The policy tree**")
        st.markdown("\n".join(f"- {for_markdown(rule)}" for rule in tree.rules.splitlines()))
        st.caption("Found on the learning rows, valued on the held-out rows.")


def show_assumptions(sentences: Iterable[str]) -> None:
    """What the values rest on, folded."""
    with st.expander("What was assumed"):
        st.markdown("\n".join(f"- {for_markdown(sentence)}" for sentence in sentences))


def _table(good: tuple[PolicyResult, ...]) -> None:
    several = len(good[0].arm_shares) > 2
    rows = []
    for each in good:
        name = policy_name(each)
        row = [
            name[:1].upper() + name[1:],
            _with_interval(each.value, each.ci),
            _with_interval(each.gain_vs_none.value, each.gain_vs_none.ci),
            _with_interval(each.gain_vs_all.value, each.gain_vs_all.ci),
            share_text(each.treated_share),
            number_text(each.cost),
        ]
        if several:
            row.append(", ".join(f"{arm} {share_text(share)}" for arm, share in each.arm_shares[1:] if share))
        rows.append(row)
    everybody = f"everybody with {good[0].all_arm}" if several else "everybody"
    head = ["Policy", "Value", "Gain over nobody", f"Gain over {everybody}", "Treated", "Cost"]
    text_table([*head, "Who gets what"] if several else head, rows, numbers=(1, 2, 3, 4, 5))
    st.caption(
        f"Per person, with 95 % intervals, on {good[0].rows_used:,} held-out rows; costs are taken off. "
        "Gains are paired differences on the same rows."
        + (" Everybody: the arm predicted best on average." if several else "")
    )


def _with_interval(value: float, ci: tuple[float, float]) -> str:
    return f"{number_text(value)} ({number_text(ci[0])} to {number_text(ci[1])})"
