"""The audit of a bank's score, as an auditor reads it: the proxy, the ways from origin, the decisions."""

import re

import onnx
import pytest
from onnx import TensorProto, helper
from playwright.sync_api import Page, expect

from tests.browser.steps import go

pytestmark = pytest.mark.browser


def a_model() -> bytes:
    """One input a column: 60 points less income less savings."""

    def one(name: str) -> onnx.ValueInfoProto:
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, ["rows", 1])

    nodes = [
        helper.make_node("Add", ["income", "savings"], ["both"]),
        helper.make_node("Sub", ["most", "both"], ["points"]),
    ]
    most = helper.make_tensor("most", TensorProto.FLOAT, [1], [60.0])
    graph = helper.make_graph(nodes, "points", [one("income"), one("savings")], [one("points")], [most])
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    return bytes(made.SerializeToString())


def test_a_score_is_audited(page: Page, studio_base: str) -> None:
    page.goto(studio_base)
    page.locator(".st-key-open-credit button").first.click(timeout=60_000)
    page.wait_for_url("**/data*", timeout=90_000)
    main = page.get_by_test_id("stMain")
    expect(main).to_contain_text("5,000", timeout=60_000)

    go(page, "Audit", "audit")
    page.locator(".st-key-start-what_if button").click(timeout=60_000)
    expect(main).to_contain_text("acting on district moves the prediction and does nothing", timeout=180_000)
    expect(main).to_contain_text("100.0 % of the variance of the predictions")
    expect(main.locator(".js-plotly-plot").first).to_contain_text("district: 47.68 to 63.48", timeout=30_000)

    views = page.get_by_test_id("stButtonGroup")
    views.get_by_text("Through the graph", exact=True).click()
    expect(main).to_contain_text("from the left end to the right", timeout=120_000)

    views.get_by_text("Protected", exact=True).click()
    expect(main).to_contain_text("the mean prediction is 54.3 where origin = migrant", timeout=120_000)
    expect(main).to_contain_text(re.compile(r"\+3 is direct"))
    expect(main).to_contain_text("would have been other, had origin", timeout=120_000)
    threshold = page.get_by_role("spinbutton", name="Decision from this prediction on")
    threshold.fill("50")
    threshold.press("Enter")
    expect(main.locator(".js-plotly-plot").last).to_contain_text("threshold 50", timeout=120_000)

    main.get_by_text("A file: ONNX or LightGBM text", exact=True).click()
    expect(main).to_contain_text("An ONNX file takes one matrix", timeout=30_000)
    upload = main.locator("input[type=file]")
    upload.set_input_files({"name": "model.onnx", "mimeType": "", "buffer": b"\x80\x04K\x01."})
    expect(main).to_contain_text("runs whatever program it holds", timeout=30_000)
    upload.set_input_files({"name": "points.onnx", "mimeType": "", "buffer": a_model()})
    expect(main).to_contain_text("ONNX model, 2 inputs.", timeout=60_000)
    # Which view is shown now depends on how far the page had come before the file was there.
    views.get_by_role("radio", name="Use", exact=True).check()
    expect(main).to_contain_text("every input that the model uses also moves default", timeout=120_000)

    for width in (1280, 1600):
        page.set_viewport_size({"width": width, "height": 900})
        assert main.evaluate("element => element.scrollWidth - element.clientWidth") <= 0
    expect(page.get_by_test_id("stException")).to_have_count(0)
