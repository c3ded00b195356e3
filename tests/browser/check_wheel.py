"""The installed wheel, run from any folder by its own Python: serves the app, draws it, computes a demo."""

import json
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import causal_core
from causal_core.serve import app_file

SECONDS = 90


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def serves() -> None:
    port = free_port()
    server = subprocess.Popen([dostudio, "serve", "--port", str(port)])
    try:
        until = time.monotonic() + SECONDS
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=2) as answer:
                    assert answer.read() == b"ok"
                return
            except OSError:
                assert server.poll() is None, "the server stopped"
                assert time.monotonic() < until, "the server did not answer in time"
                time.sleep(0.5)
    finally:
        server.terminate()
        server.wait(20)


def draws() -> None:
    from streamlit.testing.v1 import AppTest

    page = AppTest.from_file(str(app_file()), default_timeout=SECONDS).run()
    assert not page.exception, page.exception
    assert page.title, "the start page has no title"


def computes() -> None:
    study = app_file().parent / "demo_data" / "kidney_stones" / "study.toml"
    with tempfile.TemporaryDirectory() as out:
        subprocess.run(
            [dostudio, "run", str(study), "--out", out, "--steps", "identify,estimate"], check=True
        )
        results = json.loads((Path(out) / "results.json").read_text())
        assert results["identification"]["identifiable"], results
        assert (Path(out) / "report.html").stat().st_size > 1000


assert "site-packages" in str(Path(causal_core.__file__)), "the checkout was imported, not the wheel"
dostudio = str(Path(sys.executable).parent / "dostudio")
for check in (serves, draws, computes):
    check()
    print(f"wheel: {check.__name__}", flush=True)  # noqa: T201 - the log of this check
