import math
from dataclasses import dataclass

import numpy as np
import pytest

from causal_core.plain import to_plain


@dataclass(frozen=True)
class Pair:
    left: float
    right: tuple[int, ...]


def test_dataclasses_arrays_and_sets():
    assert to_plain(Pair(1.5, (1, 2))) == {"left": 1.5, "right": [1, 2]}
    assert to_plain(np.array([[1.0, math.nan]])) == [[1.0, None]]
    assert to_plain({1: frozenset({"b", "a"})}) == {"1": ["a", "b"]}
    assert to_plain(np.int64(3)) == 3
    assert to_plain(math.inf) is None


def test_what_has_no_plain_form_is_refused():
    with pytest.raises(TypeError, match="object has no plain form"):
        to_plain([object()])
