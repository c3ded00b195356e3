import csv
import dataclasses
import io

import numpy as np
import pandas as pd
import pytest

from causal_core.data.frames import arrow_of
from causal_core.data.table import write_table
from causal_core.experiment.assignment import assignment_list, strata_of
from causal_core.experiment.design import Arms
from causal_core.problem import Problem


@pytest.fixture
def table(tmp_path):
    rows = np.arange(400)
    frame = pd.DataFrame(
        {"sex": np.where(rows % 4 == 0, "m", "f"), "age": rows / 4.0, "id": rows.astype(str)}
    )
    frame.loc[:9, "age"] = np.nan
    return write_table(arrow_of(frame), tmp_path)


def test_arms_are_balanced_within_every_group(table):
    arms = Arms.of("abc", shares={"a": 0.5, "b": 0.25, "c": 0.25})
    strata = strata_of(table, ["sex", "age"])
    assert sum(stratum.share for stratum in strata) == pytest.approx(1)
    assert dataclasses.astuple(strata[0])[0][0] == "f"
    found = assignment_list(arms, 1000, strata, ["sex", "age"], seed=3)
    assert found.people == 1000
    assert found == assignment_list(arms, 1000, strata, ["sex", "age"], seed=3)
    assert found != assignment_list(arms, 1000, strata, ["sex", "age"], seed=4)
    for dealt in found.arms:
        counts = np.bincount(dealt, minlength=3)
        assert abs(counts - len(dealt) * np.array([0.5, 0.25, 0.25])).max() <= 2
    lines = list(csv.DictReader(io.StringIO(found.to_csv())))
    assert len(lines) == 1000
    assert list(lines[0]) == ["stratum", "sex", "age", "number", "arm"]
    assert {line["age"] for line in lines} >= {"missing", "above 75.44"}


def test_without_columns_the_whole_list_has_exactly_the_shares():
    found = assignment_list(Arms.of("ab"), 11, strata_of(None, ()), (), seed=1)
    assert found.counts() == (6, 5)
    assert found.to_csv().splitlines()[0] == "stratum,number,arm"


def test_too_many_groups_or_too_few_people_are_said(table):
    with pytest.raises(Problem, match="fewer than the 3 arms"):
        assignment_list(Arms.of("abc"), 2, strata_of(None, ()), (), seed=1)
    with pytest.raises(Problem):
        strata_of(table, ["id"])
