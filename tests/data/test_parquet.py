import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from causal_core.data import reading
from causal_core.data.reading import ReadOptions, read
from causal_core.engine.progress import listening
from causal_core.problem import Problem


def test_a_frame_comes_back_without_its_unnamed_index(tmp_path):
    frame = pd.DataFrame({"x.y": [1.5, 2.5], "x": pd.Categorical(["a", "b"])}, index=[7, 9])
    frame.to_parquet(tmp_path / "t.parquet")
    report = read(tmp_path / "t.parquet", folder=tmp_path / "tables")
    assert report.options == ReadOptions()
    assert report.table.columns == ("x.y", "x")
    assert report.table.frame()["x"].tolist() == ["a", "b"]


def test_row_groups_are_reported(tmp_path):
    heard = []
    pq.write_table(pa.table({"x": range(40)}), tmp_path / "t.parquet", row_group_size=10)
    with listening(lambda done, total: heard.append((done, total))):
        report = read(tmp_path / "t.parquet", folder=tmp_path / "tables")
    assert report.table.frame()["x"].tolist() == list(range(40))
    assert heard == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_nested_columns_are_refused_by_name(tmp_path):
    pq.write_table(pa.table({"ok": [1], "list": [[1, 2]], "deep": [{"a": 1}]}), tmp_path / "t.parquet")
    with pytest.raises(Problem) as caught:
        read(tmp_path / "t.parquet", folder=tmp_path / "tables")
    assert caught.value.message == 't.parquet holds nested values (lists or structures) in "list", "deep".'
    assert caught.value.column == "list"


def test_a_damaged_file_is_refused(tmp_path):
    pq.write_table(pa.table({"x": range(1000)}), tmp_path / "t.parquet")
    content = (tmp_path / "t.parquet").read_bytes()
    (tmp_path / "t.parquet").write_bytes(content[:-100])
    with pytest.raises(Problem, match=r"t.parquet is damaged and cannot be read"):
        read(tmp_path / "t.parquet", folder=tmp_path / "tables")


def test_no_rows_too_many_bytes_and_twin_names_are_refused(tmp_path, monkeypatch):
    path = tmp_path / "t.parquet"
    pq.write_table(pa.table({"x": pa.array([], pa.int64())}), path)
    with pytest.raises(Problem, match=r"t.parquet has columns and no rows"):
        read(path, folder=tmp_path)
    pq.write_table(pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=["x", "x"]), path)
    with pytest.raises(Problem, match=r'More than one column of t.parquet is called "x"'):
        read(path, folder=tmp_path)
    monkeypatch.setattr(reading, "MAX_UNPACKED_BYTES", 10)
    with pytest.raises(Problem, match="once it is unpacked"):
        read(path, folder=tmp_path)
