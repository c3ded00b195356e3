import dataclasses
import json
import subprocess
import sys
import time

import numpy as np
import pandas as pd
import pytest

from causal_core.graph import CausalGraph
from causal_core.study.archive import pack, unpack
from causal_core.study.options import PolicyOptions, UpliftOptions
from causal_core.study.study import Study

BAD = "<img src=x onerror=alert(1)> $a$ _b_ :red[c] *d*"


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


@pytest.fixture
def said_by(texts_of):
    """Call with an app: what its page says, without the signs that keep Markdown from marking it up."""
    return lambda page: texts_of(page).replace("\\", "")


def decided(page):
    return bool(page.slider) or bool(page.error)


def study_of(page):
    return page.session_state["open_study"].study


def tables(page):
    return "\n".join(element.proto.body for element in page.get("html"))


def figures(page):
    return [json.loads(element.proto.spec) for element in page.get("plotly_chart")]


def points(figure):
    """The dot of each policy in the comparison."""
    return [trace["x"][0] for trace in figure["data"]]


def by_label(elements, start):
    return next(element for element in elements if element.label.startswith(start))


def test_without_who_responds_the_page_says_so_and_links_there(opened, said_by):
    page = opened(learn=False)
    assert "A policy chooses by predicted effects." in said_by(page)
    assert page.get("page_link")[0].proto.page == "uplift"
    assert page.button(key="start-uplift").label == "Learn who responds"
    assert not page.exception


def test_the_screen_equals_a_run_of_the_downloaded_study_to_the_digit(opened, until, tmp_path):
    asked = ("treat_all", "treat_none", "top_share", "best_arm", "budget", "tree")
    page = opened(policies=asked, budget=100.0, depth=1)
    page = page.slider[0].set_value(35).run()
    page = by_label(page.number_input, "Benefit").set_value(12.5).run()
    page = by_label(page.number_input, "Cost per person of arm = b").set_value(3.25).run()
    page = by_label(page.number_input, "Cost per person of arm = c").set_value(11.0).run()
    page = page.button(key="start-policy_tree").click().run()
    page = until(page, lambda each: "The policy tree" in "".join(text.value for text in each.markdown))
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
    curve, comparison = figures(page)
    assert curve["data"][1]["y"] == valued.curve.gain.tolist()
    assert curve["data"][0]["y"] == valued.curve.upper.tolist() + valued.curve.lower.tolist()[::-1]
    assert points(comparison) == [each.gain_vs_none.value for each in valued.policies]
    token = here.token
    for name, number in (
        ("Gain over everybody", lambda each: each.gain_vs_all.value),
        ("Value", lambda each: each.value),
    ):
        page = page.segmented_control(key=f"policy-by-{token}").set_value(name).run()
        assert points(figures(page)[1]) == [number(each) for each in valued.policies]
        ends = [trace["error_x"]["array"][0] for trace in figures(page)[1]["data"]]
        shown = [each if name == "Value" else each.gain_vs_all for each in valued.policies]
        assert ends == [each.ci[1] - each.value for each in shown]
    assert valued.policies[-1].rules.splitlines()[0] in "".join(t.value for t in page.markdown).replace(
        "\\", ""
    )


def test_the_decision_in_plain_sentences(opened, said_by):
    page = opened(benefit=10.0, cost={"b": 4.0, "c": 2.0}, share=0.3, unit="EUR", people=2000)
    said = said_by(page)
    assert "**Treating the 30 % with the largest predicted benefit, each with the arm predicted best" in said
    assert "per customer over treating nobody: a clear gain.**" in said
    assert "Compared with giving everybody" in said
    assert "For 2,000 people: " in said
    assert "Valued on 600 rows that no learner saw" in said
    assert "One unit of y is worth 10; cost a person: b 4, c 2." in said
    assert "Assignment was random, so the arms are comparable." in said
    assert page.session_state["open_study"].seen.keys() == {"uplift", "policy"}
    assert figures(page)[0]["layout"]["yaxis"]["title"]["text"] == "Gain per person (EUR)"
    assert "Gain over everybody with" in tables(page)


def test_unit_and_people_are_kept_and_change_only_words(opened, said_by):
    page = opened()
    before = figures(page)[1]
    page = page.text_input[0].set_value("kg").run()
    page = by_label(page.number_input, "People").set_value(50).run()
    assert (study_of(page).policy.unit, study_of(page).policy.people) == ("kg", 50)
    assert "For 50 people: " in said_by(page)
    assert points(figures(page)[1]) == points(before)


def test_less_can_be_better(opened, said_by):
    gained = points(figures(opened())[1])
    page = opened(benefit=-1.0)
    assert "Less of y counts as better." in said_by(page)
    assert points(figures(page)[1])[:2] == [-each for each in gained[:2]]


def test_a_benefit_of_nothing_is_said(opened, said_by):
    page = opened()
    page = by_label(page.number_input, "Benefit").set_value(0.0).run()
    assert "At a benefit of 0 only costs count." in said_by(page)


def test_policies_are_added_and_kept_in_the_study(opened, said_by):
    page = opened()
    page = by_label(page.checkbox, "Everybody for whom").check().run()
    page = by_label(page.checkbox, "Within a budget").check().run()
    assert study_of(page).policy.policies == (
        "treat_all",
        "treat_none",
        "top_share",
        "best_arm",
        "budget",
    )
    assert study_of(page).policy.budget == 1000.0
    assert "Best arm for each" in tables(page)
    assert "Within the budget" in tables(page)
    page = by_label(page.checkbox, "Within a budget").uncheck().run()
    assert "budget" not in study_of(page).policy.policies


def test_what_cannot_be_valued_says_why(opened, said_by):
    page = opened(policies=("treat_none", "budget"))
    assert "budget: No budget is given. Set budget in [policy]." in said_by(page)
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
    page = page.button(key="policy-number-b").click().run()
    assert by_label(page.number_input, "Cost per person of arm = b").value == 0


def test_the_learner_is_chosen_among_those_that_answered(opened):
    page = opened(learners=("s", "t"))
    page = by_label(page.selectbox, "Predicted by").set_value("t").run()
    assert study_of(page).policy.learner == "t"
    assert points(figures(page)[1]) == points(figures(opened(learners=("s", "t"), learner="t"))[1])


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
    page = opened(frame, graph, unit=BAD, cost={BAD: 0.5})
    assert not page.exception
    assert "<img" not in tables(page)
    assert "&lt;img src=x" in tables(page)
    assert "<img" not in json.dumps(figures(page))
    labels = [element.label for element in page.number_input]
    for text in (*texts_of(page).splitlines(), *labels):
        assert ":red[c]" not in text


def test_the_slider_answers_quickly(opened):
    page = opened(policies=("treat_all", "treat_none", "top_share", "best_arm", "budget"), budget=100.0)
    times = []
    for share in (10, 30, 50, 70, 90):
        start = time.perf_counter()
        page = page.slider[0].set_value(share).run()
        times.append(time.perf_counter() - start)
    # Generous, for busy machines; a rerun takes about a tenth of it.
    assert np.median(times) < 2


def test_the_pages_import_nothing_heavy():
    code = (
        "import sys, pages.shared.policy_values, pages.shared.policy_findings, pages.shared.uplift_findings\n"
        "heavy = {'dowhy', 'sklearn', 'statsmodels', 'lightgbm', 'scipy.stats', 'econml'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
