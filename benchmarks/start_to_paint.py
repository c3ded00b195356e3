"""From the start of the server to the first painted page, beside a one-line Streamlit app.

Run: python benchmarks/start_to_paint.py [ROUNDS]. Needs Chromium.
"""

from __future__ import annotations

import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import suppress
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parents[1]


def seconds_to_paint(
    browser: Browser, command: list[str], port: int, folder: str, last: str
) -> tuple[float, float]:
    """One start: from the process to a visible title, and to the last thing on the page."""
    environment = os.environ | {"DOSTUDIO_HOME": folder, "STREAMLIT_BROWSER_GATHER_USAGE_STATS": "false"}
    begun = time.perf_counter()
    server = subprocess.Popen(
        command, env=environment, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    page = browser.new_page()
    try:
        while True:
            with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health"):
                break
            time.sleep(0.02)
        page.goto(f"http://127.0.0.1:{port}")
        page.locator("h1").first.wait_for()
        painted = time.perf_counter() - begun
        page.locator(last).last.wait_for()
        return painted, time.perf_counter() - begun
    finally:
        page.close()
        server.terminate()
        server.wait(30)


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main() -> None:
    """Print both times, start by start in turn, and their ratio."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    times: dict[str, list[float]] = {"dostudio": [], "one line": []}
    whole: list[float] = []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        line = Path(folder) / "one_line.py"
        line.write_text("import streamlit as st; st.title('Hello')\n")
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        for number in range(rounds + 1):
            for name, kept in times.items():
                port = free_port()
                command = [sys.executable, "-m", "causal_core.cli", "serve", "--port", str(port)]
                if name == "one line":
                    command = [sys.executable, "-m", "streamlit", "run", str(line)]
                    command += ["--server.port", str(port), "--server.headless", "true"]
                    command += ["--server.address", "127.0.0.1", "--server.fileWatcherType", "none"]
                last = "h1" if name == "one line" else ".st-key-open-smoking_tar button"
                painted, complete = seconds_to_paint(browser, command, port, folder, last)
                if number:  # the first start of each warms the disk
                    kept.append(painted)
                    whole += [complete] * (name == "dostudio")
        browser.close()
    ratios = [ours / theirs for ours, theirs in zip(*times.values(), strict=True)]
    print("| | median s | least | most |\n|---|---|---|---|")
    for name, taken in times.items():
        print(f"| {name} | {statistics.median(taken):.2f} | {min(taken):.2f} | {max(taken):.2f} |")
    print(
        f"| dostudio, its last card | {statistics.median(whole):.2f} | {min(whole):.2f} | {max(whole):.2f} |"
    )
    print(f"| ratio | {statistics.median(ratios):.2f} | {min(ratios):.2f} | {max(ratios):.2f} |")


if __name__ == "__main__":
    main()
