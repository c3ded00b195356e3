import base64

import pytest

from causal_core.graph import classics
from causal_core.text import for_markdown

DEMO = "retention_observational"


def opened(page, start):
    """The page with the folded part open whose key starts so."""
    token = page.session_state["open_study"].token
    page.session_state[f"{start}-{token}"] = True
    return page.run()


def button(page, start):
    return next(button for button in page.button if (button.key or "").startswith(start))


def study_of(page):
    return page.session_state["open_study"].study


def pictures(page):
    start = "data:image/svg+xml;base64,"
    urls = [image.url for element in page.get("image") for image in element.proto.imgs]
    return [base64.b64decode(url.removeprefix(start)).decode() for url in urls if url.startswith(start)]


def test_folded_parts_draw_no_pictures(open_demo):
    page = open_demo(DEMO, "graph")
    assert not page.exception
    assert not pictures(page)


def test_a_classic_is_shown_with_its_picture_caption_and_reference(open_demo, texts_of):
    page = opened(open_demo(DEMO, "graph"), "classics")
    assert not page.exception
    classic = classics.all()[0]
    said = texts_of(page)
    assert for_markdown(classic.caption) in said
    assert for_markdown(classic.reference) in said
    assert [picture.count("<polygon") for picture in pictures(page)] == [3]


def test_each_lesson_lists_its_graphs(open_demo):
    page = opened(open_demo(DEMO, "graph"), "classics")
    for group in dict.fromkeys(classic.group for classic in classics.all()):
        page.session_state["classics-group"] = group
        page = page.run()
        assert not page.exception
        wanted = [classic.title for classic in classics.all() if classic.group == group]
        (names,) = [radio for radio in page.radio if (radio.key or "").startswith("classics-")]
        assert names.options == wanted


def test_using_a_classic_replaces_graph_and_question(open_demo, texts_of):
    page = opened(open_demo(DEMO, "graph"), "classics")
    before = page.session_state["open_study"]
    page = button(page, "use-classic").click().run()
    after = page.session_state["open_study"]
    classic = classics.all()[0]
    assert after.study.graph == classic.graph
    assert (after.study.question.treatment, after.study.question.outcome) == ("X", "Y")
    # The browser draws a higher revision as one step that can be undone.
    assert after.revision == before.revision + 1
    said = texts_of(page)
    assert "Not a column of the table: X, Y, Z" in said
    assert "Adjusting for Z closes every path" in said


@pytest.mark.parametrize("key", ["butterfly", "berkson", "napkin", "noncompliance", "sebastiani-2005"])
def test_latent_selected_randomised_and_large_ones_can_be_used(open_demo, key):
    classic = classics.named(key)
    page = opened(open_demo(DEMO, "graph"), "classics")
    page.session_state["classics-group"] = classic.group
    page.session_state[f"classics-{classic.group}"] = classic.key
    page = button(page.run(), "use-classic").click().run()
    assert not page.exception
    assert study_of(page).graph == classic.graph


def test_the_graph_as_a_picture_follows_its_choices(open_demo):
    page = opened(open_demo(DEMO, "graph"), "picture")
    assert not page.exception
    (picture,) = pictures(page)
    assert ">treatment</text>" in picture
    assert "on an open path" not in picture
    page.checkbox(key="picture-paths").check()
    page.checkbox(key="picture-legend").uncheck()
    (picture,) = pictures(page.run())
    assert ">treatment</text>" not in picture
    assert 'stroke-dasharray="2 4"' in picture


def test_an_empty_graph_has_no_picture(open_frame, texts_of):
    import pandas as pd

    page = opened(open_frame(pd.DataFrame({"x": [0, 1], "y": [1, 2]}), "graph"), "picture")
    assert "There is nothing to draw yet." in texts_of(page)
