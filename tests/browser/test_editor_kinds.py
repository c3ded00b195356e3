import pytest
from playwright.sync_api import Page, expect

from tests.browser.drawn import Drawn

pytestmark = pytest.mark.browser


def test_a_random_node_loses_its_causes_in_one_step_and_says_so(drawn: Drawn) -> None:
    drawn.open()
    drawn.connect("age", "treat")  # there already, so refused: nothing to undo
    drawn.page.mouse.move(*drawn.at("treat"))
    drawn.press("x")
    drawn.message("Declared treat random: took away age → treat")
    said = drawn.python(lambda said: said["randomised"] == ["treat"])
    assert said["edges"] == [["age", "re78"], ["treat", "re78"]]
    assert said["notes"] == [["treat", "Declared random: took away age → treat."]]
    expect(drawn.node("treat")).to_have_attribute(
        "aria-label",
        "treat, treatment, randomised, arrow to re78, note: Declared random: took away age → treat.",
    )
    expect(drawn.node("treat").locator(".tag-letter")).to_have_text("R")
    drawn.connect("age", "treat")
    drawn.message("treat is declared random, so nothing can cause it: age → treat is not drawn")
    drawn.page.keyboard.down("Shift")
    drawn.connect("treat", "age")
    drawn.page.keyboard.up("Shift")
    drawn.message("treat is declared random, so nothing can cause it: treat ↔ age is not drawn")
    drawn.press("Control+z")
    said = drawn.python(lambda said: said["randomised"] == [])
    assert said["edges"] == [["age", "treat"], ["age", "re78"], ["treat", "re78"]]
    assert said["notes"] == []
    drawn.press("Control+y")
    drawn.python(lambda said: said["randomised"] == ["treat"])
    drawn.page.mouse.move(*drawn.at("age"))
    drawn.press("x")
    drawn.python(lambda said: said["randomised"] == ["age", "treat"])
    drawn.press("u")
    said = drawn.python(lambda said: said["latent"] == ["age"])
    assert said["randomised"] == ["treat"], "what is random is known"


def test_adjusting_makes_a_set_and_the_graph_takes_the_choice_back(drawn: Drawn) -> None:
    drawn.open(graph="roles")
    drawn.page.mouse.move(*drawn.at("age"))
    drawn.press("a")
    drawn.python(lambda said: said["adjusted"] == ["age"])
    expect(drawn.node("age")).to_have_class("node confounder adjusted")
    expect(drawn.node("age")).to_have_attribute(
        "aria-label", "age, confounder, adjusted for, arrows to treat and re78"
    )
    expect(drawn.page.locator(".adjusting span")).to_have_text("Adjusted for age")
    for name, why in (("ability", "latent"), ("treat", "the treatment"), ("re78", "the outcome")):
        drawn.page.mouse.move(*drawn.at(name))
        drawn.press("a")
        drawn.message(f"{name} is {why}, so it cannot be adjusted for")
    drawn.page.mouse.move(*drawn.at("hours"))
    drawn.press("a")
    drawn.python(lambda said: said["adjusted"] == ["age", "hours"])
    drawn.press("s")
    drawn.python(lambda said: said["adjusted"] == ["age"] and said["selected"] == ["hours"])
    drawn.press("a")
    drawn.message("hours is selected by design, so it is conditioned on already")
    drawn.page.mouse.move(*drawn.at("age"))
    drawn.press("a")
    drawn.python(lambda said: said["adjusted"] == [])
    expect(drawn.page.locator(".adjusting span")).to_have_text("Adjusted for nothing")
    drawn.button("Let the graph choose").click()
    drawn.python(lambda said: said["adjusted"] is None)
    expect(drawn.page.locator(".adjusting")).to_be_hidden()
    drawn.press("Control+z")
    drawn.python(lambda said: said["adjusted"] == [])


def test_what_is_latent_is_neither_treatment_nor_outcome(drawn: Drawn, page: Page) -> None:
    drawn.open(graph="roles")
    for name, role in (("treat", "treatment"), ("re78", "outcome")):
        page.mouse.move(*drawn.at(name))
        drawn.press("u")
        drawn.message(f"The {role} must be observed, so {name} cannot be latent")
    page.mouse.move(*drawn.at("ability"))
    for key, role in (("t", "treatment"), ("o", "outcome")):
        drawn.press(key)
        drawn.message(f"The {role} must be observed, and ability is latent. Press u on ability")
    page.mouse.move(*drawn.free())
    drawn.press("Control+a", "u")
    drawn.message("The treatment must be observed, so treat cannot be latent")
    drawn.button("Table").click()
    page.get_by_role("tab", name="Nodes").click()
    page.get_by_label("treat is latent").click()
    expect(page.get_by_label("treat is latent")).not_to_be_checked()
    page.get_by_label("Role of ability").select_option("outcome")
    expect(page.get_by_label("Role of ability")).to_have_value("")
    expect(drawn.button("Undo (Ctrl+Z)")).to_be_disabled()
    said = drawn.python(lambda _: True)
    assert (said["treatment"], said["outcome"], said["latent"]) == ("treat", "re78", ["ability"])
    page.get_by_label("ability is latent").click()
    page.get_by_label("Role of ability").select_option("outcome")
    drawn.python(lambda said: said["outcome"] == "ability" and said["latent"] == [])


def test_a_latent_treatment_that_python_brought_can_be_moved_and_mended(drawn: Drawn, page: Page) -> None:
    drawn.open(graph="latent")
    drawn.click("treat")
    drawn.press("ArrowDown")
    drawn.python(lambda said: said["positions"]["treat"][1] > 1.4)
    drawn.press("t")
    drawn.python(lambda said: said["treatment"] is None)
    drawn.press("Control+z", "u")
    drawn.python(lambda said: said["treatment"] == "treat" and said["latent"] == [])


def test_dagittys_letters_act_on_what_the_pointer_is_on(drawn: Drawn, page: Page) -> None:
    drawn.open()
    page.mouse.move(*drawn.at("age"))
    drawn.press("e")
    drawn.python(lambda said: said["treatment"] == "age")
    drawn.press("o")
    drawn.python(lambda said: said["outcome"] == "age")
    drawn.press("o", "u")
    drawn.python(lambda said: said["latent"] == ["age"])
    drawn.press("s")
    drawn.python(lambda said: said["latent"] == [] and said["selected"] == ["age"])
    drawn.press("r")
    page.keyboard.type("years")
    drawn.press("Enter")
    drawn.python(lambda said: "years" in said["nodes"])
    page.mouse.move(*drawn.midway("treat", "re78"))
    drawn.press("r")
    drawn.python(lambda said: ["re78", "treat"] in said["edges"])
    drawn.press("d")
    said = drawn.python(lambda said: len(said["edges"]) == 2)
    assert said["edges"] == [["years", "treat"], ["years", "re78"]]
    page.mouse.move(*drawn.at("treat"))
    drawn.press("c")
    page.mouse.move(*drawn.at("re78"))
    drawn.press("c")
    drawn.python(lambda said: ["treat", "re78"] in said["edges"])
    page.mouse.move(*drawn.at("years"))
    drawn.press("d")
    said = drawn.python(lambda said: "years" not in said["nodes"])
    assert said["edges"] == [["treat", "re78"]]
    drawn.press("n")
    page.keyboard.type("new")
    drawn.press("Enter")
    drawn.python(lambda said: said["nodes"] == ["treat", "re78", "new"])
    drawn.press("?")
    help_text = page.locator(".help").text_content() or ""
    assert all(
        word in help_text
        for word in ("exposure or treatment", "adjusted for", "randomised", "unobserved (latent)")
    )


def test_notes_are_written_shown_and_travel_with_what_they_stand_on(drawn: Drawn, page: Page) -> None:
    drawn.open()
    page.mouse.move(*drawn.at("age"))
    drawn.press("m")
    page.keyboard.type("In years, ")
    drawn.press("Shift+Enter")
    page.keyboard.type("<b>as</b> told")
    drawn.press("Enter")
    drawn.python(lambda said: said["notes"] == [["age", "In years, \n<b>as</b> told"]])
    expect(drawn.node("age").locator("title")).to_have_text("age\nIn years, \n<b>as</b> told")
    page.mouse.click(*drawn.midway("treat", "re78"))
    drawn.button("Note").click()
    page.keyboard.type("A trial found it")
    drawn.press("Enter")
    drawn.python(lambda said: [["re78", "treat"], "A trial found it"] in said["notes"])
    expect(page.locator(".edge .note")).to_have_count(1)
    expect(page.locator(".edge:has(.note) title")).to_have_text("treat → re78\nA trial found it")
    drawn.press("b", "r", "m")  # two heads, which have no direction, and the field again
    drawn.message("Enter keeps the note")
    expect(page.locator(".note-field")).to_have_value("A trial found it")
    drawn.press("Escape", "Escape")
    page.mouse.move(*drawn.at("treat"))
    drawn.press("r")
    page.keyboard.type("programme")
    drawn.press("Enter")
    drawn.python(lambda said: [["programme", "re78"], "A trial found it"] in said["notes"])
    drawn.press("Control+a", "Control+c", "Control+v")
    said = drawn.python(lambda said: len(said["notes"]) == 4)
    assert said["notes"][2:] == [
        ["age 2", "In years, \n<b>as</b> told"],
        [["programme 2", "re78 2"], "A trial found it"],
    ]
    drawn.press("Delete", "Control+z", "Control+z", "Control+z", "Control+z", "Control+z")
    said = drawn.python(lambda said: len(said["notes"]) == 1)
    assert said["edges"][2] == ["treat", "re78"]
