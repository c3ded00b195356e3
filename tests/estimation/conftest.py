import pytest

from tests.estimation.designs import build, draw


@pytest.fixture
def make():
    return build


@pytest.fixture
def world():
    return draw
