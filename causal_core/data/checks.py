"""Names asked for against names there are."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from causal_core.data.column import Profile
from causal_core.problem import Problem

_SHOWN = 12


def nearest_names(name: str, columns: Iterable[str], count: int = 3) -> tuple[str, ...]:
    """The columns whose names are most like `name`, best first; letter case does not matter."""
    exact = tuple(columns)
    folded: dict[str, list[str]] = {}
    for column in exact:
        folded.setdefault(column.casefold(), []).append(column)
    close = get_close_matches(name.casefold(), folded, n=count, cutoff=0.6)
    return tuple(column for match in close for column in folded[match])[:count]


def require_columns(columns: Iterable[str], names: Iterable[str]) -> None:
    """Do nothing when every one of `names` is among `columns`.

    Raises:
        Problem: Some are not; it names them and, for the first, the nearest columns.
    """
    present = tuple(columns)
    known = set(present)
    absent = tuple(dict.fromkeys(name for name in names if name not in known))
    if not absent:
        return
    listed = ", ".join(f'"{name}"' for name in absent)
    near = nearest_names(absent[0], present)
    if near:
        remedy = "Did you mean " + " or ".join(f'"{name}"' for name in near) + "?"
    else:
        shown = ", ".join(f'"{name}"' for name in present[:_SHOWN])
        remedy = f"Its columns are {shown}{' and others' if len(present) > _SHOWN else ''}."
    raise Problem(
        f"The table has no column{'s' if len(absent) > 1 else ''} {listed}.", column=absent[0], remedy=remedy
    )


def check_columns(profile: Profile, names: Iterable[str]) -> None:
    """Do nothing when every name a study or graph uses is a column of the profiled table.

    Args:
        profile: The table's profile.
        names: Column names; leave out a graph's latent nodes.

    Raises:
        Problem: A name is not in the table; it names it and the nearest columns.
    """
    require_columns((column.name for column in profile.columns), names)
