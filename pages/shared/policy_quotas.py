"""What rules for groups do to the policies of the memo: who is treated, and what the rules give up."""

from __future__ import annotations

import streamlit as st

from causal_core.charts.policy_rules import group_rules
from causal_core.policy.quota_report import QuotaReport
from causal_core.study.decision import share_text
from causal_core.study.headline import number_text
from causal_core.study.memo_words import NAMES, kind_of
from causal_core.study.results import Valued
from causal_core.text import for_markdown
from pages.shared.current import OpenStudy
from pages.shared.text_table import text_table

QUIET = {"displayModeBar": False}


def show_quotas(here: OpenStudy, valued: Valued, unit: str) -> None:
    """One policy's groups, that of the headline unless another is picked: figure, sentence and numbers."""
    reports = {each.policy: each for each in valued.quotas}
    headline = kind_of(here.study.policy.headline or "top_share")[0]
    names = sorted(reports, key=lambda name: name != headline)
    name = names[0]
    if len(names) > 1:
        name = st.selectbox(
            "Policy",
            names,
            format_func=lambda each: NAMES[each].capitalize(),
            key=f"policy-quotas-{here.token}-{names[0]}",
        )
    report = reports[name]
    st.markdown(for_markdown(report.sentence))
    st.plotly_chart(group_rules(report), config=QUIET, key=f"policy-rules-{here.token}")
    of = f" in {unit}" if unit else ""
    st.caption(
        for_markdown(
            f"On {report.rows_used:,} held-out rows. What the rules give up is the gain of the same policy "
            f"without them less its gain with them, per person{of}, paired on the same rows."
        )
    )
    _table(report, unit)


def _table(report: QuotaReport, unit: str) -> None:
    rows = [
        [
            each.group,
            share_text(each.people),
            f"{share_text(each.least)} to {share_text(each.most)}",
            share_text(each.treated),
            share_text(each.free),
            f"{number_text(each.gain.value)} "
            f"({number_text(each.gain.ci[0])} to {number_text(each.gain.ci[1])})",
        ]
        for each in report.groups
    ]
    gain = f"Gain per person of the group{f' ({unit})' if unit else ''}, 95 % interval"
    head = [report.column, "Of all people", "Allowed", "Treated", "Without rules", gain]
    text_table(head, rows, numbers=(1, 3, 4, 5))
