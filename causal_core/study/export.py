"""Results as files: results.json and report.html."""

from __future__ import annotations

import json
from pathlib import Path

from causal_core.problem import Problem
from causal_core.study.report import report
from causal_core.study.results import Results


def write_results(results: Results, folder: Path) -> tuple[Path, ...]:
    """Write `results.json` and `report.html` into `folder`, made when it is missing; their paths.

    Raises:
        Problem: The folder cannot be written to.
    """
    files = {
        folder / "results.json": json.dumps(results.to_dict(), indent=1, ensure_ascii=False) + "\n",
        folder / "report.html": report(results),
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, text in files.items():
            path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Problem(
            f"The results cannot be written to {folder} ({error.strerror}).", remedy="Name another folder."
        ) from None
    return tuple(files)
