import pytest

from causal_core.refutation.p_words import MEANS, WHY_NONE, WITH_ONE, p_words
from causal_core.refutation.refuters import REFUTERS


@pytest.mark.parametrize("name", [*REFUTERS, *WITH_ONE, "sensitivity", "overlap"])
def test_each_p_value_and_each_missing_one_is_explained(name):
    question, answer = p_words(name)
    if name in WITH_ONE:
        assert question == MEANS
        assert "**What was tested:**" in answer
        assert "**Good news:**" in answer
    else:
        assert question == WHY_NONE
        assert "Good news" not in answer


def test_what_is_not_known_has_no_words():
    with pytest.raises(KeyError):
        p_words("luck")
