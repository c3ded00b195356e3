import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from causal_core.graph import CausalGraph

HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "$x^2$ and $y_1$",
    ":red[danger]",
    "*bold* _it_",
    "[a](http://b.c)",
)


def frame_of(n=40):
    random = np.random.default_rng(0)
    return pd.DataFrame(
        {
            "t": np.tile([0, 1], n // 2),
            "y": random.normal(size=n),
            "code": np.tile([1, 2, 3, 4], n // 4),
            "word": np.tile(["a", "b"], n // 2),
            "one": 5,
            "empty": np.nan,
            "id": [f"person {i}" for i in range(n)],
        }
    )


def study_of(app):
    return app.session_state["open_study"].study


def box(app, label):
    return next(each for each in app.selectbox if each.label.startswith(label))


def columns_of(app):
    return app.data_editor[0].value.set_index("Column")


def errors(app):
    return [error.value for error in app.error]


def test_the_table_of_columns_says_what_each_holds(open_demo):
    app = open_demo("nhefs", "data")
    assert not app.exception
    table = columns_of(app)
    assert list(table.index[:3]) == ["sex", "age", "race"]
    assert table.loc["qsmk", ["Role", "Kind", "Measured", "Missing", "Distinct"]].tolist() == [
        "T",
        "number",
        "at",
        0,
        2,
    ]
    assert table.loc["wt82_71", "Role"] == "Y"
    assert table.loc["cholesterol", "Missing"] == 16
    assert table.loc["age", "Holds"] == "25 to 74"
    assert table.loc["qsmk", "Holds"] == "0 (1,163), 1 (403)"
    assert sum(table.loc["age", "Distribution"]) == 1566


def test_ranges_are_told_without_exponents(open_frame):
    frame = frame_of().assign(
        large=lambda f: 1000.0 + 424_177.5 * f.index,
        small=lambda f: 1e-7 * f.index + 0.5e-7,
        y=lambda f: -f["y"].abs(),
    )
    held = columns_of(open_frame(frame, "data"))["Holds"]
    assert held["large"] == "1,000 to 16,543,900"
    assert held["small"] == "5 × 10⁻⁸ to 3.95 × 10⁻⁶"
    assert held["y"].startswith("−")


def test_arms_are_counted_with_the_control_first(open_demo):
    app = open_demo("nhefs", "data")
    arms = next(each.value for each in app.dataframe if "Arm" in each.value)
    assert arms.to_dict("list") == {"Arm": ["0 (control)", "1"], "Rows": [1163, 403]}


def test_the_outcomes_that_arms_lack_are_counted(open_frame):
    frame = frame_of().assign(y=lambda f: f["y"].where(f.index > 2))
    app = open_frame(frame, "data", question={"treatment": "t", "outcome": "y"})
    arms = next(each.value for each in app.dataframe if "Arm" in each.value)
    assert arms["Without outcome"].tolist() == [2, 1]


def test_choosing_treatment_and_outcome_makes_the_data_step_done(open_frame):
    app = open_frame(frame_of(), "data")
    assert not app.exception
    box(app, "Treatment").select("word").run()
    box(app, "Outcome").select("y").run()
    assert not app.exception
    question = study_of(app).question
    assert (question.treatment, question.control, question.outcome) == ("word", "a", "y")
    assert study_of(app).data.measured == {"word": "at"}
    assert errors(app) == []
    assert "dos-done'>✓ Data" in app.get("html")[0].proto.body


def test_a_treatment_of_numbers_has_a_number_as_control(open_frame):
    app = open_frame(frame_of(), "data")
    box(app, "Treatment").select("code").run()
    assert study_of(app).question.control == 1
    box(app, "Control").select("3").run()
    assert study_of(app).question.control == 3


@pytest.mark.parametrize(
    ("role", "column", "words"),
    [
        ("Treatment", "one", "has the single value"),
        ("Treatment", "id", "has 40 different values"),
        ("Treatment", "empty", "is missing in every row"),
        ("Outcome", "id", "The outcome must be a number"),
        ("Outcome", "one", "is 5 in every row"),
        ("Outcome", "empty", "is missing in every row"),
    ],
)
def test_a_column_that_cannot_play_its_role_is_said_at_once(open_frame, role, column, words):
    app = open_frame(frame_of(), "data", question={"treatment": "t", "outcome": "y"})
    box(app, role).select(column).run()
    assert not app.exception
    (error,) = errors(app)
    assert words in error.replace("\\", "")
    box(app, role).select("t" if role == "Treatment" else "y").run()
    assert errors(app) == []


def test_one_column_in_both_roles_is_refused(open_frame):
    app = open_frame(frame_of(), "data", question={"treatment": "t", "outcome": "t"})
    assert '"t" is both treatment and outcome' in errors(app)[0].replace("\\", "")


def test_unit_target_and_design_are_kept(open_frame):
    app = open_frame(frame_of(), "data", question={"treatment": "t", "outcome": "y"})
    next(each for each in app.text_input if each.label.startswith("Unit")).input("euro").run()
    app.radio[0 if app.radio[0].label == "Whose effect" else 1].set_value("ATT").run()
    app.toggle[0].set_value(True).run()
    question = study_of(app).question
    assert (question.unit, question.target, question.randomised) == ("euro", "ATT", True)
    app.switch_page("pages/start.py").run()
    app.switch_page("pages/data.py").run()
    assert next(each for each in app.text_input if each.label.startswith("Unit")).value == "euro"
    assert app.toggle[0].value is True


def test_kinds_and_times_are_edited_in_the_table(open_frame, edit_cells):
    app = open_frame(frame_of(), "data")
    app = edit_cells(
        app, "columns-", {2: {"Kind": "category", "Measured": "before"}, 1: {"Measured": "after"}}
    )
    assert not app.exception
    data = study_of(app).data
    assert (data.types, data.measured) == ({"code": "category"}, {"code": "before", "y": "after"})
    table = columns_of(app)
    assert table.loc["code", ["Kind", "Measured"]].tolist() == ["category", "before"]
    assert table.loc["code", "Hint"] == ""
    app = edit_cells(app, "columns-", {2: {"Kind": "number", "Measured": "unknown"}})
    assert (study_of(app).data.types, study_of(app).data.measured) == ({}, {"y": "after"})


def test_an_edit_leaves_the_other_types_of_a_study_as_they_are(open_demo, edit_cells):
    app = open_demo("nhefs", "data")
    before = study_of(app).data.types
    app = edit_cells(app, "columns-", {1: {"Kind": "category"}})
    assert study_of(app).data.types == {**before, "age": "category"}
    app = edit_cells(app, "columns-", {1: {"Kind": "number"}})
    assert study_of(app).data.types == before


def test_a_kind_that_the_values_do_not_have_is_said(open_frame, edit_cells, texts_of):
    app = open_frame(frame_of(), "data")
    app = edit_cells(app, "columns-", {6: {"Kind": "number"}})
    assert (
        columns_of(app).loc["id", "Hint"].startswith('Cannot be used as number: Column "id" holds "person 0"')
    )


def test_many_columns_are_found_by_name_and_changed_together(open_frame):
    random = np.random.default_rng(1)
    frame = pd.DataFrame({f"column_{i:03d}": random.integers(0, 4, 30) for i in range(120)})
    app = open_frame(frame, "data", data={"measured": {"column_117": "after"}})
    assert len(columns_of(app)) == 120
    next(each for each in app.text_input if each.label == "Find a column").input("_11").run()
    assert columns_of(app).index.tolist() == [f"column_11{i}" for i in range(10)]
    box(app, "Kind").select("category")
    box(app, "Measured").select("before")
    next(each for each in app.button if each.label == "Apply").click().run()
    assert not app.exception
    data = study_of(app).data
    assert data.types == {f"column_11{i}": "category" for i in range(10)}
    assert data.measured == {f"column_11{i}": "after" if i == 7 else "before" for i in range(10)}
    assert set(columns_of(app)["Kind"]) == {"category"}


def test_a_search_that_finds_nothing_says_so(open_frame, texts_of):
    frame = pd.DataFrame(np.zeros((3, 30)), columns=[f"c{i}" for i in range(30)])
    app = open_frame(frame, "data")
    next(each for each in app.text_input if each.label == "Find a column").input("zebra").run()
    assert "No column fits this search." in texts_of(app)


def test_a_reviewer_is_told_what_is_not_known_yet(open_frame, texts_of):
    app = open_frame(frame_of(), "data", data={"measured": {"t": "at"}})
    said = texts_of(app)
    assert "Not said yet for 6 of 7 columns" in said
    assert "Say who or what is treated" in said
    next(each for each in app.text_input if each.label == "One row is").input(" a person ").run()
    assert study_of(app).data.row_is == "a person"
    assert "Say who or what is treated" not in texts_of(app)


def test_interference_warns_of_every_later_number(open_demo):
    app = open_demo("nhefs", "data")
    assert [each.value for each in app.warning] == []
    next(each for each in app.radio if each.label.startswith("Can one unit")).set_value("yes").run()
    assert study_of(app).question.interference == "yes"
    assert "not the effect of treating everybody" in app.warning[0].value


def test_a_late_column_that_is_adjusted_for_is_flagged(open_demo):
    app = open_demo("nhefs", "data", question={"adjust_for": ("age", "sbp")}, graph=_with_sbp())
    assert "sbp was measured after the treatment, yet adjusted for" in app.warning[0].value


def _with_sbp():
    return CausalGraph(edges=[("age", "qsmk"), ("age", "wt82_71"), ("qsmk", "wt82_71"), ("age", "sbp")])


def test_hostile_names_are_text_everywhere(open_frame, texts_of):
    frame = frame_of().rename(columns=dict(zip(["t", "y", "code", "word", "id"], HOSTILE, strict=True)))
    app = open_frame(
        frame,
        "data",
        name="<b>x</b> :red[y]",
        question={"treatment": HOSTILE[0], "outcome": HOSTILE[1]},
        data={"path": "a*b*.csv"},
    )
    assert not app.exception
    assert columns_of(app).index.tolist()[:2] == list(HOSTILE[:2])
    said = texts_of(app)
    for name in HOSTILE:
        assert name not in said
    assert r"\$x\^2\$ and \$y\_1\$" in said
    assert "a*b*" not in said


def test_a_column_the_study_names_but_the_table_lacks_is_said(open_frame):
    app = open_frame(frame_of(), "data", question={"treatment": "code_", "outcome": "y", "clusters": "gone"})
    said = [error.replace("\\", "") for error in errors(app)]
    assert 'The table has no column "code_". Did you mean "code"?' in said
    assert any('no column "gone"' in error for error in said)


def test_the_study_is_offered_as_a_zip(open_demo):
    app = open_demo("nhefs", "data")
    (button,) = app.download_button
    assert (button.label, button.disabled) == ("Download study", False)
    assert button.proto.deferred_file_id


def test_without_its_file_a_study_cannot_be_packed(open_frame):
    app = open_frame(frame_of(), question={"treatment": "t"})
    app.session_state["open_study"].source.unlink()
    app.switch_page("pages/data.py").run()
    assert app.download_button[0].disabled


READ = {"delimiter": ",", "encoding": "utf-8", "decimal": "."}


def columns_read(app):
    return app.session_state["open_study"].table.columns


def read_again(app):
    return next(each for each in app.button if each.label == "Read it again so")


def test_the_file_is_read_again_another_way(open_frame, until):
    app = open_frame(frame_of(), "data", data=READ, question={"treatment": "t"})
    assert read_again(app).disabled
    box(app, "Between columns").select(";").run()
    read_again(app).click().run()
    until(app, lambda page: columns_read(page) == ("t,y,code,word,one,empty,id",))
    assert not app.exception
    assert study_of(app).data.delimiter == ";"
    assert 'The table has no column "t"' in errors(app)[0].replace("\\", "")
    box(app, "Between columns").select(",").run()
    read_again(app).click().run()
    until(app, lambda page: columns_read(page)[0] == "t")
    assert errors(app) == []


def test_a_file_that_cannot_be_read_that_way_leaves_the_table_as_it_was(open_frame, until):
    app = open_frame(frame_of(), "data", data=READ)
    box(app, "Encoding").select("utf-16").run()
    read_again(app).click().run()
    until(app, lambda page: page.error)
    assert columns_read(app)[0] == "t"
    assert len(app.data_editor) == 1
    next(each for each in app.button if each.label == "Close this message").click().run()
    assert errors(app) == []


def test_warnings_of_reading_stay_in_sight(open_frame):
    app = open_frame(frame_of(), "data")
    here = app.session_state["open_study"]
    app.session_state["open_study"] = type(here)(**{**vars(here), "warnings": ("Read as latin-1: $5.",)})
    app.run()
    assert app.warning[0].value.replace("\\", "") == "Read as latin-1: $5."


def test_no_heavy_library_is_loaded_for_this_page():
    heavy = ("dowhy", "sklearn", "statsmodels", "lightgbm", "scipy.stats")
    modules = "pages.shared.column_table, pages.shared.question_panel, pages.shared.opening"
    code = f"import sys, {modules}; print([name for name in {heavy} if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
