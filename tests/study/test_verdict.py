from dataclasses import replace

from causal_core.estimation.result import Estimate
from causal_core.study.verdict import SIGNS, WORDS, hidden_sentence, survival_sentence
from tests.study.refuted import PASSED

ESTIMATE = Estimate("aipw", "backdoor", "ATE", "ATE", ("0", "1"), 2.0, 0.5, (1.0, 3.0), 100, 0)
CURVE = replace(PASSED, refuter="unobserved_common_cause", strengths=(0.0, 0.5), tipping=0.104)


def test_a_pass_reads_no_problem_found_and_has_a_sign():
    assert WORDS == {"pass": "no problem found", "fail": "fails", "unclear": "unclear"}
    assert len(set(SIGNS.values())) == len(WORDS)


def test_surviving_failing_and_unclear_are_told_apart():
    assert survival_sentence([PASSED, CURVE], ESTIMATE) == (
        "The estimate +2 (95 % interval 1 to 3) survived 2 attempts: no problem found."
    )
    failed = replace(PASSED, verdict="fail")
    assert "does not survive: it fails 1 of 2 attempts" in survival_sentence([PASSED, failed], ESTIMATE)
    unclear = replace(PASSED, verdict="unclear")
    assert survival_sentence([PASSED, unclear], ESTIMATE).endswith("2 attempts, but 1 of them is unclear.")


def test_what_was_not_tried_is_not_survived():
    refused = replace(PASSED, verdict="unclear", error="Not applicable.")
    assert survival_sentence([PASSED, refused], ESTIMATE).endswith("survived 1 attempt: no problem found.")
    assert "was not tried" in survival_sentence([refused], ESTIMATE)


def test_hidden_confounding_is_warned_of_whatever_was_seen():
    for strategy in ("backdoor", "iv", "frontdoor"):
        for randomised in (True, False):
            for seen in ([], [PASSED], [CURVE]):
                words = hidden_sentence(seen, strategy, randomised)
                assert words.startswith("No refuter can detect hidden confounding")


def test_the_strength_at_which_the_estimate_vanishes_is_said_in_plain_words():
    assert "would vanish if one explained 10.4 % of what is still" in hidden_sentence(
        [CURVE], "backdoor", randomised=False
    )
    assert "Even one that explained 50 %" in hidden_sentence(
        [replace(CURVE, tipping=None)], "backdoor", randomised=False
    )
    assert "Run “Unobserved common cause”" in hidden_sentence([PASSED], "backdoor", randomised=False)
    assert "Random assignment rules it out" in hidden_sentence([PASSED], "backdoor", randomised=True)
