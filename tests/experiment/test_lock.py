import dataclasses

import numpy as np
import pandas as pd
import pytest

from causal_core.data.frames import arrow_of
from causal_core.data.table import Table, write_table
from causal_core.problem import Problem
from causal_core.study.check import check_file
from causal_core.study.run import open_data
from causal_core.study.study import Study
from causal_core.vault.lock import Lock, locked_rows, split


def stored(folder, rows=1000, homes=None):
    frame = pd.DataFrame({"id": np.arange(rows), "t": np.arange(rows) % 2, "y": np.sin(np.arange(rows))})
    if homes:
        frame["home"] = (np.arange(rows) % homes).astype(float)
        frame.loc[0, "home"] = np.nan
    return write_table(arrow_of(frame), folder)


@pytest.mark.parametrize("share", [0, 1, -0.2, 1.4])
def test_a_share_that_parts_nothing_is_refused_in_words(share):
    with pytest.raises(Problem, match="must lie above 0 and below 1"):
        Lock(share)


def test_both_parts_make_the_table_and_the_draw_repeats(tmp_path):
    table = stored(tmp_path)
    lock = Lock(0.2, seed=3)
    locked = locked_rows(table, lock)
    assert locked.sum() == 200
    assert (locked == locked_rows(table, lock)).all()
    assert (locked != locked_rows(table, Lock(0.2, seed=4))).any()
    left, away = split(table, lock, tmp_path)
    assert sorted([*left.frame()["id"], *away.frame()["id"]]) == list(range(1000))
    assert (away.frame()["id"].to_numpy() == np.flatnonzero(locked)).all()


def test_clusters_stay_whole_and_rows_without_one_stand_alone(tmp_path):
    table = stored(tmp_path, homes=60)
    locked = locked_rows(table, Lock(0.3, clusters="home"))
    assert abs(locked.mean() - 0.3) < 0.02
    by_home = pd.Series(locked).groupby(table.frame()["home"]).nunique()
    assert (by_home == 1).all()


def test_a_table_that_can_spare_no_rows_says_so(tmp_path):
    with pytest.raises(Problem, match="too small a part: it has 20,"):
        locked_rows(stored(tmp_path, rows=200), Lock(0.1))
    with pytest.raises(Problem, match="whole clusters of home leaves too small a part: it has 1,"):
        locked_rows(stored(tmp_path, rows=400, homes=1), Lock(0.2, clusters="home"))


def test_every_step_of_a_run_sees_the_open_part_alone(tmp_path, monkeypatch):
    monkeypatch.setenv("DOSTUDIO_HOME", str(tmp_path / "home"))
    rows = np.arange(900)
    pd.DataFrame({"t": rows % 2, "y": rows / 7}).to_csv(tmp_path / "data.csv", index=False)
    (tmp_path / "study.toml").write_text(
        '[data]\npath = "data.csv"\n[graph]\ntext = "t -> y"\n[question]\ntreatment = "t"\noutcome = "y"\n'
        "randomised = true\n[estimate]\nmethods = ['difference_in_means']\n[held_back]\nshare = 0.25\n",
        encoding="utf-8",
    )
    study = Study.load(tmp_path / "study.toml")
    results = study.run(["estimate"])
    assert results.opened.table.rows == 675
    assert results.opened.profile.rows == 675
    assert results.opened.warnings[-1].startswith("225 of 900 rows are locked away")
    assert results.estimated.rows_used == 675
    assert results.to_dict()["held_back"]["share"] == 0.25
    plain = open_data(study.replace(held_back=dataclasses.replace(study.held_back, share=None)))
    assert plain.table.rows == 900
    assert plain.table.fingerprint != results.opened.table.fingerprint
    kept = [Table.open(path).rows for path in (tmp_path / "home" / "tables").glob("*.arrow")]
    assert sorted(kept) == [675, 900]


def test_a_check_names_columns_that_are_not_there(tmp_path, monkeypatch):
    monkeypatch.setenv("DOSTUDIO_HOME", str(tmp_path / "home"))
    rows = np.arange(900)
    pd.DataFrame({"t": rows % 2, "y": rows / 7}).to_csv(tmp_path / "data.csv", index=False)
    text = (
        '[data]\npath = "data.csv"\n[graph]\ntext = "t -> y"\n[question]\ntreatment = "t"\noutcome = "y"\n'
        'randomised = true\n[experiment]\nblocks = ["town"]\n[held_back]\nshare = 0.25\nclusters = "home"\n'
    )
    (tmp_path / "study.toml").write_text(text, encoding="utf-8")
    problems, _ = check_file(tmp_path / "study.toml")
    assert "home" in " ".join(map(str, problems))
    (tmp_path / "study.toml").write_text(text.replace('clusters = "home"\n', ""), encoding="utf-8")
    problems, remarks = check_file(tmp_path / "study.toml")
    assert [str(each).partition(" is ")[0] for each in problems] == ["[experiment] blocks: town"]
    assert remarks[-1].startswith("225 of 900 rows are locked away")
