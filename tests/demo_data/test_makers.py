import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from causal_core.data.demos import demo, demos
from demo_data.generate import MAKERS, generate
from demo_data.makers.counts import smoking_tar


def test_every_demo_has_a_maker():
    assert {each.name for each in demos()} == set(MAKERS)


@pytest.mark.parametrize("name", MAKERS)
def test_making_a_demo_again_gives_the_same_values(name, tmp_path):
    if name in ("nhefs", "lalonde"):
        pytest.importorskip("causaldata")
    generate(tmp_path, [name])
    for kept in sorted(demo(name).folder.glob("*.csv")) + sorted(demo(name).folder.glob("*.parquet")):
        read = pd.read_csv if kept.suffix == ".csv" else pd.read_parquet
        assert_frame_equal(read(tmp_path / name / kept.name), read(kept), check_exact=True)
    assert (tmp_path / name / "data.csv").read_bytes() == (demo(name).folder / "data.csv").read_bytes()


def test_kidney_stones_has_the_published_counts():
    table = pd.read_csv(demo("kidney_stones").folder / "data.csv")
    counts = table.groupby(["treatment", "stone_size"])["success"].agg(["sum", "size"]).to_dict("index")
    assert counts == {
        ("open surgery", "small"): {"sum": 81, "size": 87},
        ("open surgery", "large"): {"sum": 192, "size": 263},
        ("percutaneous", "small"): {"sum": 234, "size": 270},
        ("percutaneous", "large"): {"sum": 55, "size": 80},
    }


def test_berkeley_has_the_published_totals():
    table = pd.read_csv(demo("berkeley").folder / "data.csv")
    totals = table.groupby("gender")["admitted"].agg(["sum", "size"]).to_dict("index")
    assert totals == {"male": {"sum": 1198, "size": 2691}, "female": {"sum": 557, "size": 1835}}
    assert table.groupby("department").size().to_dict() == {
        "A": 933,
        "B": 585,
        "C": 918,
        "D": 792,
        "E": 584,
        "F": 714,
    }
    assert table.groupby("department")["admitted"].sum().to_dict() == {
        "A": 601,
        "B": 370,
        "C": 322,
        "D": 269,
        "E": 147,
        "F": 46,
    }


def test_nhefs_has_the_published_sums():
    table = pd.read_csv(demo("nhefs").folder / "data.csv")
    assert table["qsmk"].value_counts().to_dict() == {0: 1163, 1: 403}
    # What If, table 12.1 and section 12.2: mean gain 4.5 and 2.0 kg, mean age 46.2 and 42.8 years.
    means = table.groupby("qsmk")[["wt82_71", "age", "wt71", "smokeintensity", "smokeyrs"]].mean().round(1)
    assert means.loc[1].tolist() == [4.5, 46.2, 72.4, 18.6, 26.0]
    assert means.loc[0].tolist() == [2.0, 42.8, 70.3, 21.2, 24.1]
    assert table.isna().sum()[lambda missing: missing > 0].to_dict() == {"cholesterol": 16, "sbp": 29}


def test_lalonde_has_the_published_men():
    table = pd.read_csv(demo("lalonde").folder / "data.csv")
    groups = table.groupby(["sample", "assigned"], dropna=False)
    # Dehejia & Wahba (1999), table 1: rows, mean age, mean schooling, earnings of 1974 and of 1975.
    assert groups.size().to_list() == [260, 185, 15992]
    assert groups[["age", "education"]].mean().round(2).to_numpy().tolist() == [
        [25.05, 10.09],
        [25.82, 10.35],
        [33.23, 12.03],
    ]
    assert groups[["re74", "re75"]].mean().round(0).to_numpy().tolist() == [
        [2107.0, 1267.0],
        [2096.0, 1532.0],
        [14017.0, 13651.0],
    ]
    assert table["trained"].isna().sum() == 260
    assert (table["trained"] == 1).sum() == 185


def test_smoking_tar_has_whole_people_in_each_cell():
    table = smoking_tar(seed=1).frame
    counts = table.groupby(["smoking", "tar"])["cancer"].agg(["sum", "size"]).to_dict("index")
    assert counts == {
        (0, 0): {"sum": 190, "size": 1900},
        (0, 1): {"sum": 5, "size": 100},
        (1, 0): {"sum": 90, "size": 100},
        (1, 1): {"sum": 1615, "size": 1900},
    }


def test_offers_are_drawn_in_equal_numbers_and_only_age_is_missing():
    table = pd.read_csv(demo("retention_offers").folder / "data.csv")
    assert table["offer"].value_counts().to_dict() == dict.fromkeys(
        ("nothing", "discount", "personal message", "premium feature"), 5000
    )
    missing = table.isna().sum()
    assert missing[missing > 0].to_dict() == {"age": 777}
