"""The command line: `dostudio serve`, `dostudio run`, `dostudio check`."""

from __future__ import annotations

import argparse
import ctypes
import sys
from collections.abc import Sequence
from functools import partial
from importlib.metadata import version
from pathlib import Path

PROBLEM, FAILURE = 2, 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; the exit status is 0, 1 (a step failed) or 2 (the input is at fault)."""
    options = _parser().parse_args(arguments)
    missing = _missing_library()
    if missing:
        _say(missing)
        return PROBLEM
    status: int = options.command(options)
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="dostudio", description="From a table of data to a decision.")
    parser.add_argument("--version", action="version", version=f"dostudio {version('dostudio')}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    serve = commands.add_parser("serve", help="serve the app on 127.0.0.1")
    serve.add_argument("--port", type=int, default=8501, help="port to listen on (8501)")
    serve.set_defaults(command=_serve)

    run = commands.add_parser(
        "run", help="compute a study and write results.json, report.html and its policy"
    )
    run.add_argument("study", type=Path, help="a study.toml")
    run.add_argument("--out", type=Path, required=True, help="folder for the results")
    run.add_argument("--steps", default="", help="comma-separated steps (default: all)")
    run.set_defaults(command=_run)

    check = commands.add_parser("check", help="say whether a study would run")
    check.add_argument("study", type=Path, help="a study.toml")
    check.set_defaults(command=_check)
    return parser


def _serve(options: argparse.Namespace) -> int:
    from causal_core.serve import serve

    return serve(options.port)


def _check(options: argparse.Namespace) -> int:
    from causal_core.study.check import check_file

    problems, remarks = check_file(options.study)
    for remark in remarks:
        _say(f"note: {remark}")
    for problem in problems:
        _say(f"problem: {problem}")
    if problems:
        return PROBLEM
    print(f"{options.study} would run.")  # noqa: T201 - the answer of this command
    return 0


def _run(options: argparse.Namespace) -> int:
    from causal_core.study.check import check_file
    from causal_core.study.export import write_results
    from causal_core.study.policy_files import write_policy
    from causal_core.study.study import Study

    problems, remarks = check_file(options.study)
    for problem in problems:
        _say(f"problem: {problem}")
    if problems:
        return PROBLEM
    for remark in remarks:
        _say(f"note: {remark}")
    steps = [step.strip() for step in options.steps.split(",") if step.strip()] or None
    study = Study.load(options.study)
    meter = _Meter()
    try:
        results = study.run(steps=steps, progress=meter)
    except ValueError as problem:
        _say(f"problem: {problem}")
        return PROBLEM
    finally:
        meter.end()
    written = write_results(results, options.out)
    try:
        policy_files, why_not = write_policy(results, options.out, partial(meter, "export"))
    finally:
        meter.end()
    for path in (*written, *policy_files):
        _say(f"wrote {path}")
    if why_not:
        _say(f"note: {why_not}")
    for step, failure in results.failures.items():
        _say(f"{step} failed: {failure}")
    return FAILURE if results.failures else 0


class _Meter:
    """Progress on standard error: one line a step, redrawn in a terminal."""

    def __init__(self) -> None:
        self._last = ""

    def __call__(self, step: str, done: float, total: float) -> None:
        share = f"{done / total:4.0%}" if total else "   …"
        if sys.stderr.isatty():
            print(f"\r{step:<10}{share}", end="", file=sys.stderr, flush=True)  # noqa: T201 - progress
            self._last = step
        elif step != self._last:
            _say(step)
            self._last = step

    def end(self) -> None:
        if sys.stderr.isatty() and self._last:
            _say("")


def _missing_library() -> str:
    if sys.platform != "linux":
        return ""
    try:
        ctypes.CDLL("libgomp.so.1")
    except OSError:
        return (
            "The system library libgomp is missing, which the learners need. Install it: "
            "apt-get install libgomp1 (Debian, Ubuntu) or dnf install libgomp (Fedora)."
        )
    return ""


def _say(line: str) -> None:
    print(line, file=sys.stderr)  # noqa: T201 - this program's words


if __name__ == "__main__":
    sys.exit(main())
