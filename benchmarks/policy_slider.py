"""How soon the Policy page answers a moved slider, by the number of people.

Run: python benchmarks/policy_slider.py [ROWS ...]. Retention offers with four arms are generated anew; the
page runs without a browser, all policies but those that are searched for compared.
"""

from __future__ import annotations

import dataclasses
import os
import secrets
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ROUNDS = 15
POLICIES = ("treat_none", "current", "treat_all", "top_share", "threshold", "best_arm", "budget")


def main() -> None:
    """Learn who responds once for each size, then print what a slider costs."""
    sizes = [int(size) for size in sys.argv[1:]] or [10_000, 100_000]
    with tempfile.TemporaryDirectory() as folder:
        os.environ["DOSTUDIO_HOME"] = folder
        os.chdir(ROOT)
        sys.path.insert(0, str(ROOT))
        print("| people | moved | median s | least | most |\n|---|---|---|---|---|")
        for rows in sizes:
            _measure(rows)


def _measure(rows: int) -> None:
    app = _opened(rows)
    app.switch_page("pages/policy.py").run()
    app.button(key="start-uplift").click().run()
    until = time.monotonic() + 1200
    while not app.metric:
        if time.monotonic() > until:
            raise TimeoutError("nobody's response was learned")
        time.sleep(0.5)
        app.run()
    found = {
        "share": [_timed(lambda value=value: app.slider[0].set_value(value).run()) for value in _values()]
    }
    next(each for each in app.selectbox if each.label == "The memo speaks for").set_value("budget").run()
    found["budget"] = [
        _timed(lambda value=value: _field(app, "Budget").set_value(1000.0 * value).run())
        for value in _values()
    ]
    for moved, taken in found.items():
        print(
            f"| {rows:,} | {moved} | {statistics.median(taken):.2f} | {min(taken):.2f} | {max(taken):.2f} |",
            flush=True,
        )


def _values() -> range:
    return range(11, 11 + ROUNDS)


def _field(app, start):  # type: ignore[no-untyped-def]  # of Streamlit's test kit, which is imported late
    return next(each for each in app.number_input if each.label.startswith(start))


def _timed(move) -> float:  # type: ignore[no-untyped-def]  # what is timed gives the app back
    begun = time.perf_counter()
    move()
    return time.perf_counter() - begun


def _opened(rows: int):  # type: ignore[no-untyped-def]  # of Streamlit's test kit, which is imported late
    from streamlit.testing.v1 import AppTest

    from causal_core.data.demos import demo
    from causal_core.data.frames import arrow_of
    from causal_core.data.profile import profile
    from causal_core.data.table import write_table
    from causal_core.engine import state_folder
    from causal_core.study.study import Study
    from demo_data.makers.retention import offers
    from pages.shared.current import OpenStudy

    study = Study.load(demo("retention_offers").study)
    policy = dataclasses.replace(study.policy, policies=POLICIES)
    study = study.replace(policy=policy, uplift=dataclasses.replace(study.uplift, learners=("s",)))
    frame = offers(1, rows).frame
    table = write_table(arrow_of(frame), state_folder("tables"))
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=300)
    app.session_state["open_study"] = OpenStudy(
        name="offers",
        study=study,
        table=table,
        profile=profile(table),
        source=ROOT / "none.csv",
        warnings=(),
        token=secrets.token_hex(15),
    )
    return app.run()


if __name__ == "__main__":
    main()
