"""Results as bytes between worker and app, so that nothing is unpickled where it should not be."""

from __future__ import annotations

import io
import pickle

HEAVY = frozenset({"dowhy", "econml", "lightgbm", "scipy", "sklearn", "statsmodels"})
"""Libraries that only workers import."""


def pack(value: object, name: str) -> bytes:
    """The value, called `name` in an error, as bytes.

    Raises:
        TypeError: It cannot be pickled.
    """
    try:
        return pickle.dumps(value, protocol=5)
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        raise TypeError(f"{name} cannot be sent between processes: {error}") from error


def unpack(parcel: bytes) -> object:
    """What was packed, on a worker."""
    return pickle.loads(parcel)  # noqa: S301 - made by `pack` in this program's own processes


def unpack_light(parcel: bytes) -> object:
    """What was packed, in the app.

    Raises:
        TypeError: Unpacking would import a library that only workers import.
    """
    return _Light(io.BytesIO(parcel)).load()


class _Light(pickle.Unpickler):
    def find_class(self, module_name: str, global_name: str) -> object:
        library = module_name.partition(".")[0]
        if library in HEAVY:
            raise TypeError(f"the result holds a {global_name} of {library}, which only workers import")
        return super().find_class(module_name, global_name)
