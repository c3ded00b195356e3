"""A served app and a real browser for the tests of this room."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, sync_playwright

from tests.browser.drawn import Drawn

ROOT = Path(__file__).parents[2]
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
STREAMLITS_OWN = (
    "/_stcore/health",
    "/_stcore/host-config",
)  # asked below a page's address too, and not there


@dataclass
class Records:
    """What the browser reported: errors of the console and the page, and addresses beyond this machine."""

    errors: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)

    def hear(self, message: ConsoleMessage) -> None:
        address = message.location.get("url", "")
        if message.type == "error" and not urlsplit(address).path.endswith(STREAMLITS_OWN):
            self.errors.append(f"{message.text} ({address})")

    def see(self, address: str) -> None:
        parts = urlsplit(address)
        if parts.scheme in {"http", "https", "ws", "wss"} and parts.hostname != "127.0.0.1":
            self.outside.append(address)


def _wait_until_served(base: str, server: subprocess.Popen[bytes], seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        assert server.poll() is None, "the server ended by itself"
        with suppress(OSError), urllib.request.urlopen(f"{base}/_stcore/health", timeout=2):  # noqa: S310 - our own
            return
        time.sleep(0.2)
    pytest.fail(f"{base} did not answer within {seconds:.0f} s")


@pytest.fixture(scope="session")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str | Path], str]]:
    """Serve a Streamlit script on a free port of 127.0.0.1, once a session; gives its address."""
    servers: dict[Path, tuple[str, subprocess.Popen[bytes]]] = {}

    def start(script: str | Path) -> str:
        path = Path(script).resolve()
        if path not in servers:
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                port = probe.getsockname()[1]
            environment = os.environ | {
                "PYTHONPATH": str(ROOT),
                "OMP_NUM_THREADS": "1",
                "STREAMLIT_SERVER_PORT": str(port),
                "STREAMLIT_SERVER_ADDRESS": "127.0.0.1",
                "STREAMLIT_SERVER_HEADLESS": "true",
                "STREAMLIT_BROWSER_GATHER_USAGE_STATS": "false",
            }
            log = (tmp_path_factory.mktemp("served") / "log.txt").open("wb")
            with log:
                server = subprocess.Popen(
                    [sys.executable, "-m", "streamlit", "run", str(path)],
                    cwd=ROOT,
                    env=environment,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                )
            servers[path] = (f"http://127.0.0.1:{port}", server)
            _wait_until_served(*servers[path])
        return servers[path][0]

    yield start
    for _, server in servers.values():
        server.terminate()
    for _, server in servers.values():
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium without a window; the test is skipped where there is none."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("needs chromium on the path")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def records() -> Records:
    """What this test's page reported; both lists must be empty at its end."""
    return Records()


@pytest.fixture(scope="session")
def window(browser: Browser) -> Iterator[BrowserContext]:
    """One window for all pages, which keeps the app's scripts from one page to the next."""
    opened = browser.new_context(viewport={"width": 1280, "height": 900}, color_scheme="light")
    yield opened
    opened.close()


@pytest.fixture
def page(window: BrowserContext, records: Records) -> Iterator[Page]:
    """A fresh page of 1280 x 900; fails the test on a console error or a request beyond 127.0.0.1."""

    def see(request: Request) -> None:
        records.see(request.url)

    assert window.pages == []
    window.on("console", records.hear)
    window.on("request", see)
    opened = window.new_page()
    opened.set_default_timeout(30_000)
    opened.on("pageerror", lambda error: records.errors.append(str(error)))
    opened.on("websocket", lambda socket: records.see(socket.url))
    yield opened
    # What a page stored must not reach the next one.
    every = {"origin": "*", "storageTypes": "cookies,local_storage,indexeddb"}
    window.new_cdp_session(opened).send("Storage.clearDataForOrigin", every)
    for each in window.pages:
        each.close()
    window.remove_listener("console", records.hear)
    window.remove_listener("request", see)
    assert records.errors == []
    assert records.outside == []


@pytest.fixture
def drawn(page: Page, serve: Callable[[str | Path], str]) -> Drawn:
    """The graph editor in its small app, not opened yet."""
    return Drawn(page, serve(Path(__file__).with_name("editor_app.py")))


@pytest.fixture
def screenshot(page: Page) -> Callable[[str], None]:
    """Save a picture of the page under a name in the folder DOSTUDIO_PICTURES, when that is set."""

    def shoot(name: str) -> None:
        if folder := os.environ.get("DOSTUDIO_PICTURES"):
            page.screenshot(path=Path(folder) / f"{name}.png")

    return shoot


@dataclass(frozen=True)
class Studio:
    """The served app: its address and its process."""

    base: str
    process: psutil.Process


@pytest.fixture(scope="session")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """The app as `dostudio serve` serves it, on a free port, with a folder of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {
        "DOSTUDIO_HOME": str(tmp_path_factory.mktemp("home")),
        "DOSTUDIO_WORKERS": "2",
    }
    log = tmp_path_factory.mktemp("log") / "serve.txt"
    with log.open("wb") as out:
        server = subprocess.Popen(
            [sys.executable, "-m", "causal_core.cli", "serve", "--port", str(port)],
            env=environment,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    base = f"http://127.0.0.1:{port}"
    until = time.monotonic() + 60
    while True:
        with suppress(OSError), urllib.request.urlopen(f"{base}/_stcore/health", timeout=2):  # noqa: S310 - our own
            break
        assert server.poll() is None, log.read_text()
        assert time.monotonic() < until, log.read_text()
        time.sleep(0.2)
    yield Studio(base, psutil.Process(server.pid))
    server.terminate()
    server.wait(30)
    assert "Traceback" not in log.read_text(), log.read_text()


@pytest.fixture
def studio_base(studio: Studio) -> str:
    """The served app's address."""
    return studio.base
