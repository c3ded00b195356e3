"""Writes the tables of the demos: `python -m demo_data.generate [--into FOLDER] [NAME ...]`."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

import pandas as pd

from demo_data.makers.counts import berkeley, kidney_stones, smoking_tar
from demo_data.makers.credit import credit
from demo_data.makers.encouragement import encouragement
from demo_data.makers.follow_up import follow_up
from demo_data.makers.lalonde import lalonde
from demo_data.makers.made import Made
from demo_data.makers.nhefs import nhefs
from demo_data.makers.premium import premium
from demo_data.makers.retention import observational, offers
from demo_data.makers.service import service

HERE: Final = Path(__file__).parent

MAKERS: Final[dict[str, Callable[[], Made]]] = {
    "retention_offers": lambda: offers(seed=2),
    "retention_observational": lambda: observational(seed=3),
    "encouragement": lambda: encouragement(seed=1),
    "premium": lambda: premium(seed=1),
    "service": lambda: service(seed=1),
    "nhefs": nhefs,
    "kidney_stones": lambda: kidney_stones(seed=1),
    "berkeley": lambda: berkeley(seed=1),
    "smoking_tar": lambda: smoking_tar(seed=1),
    "lalonde": lalonde,
    "follow_up": lambda: follow_up(seed=13),
    "credit": lambda: credit(seed=5),
}
"""Demo -> what makes its table, with its seed."""

DECIMALS: Final = 4
"""Of what `truth.parquet` holds, so that it stays small."""


def generate(into: Path, names: Iterable[str] = tuple(MAKERS)) -> None:
    """Write `into`/NAME/data.csv, and `into`/NAME/truth.parquet for a generated world.

    Args:
        into: The folder of the demos; subfolders are made.
        names: Which demos.
    """
    for name in names:
        made = MAKERS[name]()
        folder = into / name
        folder.mkdir(parents=True, exist_ok=True)
        made.frame.to_csv(folder / "data.csv", index=False, lineterminator="\n")
        if made.truth is not None:
            small(made.truth).to_parquet(folder / "truth.parquet", index=False, compression="zstd")


def small(truth: pd.DataFrame) -> pd.DataFrame:
    """The truth rounded, with 0/1 columns in one byte."""
    whole = truth.select_dtypes("integer")
    return truth.round(DECIMALS).astype({name: "int8" for name in whole if whole[name].isin((0, 1)).all()})


def main() -> None:
    """Write the demos named on the command line, or all of them."""
    parser = argparse.ArgumentParser(description="Write the tables of the demos.")
    parser.add_argument("--into", type=Path, default=HERE, help="folder of the demos")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which: {', '.join(MAKERS)}")
    chosen = parser.parse_args()
    unknown = [name for name in chosen.names if name not in MAKERS]
    if unknown:
        parser.error(f"no demo is called {', '.join(unknown)}")
    generate(chosen.into, chosen.names or tuple(MAKERS))


if __name__ == "__main__":
    main()
