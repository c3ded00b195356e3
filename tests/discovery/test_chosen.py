"""A graph chosen on the data says so on later pages and in the report."""

from causal_core.data.demos import demo
from causal_core.study.flags import CHOSEN_ON_DATA, flags
from causal_core.study.options import EstimateOptions
from causal_core.study.report import report
from causal_core.study.study import Study


def test_only_a_study_whose_graph_was_chosen_on_its_data_says_so():
    study = Study.load(demo("premium").study)
    assert CHOSEN_ON_DATA not in flags(study, None)
    assert CHOSEN_ON_DATA in flags(study.replace(chosen_on_data=True), None)
    for words in ("chosen on these data", "do not count that search", "another part of the data"):
        assert words in CHOSEN_ON_DATA


def test_it_stays_in_the_study_file():
    study = Study.load(demo("premium").study).replace(chosen_on_data=True)
    assert Study.from_text(study.to_text()).chosen_on_data


def test_the_report_says_so_next_to_the_intervals():
    study = Study.load(demo("kidney_stones").study)
    study = study.replace(chosen_on_data=True, estimate=EstimateOptions(methods=("linear_regression",)))
    page = report(study.run(steps=("identify", "estimate")))
    table = page[page.index("How large is the effect?") :]
    assert "95 % interval" in table
    assert CHOSEN_ON_DATA in table
    assert page.count(CHOSEN_ON_DATA) >= 2
