from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

STEPS = str(Path(__file__).parent / "importable")
sys.path.insert(0, STEPS)


@pytest.fixture(scope="session")
def state_home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("home")
    before = os.environ.get("DOSTUDIO_HOME")
    os.environ["DOSTUDIO_HOME"] = str(folder)
    yield folder
    if before is None:
        del os.environ["DOSTUDIO_HOME"]
    else:
        os.environ["DOSTUDIO_HOME"] = before


@pytest.fixture(scope="session")
def engine(state_home):
    from causal_core.engine.engine import Engine
    from causal_core.engine.settings import Settings

    engine = Engine(
        Settings(
            workers=2, memory=10**9, preload=(), grace=0.5, forsaken=0.3, kept_results=50, kept_bytes=10**6
        )
    )
    yield engine
    engine.close()


@pytest.fixture
def plan_of():
    """Make a plan of steps in engine_steps, its key its own unless given."""
    import uuid

    from causal_core.engine import Call, Plan

    def make(*steps, combine=None, key=None, title="Test step", seconds=60.0):
        calls = tuple(Call(f"engine_steps:{name}", arguments) for name, arguments in steps)
        last = None if combine is None else Call(f"engine_steps:{combine[0]}", combine[1])
        return Plan(key or uuid.uuid4().hex, title, calls, last, seconds)

    return make
