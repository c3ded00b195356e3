"""The graph given as text on the Graph page."""

from playwright.sync_api import Page


def use_graph_text(page: Page, text: str) -> None:
    """Replace the graph on the open Graph page by what `text` draws."""
    page.get_by_text("The graph as text").click()
    field = page.locator("textarea").first
    field.fill(text)
    # The text is taken when its field is left; on a busy machine a click at that moment may miss its button.
    field.blur()
    page.wait_for_timeout(1000)
    page.get_by_role("button", name="Use this text").click()
