from streamlit.testing.v1 import AppTest


def page():
    from pages.shared.text_table import text_table

    text_table(("p-value", "What was tested, and what it says"), [("< 0.001", "a-b")], numbers={0})


def test_a_short_head_stays_on_one_line_and_cells_are_text():
    app = AppTest.from_function(page).run()
    html = app.get("html")[0].proto.body
    assert "<th class='num short'>p-value</th><th>What was tested, and what it says</th>" in html
    assert "<td class='num'>&lt; 0.001</td><td>a-b</td>" in html
