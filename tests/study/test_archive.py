import hashlib
import struct
import zipfile
from pathlib import Path

import pytest

from causal_core.problem import Problem
from causal_core.study.archive import MOST_TEXT, pack, unpack
from causal_core.study.study import Study

TEXT = """
[data]
path = "{path}"
{more}
[graph]
{graph}
[question]
treatment = "t"
outcome = "y"
"""
DATA = b"t,y\n0,1\n1,2\n"


def study_text(path="data.csv", more="", graph='text = "t -> y"'):
    return TEXT.format(path=path, more=more, graph=graph)


@pytest.fixture
def zipped(tmp_path):
    def make(members, name="study.zip"):
        file = tmp_path / name
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for member, content in members.items():
                archive.writestr(member, content)
        return file

    return make


@pytest.fixture
def folder(tmp_path):
    place = tmp_path / "unpacked"
    place.mkdir()
    return place


@pytest.fixture
def data(tmp_path):
    file = tmp_path / "original.csv"
    file.write_bytes(DATA)
    return file


def test_what_is_packed_comes_back(tmp_path, folder, data):
    study = Study.from_text(study_text("somewhere/else/table.csv"))
    pack(study, data, tmp_path / "study.zip")

    found = unpack(tmp_path / "study.zip", folder)
    assert found.data is not None
    assert found.data.read_bytes() == DATA
    assert found.data.parent == folder
    assert found.study.data.path == "table.csv"
    assert found.study.data.sha256 == hashlib.sha256(DATA).hexdigest()
    assert (found.study.graph, found.study.question) == (study.graph, study.question)


def test_a_packed_zip_holds_the_study_and_its_data_alone(tmp_path, data):
    pack(Study.from_text(study_text()), data, tmp_path / "study.zip")
    with zipfile.ZipFile(tmp_path / "study.zip") as archive:
        assert sorted(archive.namelist()) == ["data.csv", "study.toml"]


@pytest.mark.parametrize("path", ["..", "../..", "x/..", ""])
def test_no_packed_name_leads_out_of_a_folder(tmp_path, data, path):
    pack(Study.from_text(study_text(path)), data, tmp_path / "study.zip")
    with zipfile.ZipFile(tmp_path / "study.zip") as archive:
        assert sorted(archive.namelist()) == ["data", "study.toml"]


def test_a_bare_study_file_has_no_data(tmp_path, folder):
    file = tmp_path / "study.toml"
    file.write_text(study_text(), encoding="utf-8")
    found = unpack(file, folder)
    assert found.data is None
    assert found.study.data.path == "data.csv"


def test_a_zip_without_its_data_says_so_by_none(zipped, folder):
    assert unpack(zipped({"study.toml": study_text()}), folder).data is None


@pytest.mark.parametrize(
    "path",
    [
        "/etc/passwd",
        "../data.csv",
        "..",
        "folder/data.csv",
        r"C:\\data.csv",
        "C:data.csv",
        r"\\\\server\\share.csv",
        "https://example.org/data.csv",
        "file:///etc/passwd",
        "study.toml",
        "",
    ],
)
def test_data_outside_the_study_is_refused(zipped, folder, path):
    file = zipped({path or "data.csv": DATA} | {"study.toml": study_text(path)})
    with pytest.raises(Problem, match=r"\[data\] path: this study names data outside itself") as caught:
        unpack(file, folder)
    assert "without folders" in caught.value.remedy
    assert list(folder.iterdir()) == []


def test_a_graph_file_outside_the_study_is_refused(zipped, folder):
    file = zipped({"study.toml": study_text(graph='path = "/etc/passwd"'), "data.csv": DATA})
    with pytest.raises(Problem, match=r"names a file outside itself \(/etc/passwd\)"):
        unpack(file, folder)


def test_members_that_climb_out_stay_unwritten(zipped, folder):
    file = zipped({"study.toml": study_text(), "../../evil.csv": b"x", "/evil.csv": b"x", "data.csv": DATA})
    found = unpack(file, folder)
    assert [path.read_bytes() for path in folder.iterdir()] == [DATA]
    assert found.data == folder / f"{hashlib.sha256(DATA).hexdigest()}.csv"


def test_a_newer_version_is_refused(zipped, folder):
    with pytest.raises(Problem, match="has version 99; this dostudio reads up to version 1"):
        unpack(zipped({"study.toml": "version = 99\n" + study_text()}), folder)


def test_a_zip_without_a_study_is_refused(zipped, folder):
    with pytest.raises(Problem, match=r"The zip holds no study\.toml"):
        unpack(zipped({"data.csv": DATA}), folder)


def test_a_huge_study_file_is_refused_unread(zipped, folder):
    file = zipped({"study.toml": b" " * (MOST_TEXT + 1)})
    with pytest.raises(Problem, match="The study file is larger than 2 MB"):
        unpack(file, folder)


def test_data_that_says_it_is_huge_is_refused_unread(zipped, folder, monkeypatch):
    monkeypatch.setattr("causal_core.study.archive.MAX_BYTES", 1_048_576)
    file = zipped({"study.toml": study_text(), "data.csv": b"\0" * 1_048_577})
    assert file.stat().st_size < 5000
    with pytest.raises(Problem, match=r"data\.csv is larger than 1 MB"):
        unpack(file, folder)
    assert list(folder.iterdir()) == []


def test_data_that_lies_about_its_size_leaves_nothing(zipped, folder):
    file = zipped({"study.toml": study_text(), "data.csv": b"0,1\n" * 100_000})
    whole = file.read_bytes()
    true, false = struct.pack("<L", 400_000), struct.pack("<L", 10)
    assert whole.count(true) == 2
    file.write_bytes(whole.replace(true, false))
    with pytest.raises(Problem, match="no zip that can be read"):
        unpack(file, folder)
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("place", ["start", "middle"])
def test_a_damaged_zip_is_named_so(zipped, folder, place):
    file = zipped({"study.toml": study_text(), "data.csv": bytes(range(256)) * 500})
    content = bytearray(file.read_bytes())
    if place == "start":
        content = content[200:500]
    else:
        with zipfile.ZipFile(file) as archive:
            start = archive.getinfo("data.csv").header_offset + 60
        content[start : start + 40] = b"\xff" * 40
    file.write_bytes(bytes(content))
    with pytest.raises(Problem, match="no zip that can be read"):
        unpack(file, folder)
    assert list(folder.iterdir()) == []


def test_a_study_that_is_no_text_is_refused(zipped, folder):
    with pytest.raises(Problem, match="not UTF-8 text"):
        unpack(zipped({"study.toml": b"\xff\xfe\x00"}), folder)


def test_a_cyclic_graph_is_refused_by_its_nodes(tmp_path, folder):
    file = tmp_path / "study.toml"
    file.write_text(study_text(graph='text = "t -> y; y -> t"'), encoding="utf-8")
    with pytest.raises(Problem, match="t"):
        unpack(Path(file), folder)
