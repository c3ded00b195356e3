import pytest

from causal_core.percent import percent


@pytest.mark.parametrize(
    ("share", "digits", "text"),
    [
        (0.123, 0, "12 %"),
        (0.005, 1, "0.5 %"),
        (1.0, 0, "100 %"),
        (-0.25, 0, "-25 %"),
        (0.01074, 2, "1.07 %"),
        (-0.004, 0, "0 %"),
        (-0.004, 1, "-0.4 %"),
    ],
)
def test_a_share_is_told_in_per_cent(share, digits, text):
    assert percent(share, digits) == text
