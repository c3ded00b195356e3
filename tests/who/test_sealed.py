import numpy as np
import pytest

from causal_core.who.sealed import sealed_rows
from tests.who.worlds import held_out


@pytest.mark.parametrize("rows", [2000, 5001])
def test_a_random_part_of_the_held_out_rows_is_sealed(rows):
    sealed = sealed_rows(held_out(np.zeros(rows)), seed=3)
    assert sealed.mean() == pytest.approx(0.3, abs=1e-3)
    assert np.array_equal(sealed, sealed_rows(held_out(np.ones(rows)), seed=3))
    assert not np.array_equal(sealed, sealed_rows(held_out(np.zeros(rows)), seed=4))
    assert np.ptp([part.mean() for part in np.array_split(sealed, 4)]) < 0.1


def test_none_are_sealed_where_rows_or_clusters_are_few():
    assert not sealed_rows(held_out(np.zeros(1999))).any()
    assert not sealed_rows(held_out(np.zeros(3000), clusters=np.arange(3000) % 99)).any()


def test_clusters_are_sealed_whole():
    clusters = np.arange(3000) // 5
    sealed = sealed_rows(held_out(np.zeros(3000), clusters=clusters))
    assert sealed.sum() == 900
    assert set(sealed.reshape(-1, 5).sum(axis=1)) == {0, 5}
