import hashlib

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from causal_core.data.table import Table, write_table
from causal_core.problem import Problem

DATA = pa.table({"x": [1.5, 2.5, None], "n": [3, 1, 2], "w": ["a", None, "c"], "b": [True, None, False]})


def test_a_table_is_named_by_the_hash_of_its_bytes(tmp_path):
    table = write_table(DATA, tmp_path)
    assert table.path.name == f"{table.fingerprint}.arrow"
    assert table.fingerprint == hashlib.sha256(table.path.read_bytes()).hexdigest()
    assert (table.rows, table.columns) == (3, ("x", "n", "w", "b"))
    assert Table.open(table.path) == table


def test_a_file_of_another_name_is_hashed_when_opened(tmp_path):
    table = write_table(DATA, tmp_path)
    other = table.path.rename(tmp_path / "other.arrow")
    assert Table.open(other).fingerprint == table.fingerprint


def test_the_same_content_is_one_file_left_as_it_is(tmp_path):
    first = write_table(DATA, tmp_path)
    before = first.path.stat()
    chunked = pa.concat_tables([DATA.slice(0, 1), DATA.slice(1)])
    assert write_table(chunked, tmp_path) == first
    assert write_table(DATA.replace_schema_metadata({"made": "today"}), tmp_path) == first
    after = first.path.stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert [path.name for path in tmp_path.iterdir()] == [first.path.name]


def test_one_changed_cell_is_another_table(tmp_path):
    changed = DATA.set_column(1, "n", pa.array([3, 1, 4]))
    assert write_table(changed, tmp_path).fingerprint != write_table(DATA, tmp_path).fingerprint


def test_what_cannot_be_written_leaves_no_file_behind(tmp_path):
    class BrokenError(Exception):
        pass

    def fail(*_):
        raise BrokenError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pa.ipc, "new_file", fail)
        with pytest.raises(BrokenError):
            write_table(DATA, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_opening_costs_no_heap_and_numbers_lie_in_the_map(tmp_path):
    rows = 200_000
    rng = np.random.default_rng(0)
    missing = np.where(rng.random(rows) < 0.1, np.nan, rng.normal(size=rows))
    table = write_table(
        pa.table({"x": rng.normal(size=rows), "n": rng.integers(0, 9, rows), "m": missing}), tmp_path
    )
    before = pa.total_allocated_bytes()
    opened = Table.open(table.path)
    mapped = opened.arrow()
    frame = opened.frame()
    assert pa.total_allocated_bytes() - before < 10_000
    for name in ("x", "n", "m"):
        buffer = mapped.column(name).chunk(0).buffers()[1]
        values = frame[name].to_numpy()
        again = pa.ipc.open_file(pa.memory_map(str(table.path))).read_all()
        assert np.array_equal(values, again.column(name).to_numpy(), equal_nan=True)
        assert not values.flags.owndata
        assert buffer.size == values.nbytes


def test_frames_have_the_columns_and_rows_asked_for(tmp_path):
    table = write_table(DATA, tmp_path)
    frame = table.frame(["n", "x"], rows=[2, 0])
    expected = pd.DataFrame({"n": [2, 3], "x": [np.nan, 1.5]})
    pd.testing.assert_frame_equal(frame, expected)
    pd.testing.assert_frame_equal(table.head(1), table.frame(rows=np.array([0])))


def test_frames_keep_missing_values(tmp_path):
    frame = write_table(DATA, tmp_path).frame()
    assert frame["w"].tolist()[0] == "a"
    assert frame.isna().sum().to_dict() == {"x": 1, "n": 0, "w": 1, "b": 1}
    assert str(frame["b"].dtype) == "boolean"


def test_a_copy_of_a_frame_can_be_written(tmp_path):
    frame = write_table(DATA, tmp_path).frame(["n"]).copy()
    frame.loc[0, "n"] = 7
    assert frame["n"].tolist() == [7, 1, 2]


def test_an_unknown_column_is_named_with_the_nearest(tmp_path):
    table = write_table(pa.table({"Age": [1], "income": [2]}), tmp_path)
    with pytest.raises(Problem, match=r'no column "age".*Did you mean "Age"'):
        table.frame(["age"])


def test_a_file_that_is_gone_or_no_table_is_a_problem(tmp_path):
    with pytest.raises(Problem, match=r"no longer there.*Load the data again"):
        Table.open(tmp_path / "gone.arrow")
    (tmp_path / "text.arrow").write_text("hello")
    with pytest.raises(Problem, match=r"is not a stored table"):
        Table.open(tmp_path / "text.arrow")


@pytest.mark.parametrize(
    ("array", "expected"),
    [
        (pa.array(["a", "b"]).dictionary_encode(), pa.array(["a", "b"], pa.large_string())),
        (pa.array([1, None], pa.int8()), pa.array([1.0, float("nan")])),
        (pa.array([1, 2], pa.int8()), pa.array([1, 2], pa.int8())),
        (pa.array([2**60, None]), pa.array([2**60, None])),
        (pa.array([1, 2], pa.float32()), pa.array([1.0, 2.0])),
        (pa.array([None, None]), pa.array([float("nan")] * 2)),
        (pa.array([86_400, 43_200], pa.duration("s")), pa.array([1.0, 0.5])),
        (pa.array([0, 86_400_000], pa.date64()), pa.array([0, 1], pa.date32())),
        (
            pa.array([1, 2], pa.timestamp("s", tz="Europe/Paris")),
            pa.array([10**6, 2 * 10**6], pa.timestamp("us")),
        ),
        (pa.array(["1.50", "2.25"]).cast(pa.decimal128(5, 2)), pa.array([1.5, 2.25])),
    ],
)
def test_other_types_become_plain_ones(tmp_path, array, expected):
    stored = write_table(pa.table({"c": array}), tmp_path).arrow()["c"].chunk(0)
    assert stored.type == expected.type
    assert str(stored) == str(expected)


@pytest.mark.parametrize("array", [pa.array([[1], [2]]), pa.array([{"a": 1}]), pa.array([b"\x00"])])
def test_nested_and_raw_columns_are_refused_by_name(tmp_path, array):
    with pytest.raises(Problem) as caught:
        write_table(pa.table({"deep": array}), tmp_path)
    assert caught.value.column == "deep"
    assert '"deep"' in caught.value.message
    assert caught.value.remedy
