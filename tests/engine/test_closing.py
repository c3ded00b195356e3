import time

import pytest

from causal_core.engine.engine import Engine


@pytest.mark.parametrize("seconds", [0.0, 0.5, 1.0, 1.5, 2.0])
def test_an_engine_closes_soon_also_while_it_starts(state_home, seconds):
    engine = Engine()
    time.sleep(seconds)
    begun = time.monotonic()
    engine.close()
    assert time.monotonic() - begun < 10
    assert engine.state == "closed"
