"""The order of the rooms."""

from pathlib import Path

LAST = ("app", "browser")
"""Rooms that leave an engine, servers or an event loop running in this process; the others come first."""


def pytest_collection_modifyitems(items):
    def place(item):
        rooms = [part for part in Path(item.path).parts if part in LAST]
        return LAST.index(rooms[-1]) if rooms else -1

    items.sort(key=place)
