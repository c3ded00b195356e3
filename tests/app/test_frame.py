import pandas as pd
import pytest

from pages.shared.header import TITLES


@pytest.mark.parametrize("page", [name for name in TITLES if name != "start"])
def test_without_a_study_each_page_links_to_start(app, page, texts_of):
    app.run()
    app.switch_page(f"pages/{page}.py").run()
    assert not app.exception
    assert "No study is open." in texts_of(app)
    assert app.get("page_link")[0].proto.page == "start"


def test_a_demo_can_be_open(open_demo):
    app = open_demo("nhefs", "data")
    assert not app.exception
    assert app.session_state["open_study"].study.question.treatment == "qsmk"


def test_a_frame_can_be_open(open_frame):
    app = open_frame(pd.DataFrame({"t": [0, 1], "y": [1.5, 2.5]}), "data", question={"treatment": "t"})
    assert not app.exception
    assert app.session_state["open_study"].study.question.treatment == "t"
