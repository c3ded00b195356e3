"""A rerun of each page on a demo with all results present.

Run: python benchmarks/rerun.py [DEMO] [ROUNDS].
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
STEPS = ("estimate", "refute", "uplift", "policy")
PAGES = ("start", "data", "graph", "read", "compare", "check", "identify", "estimate", "validate", *STEPS[1:])


def main() -> None:
    """Compute everything once, then print each page's median rerun."""
    demo = sys.argv[1] if len(sys.argv) > 1 else "retention_observational"
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 9
    with tempfile.TemporaryDirectory() as folder:
        os.environ["DOSTUDIO_HOME"] = folder
        os.chdir(ROOT)
        sys.path.insert(0, str(ROOT))
        from streamlit.testing.v1 import AppTest

        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120).run()
        app.button(key=f"open-{demo}").click().run()
        while "open_study" not in app.session_state:
            time.sleep(0.2)
            app.run()
        print(f"| page | median s | least | most |  {demo}\n|---|---|---|---|")
        for name in PAGES:
            app.switch_page(f"pages/{name}.py").run()
            starts = [button for button in app.button if button.key == f"start-{name}"]
            if starts:
                starts[0].click().run()
            until = time.monotonic() + 300
            while name in STEPS and name not in app.session_state["open_study"].seen:
                if time.monotonic() > until:
                    raise TimeoutError(f"{name} gave no result")
                time.sleep(0.3)
                app.run()
            taken = []
            for _ in range(rounds):
                begun = time.perf_counter()
                app.run()
                taken.append(time.perf_counter() - begun)
            print(
                f"| {name} | {statistics.median(taken):.2f} | {min(taken):.2f} | {max(taken):.2f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
