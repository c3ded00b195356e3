"""Hidden confounding in words."""

import pytest

from causal_core.policy.hidden import Bound, HiddenConfounding
from causal_core.study.hidden_words import RANDOM, hidden_sentences

CURVE = (Bound(1.0, 2.0, 2.0, (1.0, 3.0)), Bound(2.0, -1.0, 5.0, (-2.0, 6.0)))


@pytest.mark.parametrize(
    ("gain", "vanishes", "unclear", "randomised", "said"),
    [
        (2.0, 1.7, 1.4, True, [RANDOM]),
        (2.0, 1.7, 1.0, False, ["Even if nothing is hidden the gain is not clear of 0"]),
        (
            2.0,
            1.7,
            1.4,
            False,
            [
                "by a factor of 1.4, up or down (Lambda), could make the gain unclear",
                "so a hidden cause weaker than all of them together would be enough.",
            ],
        ),
        (
            -2.0,
            None,
            4.0,
            False,
            [
                "could make the loss unclear: from there on its 95 % interval holds 0. The estimate itself "
                "stays clear of 0 up to 20.",
                "so it would have to matter more than all of them.",
            ],
        ),
        (2.0, None, None, False, ["by a factor of 20, up or down, would not", "more than all of them."]),
    ],
)
def test_the_answer_and_its_yardstick(gain, vanishes, unclear, randomised, said):
    sentences = hidden_sentences(
        HiddenConfounding(gain, vanishes, unclear, CURVE, 1.9, 100), randomised=randomised
    )
    assert len(sentences) == len(said)
    for sentence, part in zip(sentences, said, strict=True):
        assert part in sentence
