from __future__ import annotations

import pytest

from causal_core.engine.settings import Settings
from causal_core.problem import Problem


def test_nothing_set_means_local_workers():
    settings = Settings.from_environment({})
    assert (settings.scheduler, settings.tls, settings.workers, settings.memory) == (None, None, None, None)


def test_values_are_read():
    settings = Settings.from_environment({"DOSTUDIO_WORKERS": "3", "DOSTUDIO_WORKER_MEMORY": "1.5GB"})
    assert (settings.workers, settings.memory) == (3, 1_500_000_000)


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:8786", "tcp://localhost:8786", "tcp://[::1]:8786"])
def test_this_machine_needs_no_tls(address):
    settings = Settings.from_environment({"DOSTUDIO_SCHEDULER": address})
    assert (settings.scheduler, settings.tls) == (address, None)


def test_tls_needs_its_three_files(tmp_path):
    path = tmp_path / "file.pem"
    path.touch()
    environment = {"DOSTUDIO_SCHEDULER": "tls://cluster:8786", "DOSTUDIO_TLS_CA": str(path)}
    with pytest.raises(Problem, match="but DOSTUDIO_TLS_CERT and DOSTUDIO_TLS_KEY name no file"):
        Settings.from_environment(environment)
    environment |= {"DOSTUDIO_TLS_CERT": str(path), "DOSTUDIO_TLS_KEY": str(path)}
    assert Settings.from_environment(environment).tls == (str(path), str(path), str(path))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DOSTUDIO_SCHEDULER", "tcp://10.0.0.1:8786"),
        ("DOSTUDIO_SCHEDULER", "tcp://127.0.0.1.example.org:8786"),
        ("DOSTUDIO_SCHEDULER", "cluster:8786"),
        ("DOSTUDIO_SCHEDULER", "tls://"),
        ("DOSTUDIO_WORKERS", "0"),
        ("DOSTUDIO_WORKERS", "two"),
        ("DOSTUDIO_WORKER_MEMORY", "much"),
        ("DOSTUDIO_WORKER_MEMORY", "3"),
    ],
)
def test_a_value_that_cannot_be_used_names_its_variable(name, value):
    with pytest.raises(Problem, match=f"{name} is"):
        Settings.from_environment({name: value})
