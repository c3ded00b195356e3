"""Tables for searches."""

import pytest

from tests.discovery.worlds import table_of


@pytest.fixture
def stored(tmp_path):
    """Call with a frame: it as a table."""
    return lambda frame: table_of(frame, tmp_path)
