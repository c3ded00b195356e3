"""Column names from a header: kept exactly, each one different, none empty."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from causal_core.problem import Problem


def column_names(header: Sequence[str], file: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names to use, and warnings for those that had to be made up ("column 3").

    Args:
        header: The header's cells.
        file: The file's name, for the message.

    Raises:
        Problem: Two columns have the same name; it names them.
    """
    counts = Counter(name for name in header if name.strip())
    repeated = [name for name, count in counts.items() if count > 1]
    if repeated:
        listed = ", ".join(f'"{name}"' for name in repeated)
        raise Problem(
            f"More than one column of {file} is called {listed}.",
            column=repeated[0],
            remedy="Rename them apart in the file.",
        )
    names: list[str] = []
    made: list[str] = []
    for position, name in enumerate(header, start=1):
        if name.strip():
            names.append(name)
            continue
        fresh = f"column {position}"
        while fresh in counts:
            fresh += "_"
        names.append(fresh)
        made.append(fresh)
    if not made:
        return tuple(names), ()
    listed = ", ".join(f'"{name}"' for name in made)
    return tuple(names), (f"Columns without a name were called {listed}.",)
