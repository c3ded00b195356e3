import dataclasses
import json
import re
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from causal_core.graph import CausalGraph
from causal_core.study.archive import pack, unpack
from causal_core.study.options import PolicyOptions, UpliftOptions
from causal_core.study.study import Study
from tests.app.shown import by_label, figures, study_of, tables

BAD = "<img src=x onerror=alert(1)> $a$ _b_ :red[c] *d* \"q\" 'r' 😀"


def trial(rows=1200):
    """A trial; a is the control, b gains 2 where `early` is 1, c gains 1 everywhere."""
    random = np.random.default_rng(2)
    early, calm = random.integers(0, 2, rows), random.normal(size=rows)
    arm = random.choice(["a", "b", "c"], rows)
    outcome = np.where(arm == "b", 2 * early, arm == "c") + calm + random.normal(size=rows)
    price = random.uniform(0.5, 1.5, rows)
    return pd.DataFrame({"early": early, "calm": calm, "arm": arm, "price": price, "y": outcome})


GRAPH = CausalGraph(edges=[("early", "y"), ("calm", "y"), ("arm", "y")])
QUESTION = {"treatment": "arm", "outcome": "y", "control": "a", "randomised": True, "unit": "points"}


@pytest.fixture
def opened(open_frame, until):
    """Call with options of the policy: the Policy page with who responds learned."""

    def show(frame=None, graph=GRAPH, question=(), learners=("t",), learn=True, **policy):
        page = open_frame(
            trial() if frame is None else frame,
            "policy",
            graph=graph,
            question={**QUESTION, **dict(question)},
            data={"row_is": "a customer"},
            uplift=UpliftOptions(learners=learners),
            policy=PolicyOptions(**policy),
        )
        if learn and not decided(page):
            page = until(page.button(key="start-uplift").click().run(), decided)
        return page

    return show


def decided(page):
    return bool(page.metric) or bool(page.error)


def show_part(page, name):
    """The page with another tab open."""
    page.session_state[f"policy-part-{page.session_state['open_study'].token}"] = name
    return page.run()


def open_limits(page):
    page.session_state[f"policy-limits-{page.session_state['open_study'].token}"] = True
    return page.run()


def dots(figure):
    """The dot of each policy in the comparison."""
    return [trace for trace in figure["data"] if trace["mode"] == "markers"]


def points(figure):
    return [trace["x"][0] for trace in dots(figure)]


def test_without_who_responds_the_page_says_so_and_links_there(opened, said_by):
    page = opened(learn=False)
    assert "A policy chooses by predicted effects." in said_by(page)
    assert page.get("page_link")[0].proto.page == "uplift"
    assert page.button(key="start-uplift").label == "Learn who responds"
    assert not page.exception


def test_the_screen_equals_a_run_of_the_downloaded_study_to_the_digit(opened, until, tmp_path):
    asked = ("treat_none", "treat_all", "top_share", "best_arm", "budget", "tree")
    page = opened(policies=asked, budget=100.0, depth=1)
    page = page.slider[0].set_value(35).run()
    page = by_label(page.number_input, "Benefit").set_value(12.5).run()
    page = by_label(page.number_input, "Cost per person of arm = b").set_value(3.25).run()
    page = by_label(page.number_input, "Cost per person of arm = c").set_value(11.0).run()
    page = page.button(key="start-policy_tree").click().run()
    page = until(page, lambda each: "Policy tree" in tables(each))
    assert not page.exception
    here = page.session_state["open_study"]
    assert (here.study.policy.share, here.study.policy.benefit) == (0.35, 12.5)
    assert here.study.policy.cost == {"b": 3.25, "c": 11.0}

    pack(here.study, here.source, tmp_path / "study.zip")
    packed = unpack(tmp_path / "study.zip", tmp_path)
    packed.data.rename(tmp_path / packed.study.data.path)
    (tmp_path / "study.toml").write_text(packed.study.to_text(), encoding="utf-8")
    results = Study.load(tmp_path / "study.toml").run(steps=["policy"])

    assert not results.failures
    valued = results.valued
    assert len(valued.policies) == 7
    assert points(figures(page)[0]) == [each.gain_vs_none.value for each in valued.policies]
    for name, number in (
        ("everybody treated", lambda each: each.gain_vs_all),
        ("what was done", lambda each: each.gain_vs_current),
    ):
        page = by_label(page.selectbox, "Gain over").set_value(name).run()
        assert points(figures(page)[0]) == [number(each).value for each in valued.policies]
        ends = [trace["error_x"]["array"][0] for trace in dots(figures(page)[0])]
        assert ends == [number(each).ci[1] - number(each).value for each in valued.policies]
    page = by_label(page.selectbox, "Gain over").set_value("F").run()
    assert len(points(figures(page)[0])) == len(valued.policies) - 1
    page = page.segmented_control(key=f"policy-view-{here.token}").set_value("By share").run()
    curve = figures(page)[0]
    assert curve["data"][1]["y"] == valued.curve.gain.tolist()
    assert curve["data"][0]["y"] == valued.curve.upper.tolist() + valued.curve.lower.tolist()[::-1]
    page = show_part(page, "The rules")
    said = "".join(text.value for text in page.markdown).replace("\\", "")
    assert valued.policies[-1].rules.splitlines()[0] in said


def test_the_recommendation_and_its_numbers(opened, said_by):
    page = opened(benefit=10.0, cost={"b": 4.0, "c": 9.0}, share=0.5, unit="EUR", people=2000)
    said = said_by(page)
    assert "### Treat the 50 % with the largest predicted benefit, each with the arm predicted best" in said
    assert "1,000 of 2,000 people." in said
    assert "Against treating nobody this gains" in said
    assert "per customer: a clear gain. For 2,000 people that is" in said
    assert "Compared with treating everybody with" in said
    assert [metric.label.replace("\\", "") for metric in page.metric] == [
        "Net gain, 2,000 people (EUR)",
        "Change in y",
        "Treated",
        "Cost (EUR)",
    ]
    assert page.metric[2].value == "1,000"
    assert "Best by predictions alone, learned on other rows" in said
    assert "on 600 held-out rows" in said
    said = said_by(show_part(page, "What was assumed"))
    assert "One unit of y is worth 10 EUR. Costs: arm = b: 4 EUR a person; arm = c: 9 EUR a person." in said
    assert "Assignment was random, so the arms are comparable." in said
    said = said_by(show_part(page, "What to do next"))
    assert "of 2,000 people out at random" in said
    assert page.session_state["open_study"].seen.keys() == {"uplift", "policy"}
    assert "Treat everybody with b" in tables(page)


def test_the_memo_speaks_for_the_policy_that_is_picked(opened, said_by):
    page = opened(cost={"b": 1.0, "c": 0.5})
    page = by_label(page.selectbox, "The memo speaks for").set_value("treat_all: c").run()
    assert study_of(page).policy.headline == "treat_all: c"
    assert "### Treat everybody with c: 10,000 of 10,000 people." in said_by(page)
    page = by_label(page.selectbox, "The memo speaks for").set_value("treat_none").run()
    assert "### Treat nobody. Yet clearly better than that:" in said_by(page)
    page = by_label(page.selectbox, "The memo speaks for").set_value("top_share").run()
    assert study_of(page).policy.headline is None


def test_nothing_to_gain_is_said_plainly(opened, said_by):
    frame = trial()
    frame["y"] = np.random.default_rng(7).normal(size=len(frame))
    page = opened(frame, cost={"b": 0.02, "c": 0.02})
    assert "is not clearly better. Nothing here clearly beats it." in said_by(page)
    assert not page.success
    page = by_label(page.number_input, "Cost per person of arm = b").set_value(9.0).run()
    page = by_label(page.number_input, "Cost per person of arm = c").set_value(9.0).run()
    assert "Do not do this: “treat the 20 % with the largest predicted benefit" in said_by(page)
    assert page.error


def test_who_gets_what_by_group(opened, said_by):
    page = opened(cost={"b": 0.1, "c": 0.1})
    by = by_label(page.selectbox, "By")
    assert [each.split(" (")[0] for each in by.options] == ["early", "calm"]
    bars = figures(page)[-1]
    assert bars["layout"]["title"]["text"] == "Who gets what, by early"
    assert bars["layout"]["yaxis"]["ticktext"] == ["0", "1"]
    assert "Those treated differ from the others by" in said_by(page)
    page = by.set_value("calm").run()
    assert len(figures(page)[-1]["layout"]["yaxis"]["ticktext"]) == 4
    assert "up to −" in tables(page)


def test_how_sure_tells_of_hidden_confounding_only_without_randomisation(opened, said_by):
    page = show_part(opened(), "How sure are we")
    assert "no hidden cause can have made the arms unlike" in said_by(page)
    page = show_part(opened(question={"randomised": False}), "How sure are we")
    assert "A hidden cause that changes the odds of getting an arm" in said_by(page)
    assert "Self-normalised (SNIPS)" in tables(page)
    assert not page.exception


def test_unit_and_people_are_kept_and_change_only_words(opened, said_by):
    page = opened()
    before = figures(page)[0]
    page = page.text_input[0].set_value("kg").run()
    page = by_label(page.number_input, "People").set_value(50).run()
    assert (study_of(page).policy.unit, study_of(page).policy.people) == ("kg", 50)
    assert "For 50 people that is" in said_by(page)
    assert points(figures(page)[0]) == points(before)


def test_less_can_be_better(opened, said_by):
    gained = points(figures(opened())[0])
    page = opened(benefit=-1.0)
    assert "Less of y counts as better." in said_by(page)
    assert points(figures(page)[0])[1:3] == [-each for each in gained[1:3]]


def test_a_benefit_of_nothing_is_said(opened, said_by):
    page = opened()
    page = by_label(page.number_input, "Benefit").set_value(0.0).run()
    assert "At a benefit of 0 only costs count." in said_by(page)


def test_policies_are_added_and_kept_in_the_study(opened, said_by):
    page = opened()
    page = by_label(page.checkbox, "Everybody for whom").check().run()
    page = by_label(page.checkbox, "Within a budget").check().run()
    assert study_of(page).policy.policies == (
        "treat_none",
        "treat_all",
        "top_share",
        "best_arm",
        "budget",
    )
    assert study_of(page).policy.budget == 1000.0
    assert "Best arm for each" in tables(page)
    assert "Within a budget of 8,333" in tables(page)
    page = by_label(page.checkbox, "Within a budget").uncheck().run()
    assert "budget" not in study_of(page).policy.policies


def test_what_cannot_be_valued_says_why(opened, said_by):
    page = opened(policies=("treat_none", "budget"))
    assert "“within the budget” has no value here. No budget is given." in said_by(page)
    assert not page.exception


def test_a_cost_of_no_arm_can_be_removed(opened, said_by):
    page = opened(cost={"z": 3.0})
    assert "There is no arm z to give a cost to." in said_by(page)
    page = page.button(key="policy-drop-z").click().run()
    assert study_of(page).policy.cost == {}
    assert "There is no arm z" not in said_by(page)


def test_a_cost_column_is_shown_and_can_become_a_number(opened, said_by):
    page = opened(cost={"b": "price"})
    assert by_label(page.text_input, "Cost per person of arm = b").value == "column price"
    assert page.metric
    page = page.button(key="policy-number-b").click().run()
    assert by_label(page.number_input, "Cost per person of arm = b").value == 0


def test_the_learner_is_chosen_among_those_that_answered(opened):
    page = opened(learners=("s", "t"))
    page = by_label(page.selectbox, "Predicted by").set_value("t").run()
    assert study_of(page).policy.learner == "t"
    assert points(figures(page)[0]) == points(figures(opened(learners=("s", "t"), learner="t"))[0])


def test_changed_inputs_ask_for_who_responds_anew(opened, said_by):
    page = opened()
    here = page.session_state["open_study"]
    page.session_state["open_study"] = dataclasses.replace(here, study=here.study.replace(seed=7))
    page = page.run()
    assert "Out of date" in said_by(page)
    assert not page.slider


def test_names_from_the_data_are_text(opened, texts_of):
    frame = trial().rename(columns={"early": BAD})
    frame["arm"] = frame["arm"].replace("b", BAD)
    graph = CausalGraph(edges=[(BAD, "y"), ("calm", "y"), ("arm", "y")])
    page = opened(
        frame, graph, unit=BAD, cost={BAD: 0.5}, budget=100.0, policies=("treat_all", "top_share", "budget")
    )
    views = page.segmented_control[0].options
    parts = [tab.label for tab in page.tabs]
    assert "How sure are we" in parts
    for view, part in [*((view, parts[0]) for view in views), *((views[0], part) for part in parts[1:])]:
        page.segmented_control[0].set_value(view)
        page = open_limits(show_part(page, part))
        assert not page.exception
        assert "<img" not in tables(page)
        assert "<img" not in json.dumps(figures(page))
        labels = [element.label for element in (*page.number_input, *page.selectbox)]
        for text in (*texts_of(page).splitlines(), *labels):
            assert ":red[c]" not in text
    assert "&lt;img src=x" in tables(page)


def test_the_pages_import_nothing_heavy():
    code = (
        "import sys, pages.shared.policy_values, pages.shared.policy_exports, pages.shared.policy_memo\n"
        "import pages.shared.policy_groups, "
        "pages.shared.policy_sure, pages.shared.uplift_findings\n"
        "heavy = {'dowhy', 'sklearn', 'statsmodels', 'lightgbm', 'scipy.stats', 'econml'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_places_limit_who_gets_an_arm(opened, said_by):
    page = open_limits(opened(cost={"b": 0.1, "c": 0.1}, share=0.8))
    page = by_label(page.number_input, "At most … % get arm \\= b").set_value(10.0).run()
    assert study_of(page).policy.capacity == {"b": 0.1}
    assert "There are places for 10 % with b, which are all taken." in said_by(page)
    assert "In use: places." in said_by(page)
    page = by_label(page.number_input, "At most … % get arm \\= b").set_value(None).run()
    assert study_of(page).policy.capacity == {}
    assert not page.exception


def test_groups_can_be_treated_alike(opened, said_by):
    page = open_limits(opened(cost={"b": 0.1, "c": 0.1}, share=0.4))
    page = by_label(page.selectbox, "Groups by").set_value("early").run()
    assert study_of(page).policy.quota_by == "early"
    page = by_label(page.slider, "Shares treated may differ by").set_value(0).run()
    assert study_of(page).policy.parity == 0
    assert "% of each group of " in said_by(page)
    page = by_label(page.slider, "Share treated of 1").set_value((0, 20)).run()
    assert study_of(page).policy.quota == {"1": (0.0, 0.2)}
    page = by_label(page.number_input, "At most … % get arm \\= b").set_value(10.0).run()
    assert "Places of arms and rules for groups cannot be held at once." in said_by(page)
    page = by_label(page.selectbox, "Groups by").set_value("").run()
    assert (study_of(page).policy.quota, study_of(page).policy.parity) == ({}, None)
    assert not page.exception


def test_a_cost_paid_by_the_outcome(opened, said_by):
    frame = trial()
    frame["y"] = (frame["y"] > 0).astype(int)
    page = open_limits(opened(frame, benefit=10.0, cost={"b": 4.0}, unit="EUR", headline="treat_all: b"))
    before = page.metric[3].value
    page = by_label(page.selectbox, "arm \\= b is paid").set_value("y").run()
    assert study_of(page).policy.paid_per == {"b": "y"}
    assert page.metric[3].value != before
    page = by_label(page.selectbox, "arm \\= b is paid").set_value("").run()
    assert study_of(page).policy.paid_per == {}
    assert not page.exception


def test_bounds_of_many_people_come_from_a_worker(opened, until, said_by, monkeypatch):
    monkeypatch.setattr("pages.shared.policy_sure.QUICK", 0)
    page = show_part(opened(question={"randomised": False}), "How sure are we")
    page = until(page, lambda each: "A hidden cause that changes the odds" in said_by(each))
    assert page.session_state["open_study"].seen.keys() == {"uplift", "policy"}
    assert not page.exception


def test_impossible_numbers_are_answered_in_words(opened, said_by):
    page = opened(cost={"b": -3.0})
    assert "a cost is 0 or more" in said_by(page)
    assert not page.exception
    page = by_label(page.number_input, "Cost per person of arm = b").set_value(3.0).run()
    assert page.metric
    page = opened(learners=("nonsense",))
    assert "There are no predictions of the learner '' (there are: none)." in said_by(page)
    assert not page.exception


def test_the_policy_is_written_out_and_carried_out(opened, until, said_by):
    page = show_part(opened(cost={"b": 1.0, "c": 0.5}, headline="treat_all: c"), "Export")
    page = page.button(key="start-export").click().run()
    page = until(page, lambda each: "row by row" in said_by(each) and len(each.get("download_button")) == 5)
    assert "c: 1,200" in said_by(page)
    labels = [each.proto.label for each in page.get("download_button")]
    assert labels == [
        "Policy as JSON",
        "Policy as Python",
        "Assignments as csv",
        "Download memo",
        "Download study",
    ]
    page = by_label(page.checkbox, "What was done").check().run()
    page = by_label(page.selectbox, "The memo speaks for").set_value("current").run()
    assert "a record, not a rule" in said_by(page)


def test_a_cost_can_come_from_a_column(opened, said_by):
    page = open_limits(opened(cost={"b": 1.0}, headline="treat_all: b"))
    page = by_label(page.selectbox, "Cost of arm \\= b").set_value("price").run()
    assert study_of(page).policy.cost == {"b": "price"}
    assert by_label(page.text_input, "Cost per person of arm = b").value == "column price"
    said = float(re.search(r"after costs of ([\d,]+)", said_by(page))[1].replace(",", ""))
    assert said / 10_000 == pytest.approx(trial()["price"].mean(), rel=0.05)
    page = by_label(page.selectbox, "Cost of arm \\= b").set_value("calm").run()
    assert "The cost of arm b is negative" in said_by(page)
    page = by_label(page.selectbox, "Cost of arm \\= b").set_value("").run()
    assert study_of(page).policy.cost == {"b": 0.0}
    assert not page.exception


def test_no_money_treats_nobody(opened, said_by):
    page = opened(cost={"b": 1.0, "c": 1.0}, policies=("treat_none", "budget"), budget=0.0, headline="budget")
    assert "### Treat nobody." in said_by(page)
    assert [metric.value for metric in page.metric][-1] == "0"
    assert not page.exception
