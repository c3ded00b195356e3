"""Memory of the app process: with one demo open, and during and after the upload of a 90 MB csv.

Run: python benchmarks/memory.py. Needs Chromium.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from contextlib import suppress
from pathlib import Path

import numpy as np
import pandas as pd
import psutil
from playwright.sync_api import sync_playwright
from start_to_paint import free_port

MEGABYTE = 1_048_576
ROWS, COLUMNS = 1_000_000, 20


def write_csv(path: Path) -> int:
    """A mixed table of about 90 MB; the bytes of its frame."""
    random = np.random.default_rng(1)
    columns: dict[str, object] = {}
    for number in range(COLUMNS):
        kind = number % 4
        if kind == 0:
            columns[f"x{number}"] = random.normal(size=ROWS).round(3)
        elif kind == 1:
            columns[f"n{number}"] = random.integers(0, 1000, ROWS)
        elif kind == 2:
            columns[f"b{number}"] = random.integers(0, 2, ROWS)
        else:
            columns[f"c{number}"] = random.choice(["north", "south", "east", "west"], ROWS)
    frame = pd.DataFrame(columns)
    frame.to_csv(path, index=False)
    return int(frame.memory_usage(deep=False).sum())


def main() -> None:
    """Serve, open a demo, upload, and print the sizes."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        path = Path(folder) / "million.csv"
        frame = write_csv(path)
        port = free_port()
        server = subprocess.Popen(
            [sys.executable, "-m", "causal_core.cli", "serve", "--port", str(port)],
            env=os.environ | {"DOSTUDIO_HOME": folder},
            stdout=subprocess.DEVNULL,
        )
        process = psutil.Process(server.pid)
        peak = 0
        stop = threading.Event()

        def watch() -> None:
            nonlocal peak
            while not stop.wait(0.05):
                peak = max(peak, process.memory_info().rss)

        try:
            while True:
                with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health"):
                    break
                time.sleep(0.1)
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
            )
            page = browser.new_page()
            page.goto(f"http://127.0.0.1:{port}")
            page.locator(".st-key-open-retention_observational button").click(timeout=60_000)
            page.wait_for_url("**/data*", timeout=90_000)
            time.sleep(3)
            demo = process.memory_info().rss
            other = browser.new_page()
            other.goto(f"http://127.0.0.1:{port}")
            threading.Thread(target=watch, daemon=True).start()
            begun = time.perf_counter()
            other.locator("input[type=file]").first.set_input_files(path, timeout=60_000)
            other.wait_for_url("**/data*", timeout=300_000)
            taken = time.perf_counter() - begun
            time.sleep(10)
            stop.set()
            after = process.memory_info().rss
            workers = max(child.memory_info().rss for child in process.children(recursive=True))
        finally:
            server.terminate()
            server.wait(30)
    print("| | MB |\n|---|---|")
    print(f"| csv | {frame / MEGABYTE:.0f} as a frame |")
    print(f"| app, one demo open | {demo / MEGABYTE:.0f} |")
    print(f"| app, peak during the upload | {peak / MEGABYTE:.0f} ({peak / frame:.1f} frames) |")
    print(f"| app, ten seconds after | {after / MEGABYTE:.0f} ({after / frame:.1f} frames) |")
    print(f"| largest worker | {workers / MEGABYTE:.0f} |")
    print(f"\nUpload to Data page: {taken:.1f} s")


if __name__ == "__main__":
    main()
