"""What a page under test shows, as its test reads it."""

from __future__ import annotations

import json


def tables(page):
    """All HTML of the page, its tables among it."""
    return "\n".join(element.proto.body for element in page.get("html"))


def figures(page):
    """The page's Plotly figures, as Plotly gets them."""
    return [json.loads(element.proto.spec) for element in page.get("plotly_chart")]


def settled(page):
    """Whether the page shows a chart, or says why it shows none."""
    return bool(page.get("plotly_chart")) or bool(page.error) or bool(page.warning)


def by_label(elements, start):
    """The first of the elements whose label starts like this."""
    return next(element for element in elements if element.label.startswith(start))


def study_of(page):
    """The study that is open."""
    return page.session_state["open_study"].study
