def test_one_section_at_a_time_is_shown(open_demo, texts_of):
    app = open_demo("kidney_stones", "validate")
    assert not app.exception
    assert app.get("page_link")[-1].proto.page == "refute"
    assert "defensible" in app.title[0].value
    assert "In a world fitted to these data" not in texts_of(app)
    app.segmented_control[0].set_value("Repeat this study").run()
    assert not app.exception
    assert "In a world fitted to these data" in texts_of(app)
    app.switch_page("pages/data.py").run()
    app.switch_page("pages/validate.py").run()
    assert "In a world fitted to these data" in texts_of(app)
