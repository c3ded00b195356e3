import numpy as np
import pandas as pd

from causal_core import policy
from causal_core.charts.policy_rules import group_rules
from causal_core.policy.quota import top_share_by_group
from causal_core.policy.quota_report import quota_report
from causal_core.policy.rule import GroupRule, Groups
from tests.policy.test_cost_curve import rows


def drawn(quota, parity=None, name="<b>"):
    effects = np.array([[3.0], [2], [1], [0.5]])
    worth = policy.Economics.of(rows(effects, np.hstack([np.zeros((4, 1)), effects])), "s")
    groups = Groups.of(pd.Series([name, name, "south" * 20, None]), "region")
    rule = GroupRule.of(groups, quota, parity)
    free, bound = policy.top_share(worth, 0.5), top_share_by_group(worth, groups, rule, 0.5)
    return group_rules(quota_report(worth, groups, rule, free, bound))


def test_each_group_has_its_share_with_and_without_rules():
    figure = drawn({"<b>": (0.0, 0.5)})
    assert [trace.name for trace in figure.data if trace.name] == ["allowed", "without rules", "with rules"]
    without, with_rules = figure.data[-2:]
    assert list(without.x) == [1, 0, 0]
    assert with_rules.x[0] == 0.5
    assert figure.layout.title.text == "Who is treated by region"
    assert figure.layout.xaxis.title.text == "Share of the group treated"


def test_names_are_text_and_short():
    figure = drawn({}, 0.5)
    assert figure.layout.yaxis.ticktext[0] == "&lt;b&gt;"
    assert len(figure.layout.yaxis.ticktext[1]) <= 28
    # Without bounds of single groups nothing is shaded.
    assert "allowed" not in [trace.name for trace in figure.data]
