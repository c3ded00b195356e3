"""The engine's processes and the app's: who lives, who ends, what is imported."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep

import psutil
import pytest

from causal_core.engine.call import Failure
from causal_core.engine.engine import Engine
from causal_core.engine.settings import Settings
from causal_core.engine.watch import PARENT

APP = """
from time import sleep
from causal_core.engine import Call, Plan, get_engine
engine = get_engine()
print("begun", flush=True)
engine.submit(Plan("key", "Test", (Call("math:hypot"),))).result()
print("ready", flush=True)
engine.submit(Plan("long", "Test", (Call("time:sleep", {}),)))
engine.submit(Plan("busy", "Test", (Call("engine_steps:nap", {"seconds": 60}),)))
sleep(60)
"""


def started_by(pid):
    """The processes whose environment says they belong to this app: scheduler, nannies, workers, trackers."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.environ().get(PARENT) == str(pid) and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
    return found


def wait_for_none(pid, seconds=10):
    end = monotonic() + seconds
    while started_by(pid):
        assert monotonic() < end, started_by(pid)
        sleep(0.1)


def app_environment(state_home):
    return {
        **os.environ,
        "DOSTUDIO_HOME": str(state_home),
        "DOSTUDIO_WORKERS": "1",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }


@pytest.mark.parametrize(
    ("moment", "number"),
    [
        ("first process", signal.SIGKILL),
        ("first process", signal.SIGTERM),
        ("0.3 seconds", signal.SIGKILL),
        ("busy", signal.SIGKILL),
        ("busy", signal.SIGTERM),
        ("busy", signal.SIGINT),
    ],
)
def test_nothing_is_left_when_the_app_is_ended(state_home, moment, number):
    app = subprocess.Popen(
        [sys.executable, "-c", APP],
        env=app_environment(state_home),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with app:
        assert app.stdout is not None
        assert app.stdout.readline() == "begun\n"
        if moment == "first process":
            while not started_by(app.pid):
                sleep(0.02)
        elif moment == "busy":
            assert app.stdout.readline() == "ready\n"
            assert started_by(app.pid)
        else:
            sleep(0.3)
        app.send_signal(number)
        app.wait(10)
        wait_for_none(app.pid)
        # Nor does anything come into being afterwards.
        sleep(0.5)
        assert started_by(app.pid) == []
        assert app.stderr is not None
        errors = app.stderr.read()
    assert "distributed" not in errors
    assert ("KeyboardInterrupt" in errors) == (number == signal.SIGINT)


def test_the_app_imports_no_heavy_library(state_home):
    code = """
import sys
from causal_core.engine import Call, Plan, get_engine
assert "distributed" not in sys.modules
engine = get_engine()
engine.submit(Plan("key", "Test", (Call("numpy:zeros", {"shape": 3}),))).result()
heavy = {"dowhy", "econml", "lightgbm", "scipy", "sklearn", "statsmodels", "pandas", "streamlit"}
print(sorted(heavy & set(sys.modules)))
"""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        env=app_environment(state_home),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.stdout, done.stderr, done.returncode) == ("[]\n", "", 0)


def test_life_and_death_of_its_programs(state_home, plan_of):
    before = set(psutil.Process().children())
    own_engine = Engine(Settings(workers=1, memory=10**9, preload=("colorsys",), grace=0.5))
    try:
        live_and_die(own_engine, plan_of, before)
    finally:
        own_engine.close()
    assert not set(psutil.Process().children()) - before


def live_and_die(own_engine, plan_of, before):
    own = psutil.Process()
    # It is still starting: the job is queued all the same.
    assert own_engine.state == "starting"
    job = own_engine.submit(plan_of(("process", {})))
    assert (job.state, job.done) == ("queued", 0)
    (worker,) = job.result()
    scheduler, nanny = sorted(set(own.children()) - before, key=lambda process: process.pid)
    program = psutil.Process(worker)
    assert program.ppid() == nanny.pid

    # An idle worker loads what it will need.
    end = monotonic() + 15
    while not own_engine.submit(plan_of(("loaded", {"module": "colorsys"}))).result()[0]:
        assert monotonic() < end
        sleep(0.2)

    # A nanny that ends takes its worker with it and is started again.
    nanny.kill()
    end = monotonic() + 5
    while program.is_running() and program.status() != psutil.STATUS_ZOMBIE:
        assert monotonic() < end
        sleep(0.02)
    job = own_engine.submit(plan_of(("process", {})))
    assert job.wait(20)
    assert job.result() != [worker]

    # Without its scheduler the engine fails in words, and starts again when asked.
    job = own_engine.submit(plan_of(("nap", {"seconds": 60})))
    while job.state != "running":
        sleep(0.01)
    scheduler.kill()
    assert job.wait(20)
    assert job.failure is not None
    assert job.failure.message in {
        "The program that hands out work to the workers has stopped.",
        "The connection to the workers was lost.",
    }
    while own_engine.state != "failed":
        sleep(0.01)
    assert own_engine.failure is not None
    assert own_engine.submit(plan_of(("double", {"number": 1}))).result() == [2]
    assert own_engine.state == "ready"

    # Closing ends what is under way, and every process.
    job = own_engine.submit(plan_of(("nap", {"seconds": 60})))
    own_engine.close()
    assert (job.state, own_engine.state) == ("cancelled", "closed")
    assert not set(own.children()) - before


def test_settings_that_cannot_be_used_fail_the_engine_in_words(monkeypatch, state_home, plan_of):
    monkeypatch.setenv("DOSTUDIO_SCHEDULER", "tcp://example.org:8786")
    engine = Engine()
    job = engine.submit(plan_of(("double", {"number": 1})))
    assert job.wait(10)
    assert job.failure == engine.failure
    assert engine.failure == Failure(
        "DOSTUDIO_SCHEDULER is tcp://example.org:8786, which is not a protected address.",
        None,
        "Use tls://host:port; tcp:// is for 127.0.0.1 only.",
    )
    assert engine.state == "failed"
    engine.close()


@pytest.fixture
def certificates(tmp_path):
    """A certificate that is its own authority, made by the openssl program."""
    if shutil.which("openssl") is None:
        pytest.skip("needs the openssl program to make a certificate")
    certificate, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    command = (
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=local"
    )
    subprocess.run(
        [
            *command.split(),
            "-addext",
            "subjectAltName=IP:127.0.0.1",
            "-keyout",
            str(key),
            "-out",
            str(certificate),
        ],
        check=True,
        capture_output=True,
    )
    return certificate, key


def test_a_cluster_at_an_address_over_tls(certificates, monkeypatch, state_home, plan_of, tmp_path):
    certificate, key = map(str, certificates)
    tls = ["--tls-ca-file", certificate, "--tls-cert", certificate, "--tls-key", key]
    file = tmp_path / "scheduler.json"
    dask = [sys.executable, "-m", "dask"]
    quiet = {
        "env": {**app_environment(state_home), "DASK_TEMPORARY_DIRECTORY": str(tmp_path)},
        "stdout": subprocess.DEVNULL,
        "stderr": subprocess.DEVNULL,
    }
    where = ["--scheduler-file", str(file), "--protocol", "tls", "--dashboard-address", "127.0.0.1:0"]
    scheduler = [*dask, "scheduler", "--host", "tls://127.0.0.1", "--port", "0", *where, *tls]
    worker = [*dask, "worker", "--host", "127.0.0.1", "--nthreads", "1", *where, *tls]
    with subprocess.Popen(scheduler, **quiet) as one, subprocess.Popen(worker, **quiet) as other:
        try:
            while not (file.exists() and file.read_text().strip()):
                sleep(0.05)
            monkeypatch.setenv("DOSTUDIO_SCHEDULER", json.loads(file.read_text())["address"])
            for name, path in (("CA", certificate), ("CERT", certificate), ("KEY", key)):
                monkeypatch.setenv(f"DOSTUDIO_TLS_{name}", path)
            engine = Engine()
            try:
                assert engine.submit(plan_of(("double", {"number": 4}))).result() == [8]
                # A cancelled task that goes on costs its worker here too.
                deaf = engine.submit(plan_of(("nap", {"seconds": 60}), seconds=0.2))
                assert deaf.wait(10)
                assert engine.submit(plan_of(("double", {"number": 5}))).result() == [10]
            finally:
                engine.close()
        finally:
            other.kill()
            one.kill()


def test_folder_of_the_state_is_private(state_home):
    logs = Path(state_home) / "logs"
    assert logs.stat().st_mode & 0o777 == 0o700
