import pytest

from causal_core.study.experiment_options import ExperimentOptions, HeldBackOptions
from causal_core.study.file import StudyFileError
from causal_core.study.study import Study

TEXT = (
    '[data]\npath = "data.csv"\n[graph]\ntext = "t -> y"\n[question]\ntreatment = "t"\noutcome = "y"\n'
    '[experiment]\ngoal = "gain"\nsize = 2.5\nagainst = "all"\nper_week = 50\n'
    'shares = { "0" = 0.5, "1" = 0.5 }\n'
    '[held_back]\nshare = 0.2\nquestion = "Does it pay?"\nopened = "2026-01-02"\n'
    "[held_back.answer]\nvalue = 1.5\nrows = 200\nsuccess = true\n"
)


def test_both_sections_read_and_write_back_equal():
    study = Study.from_text(TEXT)
    assert study.experiment == ExperimentOptions(
        goal="gain", size=2.5, against="all", per_week=50, shares={"0": 0.5, "1": 0.5}
    )
    assert study.held_back.answer == {"value": 1.5, "rows": 200, "success": True}
    assert Study.from_text(study.to_text()) == study
    assert HeldBackOptions().share is None


@pytest.mark.parametrize("share", ["0", "1", "1.5"])
def test_a_share_of_nothing_or_everything_is_refused(share):
    with pytest.raises(StudyFileError, match=r"\[held_back\] share"):
        Study.from_text(TEXT.replace("share = 0.2", f"share = {share}"))
