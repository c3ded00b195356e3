"""Pictures and files of rules over stages say what the results say."""

import csv
import io
import json

import numpy as np
import pytest

from causal_core.charts.stages import NO_DECISION, arm_colours, regime_values, timeline
from causal_core.engine.inline import run_inline
from causal_core.stages.exported import as_json, first_arms
from causal_core.stages.plan import stages_plan
from causal_core.who.people import as_csv
from tests.stages.worlds import invest, study_of


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    frame = invest(3000, 1)
    frame["second"] = np.where(frame["state"] == 1, np.where(frame["second"] == 1, "=1+1", "no"), None)
    return run_inline(stages_plan(*study_of(frame, tmp_path_factory.mktemp("charts"))))


def test_flows_add_up_from_stage_to_stage(found):
    for regime in found.regimes:
        first, second = regime.flows
        assert first.sum() == pytest.approx(1)
        np.testing.assert_allclose(second.sum(axis=1), first.sum(axis=0), atol=1e-12)


def test_the_timeline_names_every_arm_with_its_share(found):
    figure = timeline(found.stages, found.rule)
    texts = [note.text for note in figure.layout.annotations]
    share = found.rule.flows[1].sum(axis=0)
    assert texts[0] == "1 <b>100 %</b>"
    assert "<b>Then: second</b>" in texts
    assert f"=1+1 <b>{100 * share[1]:.0f} %</b>" in texts
    assert f"{NO_DECISION} <b>{100 * share[2]:.0f} %</b>" in texts
    rectangles = [shape for shape in figure.layout.shapes if shape.type == "rect"]
    assert sum(shape.y1 - shape.y0 for shape in rectangles) == pytest.approx(2, abs=0.01)
    assert sum(len(trace.x) for trace in figure.data) < 200
    logged = timeline(found.stages, found.of("logged"))
    assert len([shape for shape in logged.layout.shapes if shape.type == "path"]) == 6


def test_an_arm_has_one_colour_at_all_stages_and_the_control_is_grey(found):
    colours = arm_colours(found.stages)
    assert colours["0"] == colours["no"] == colours[NO_DECISION]
    assert len({colours["1"], colours["=1+1"], colours["0"]}) == 3


def test_every_regime_has_its_dot_and_whisker(found):
    figure = regime_values(found.regimes, found.best_fixed, "EUR")
    assert [trace.x[0] for trace in figure.data] == [each.value for each in found.regimes]
    for trace, each in zip(figure.data, found.regimes, strict=True):
        assert trace.x[0] + trace.error_x.array[0] == pytest.approx(each.ci[1])
    names = figure.layout.yaxis.ticktext
    assert names[0] == "<b>the learned rule</b>"
    assert sum("◂" in name for name in names) == 1
    assert figure.layout.xaxis.title.text == "Value per person (EUR)"


def test_the_rules_as_json(found):
    plain = json.loads(as_json(found))
    assert plain["regimes"][0]["name"] == "q_learning"
    assert plain["regimes"][0]["value"] == found.rule.value
    assert [rule["treatment"] for rule in plain["rules"]] == ["first", "second"]
    assert plain["trees"][0]["actions"] == ["0", "1"]
    assert "by_row" not in plain["regimes"][0]


def test_first_arms_as_csv_say_what_each_row_should_get_first(found):
    table = first_arms(found)
    assert table.column("row").to_pylist() == list(range(1, 3001))
    expected = np.column_stack([table.column(f"predicted value: {arm}").to_numpy() for arm in ("0", "1")])
    assert (np.array(["0", "1"])[expected.argmax(axis=1)] == table.column("learned rule").to_numpy()).all()
    assert table.column("used").to_pylist().count("to value") == found.rows_used
    rows = list(csv.reader(io.StringIO(as_csv(table).decode())))
    assert rows[0][:3] == ["row", "learned rule", "readable rule"]
    assert len(rows) == 3001
