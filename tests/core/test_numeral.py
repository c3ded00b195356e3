import pytest

from causal_core.numeral import numeral


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (74.0, "74"),
        (-41.2804, "−41.2804"),
        (1234.5678, "1,234.57"),
        (16_968_104.0, "16,968,104"),
        (16_968_104.25, "16,968,100"),
        (999_999.96, "1,000,000"),
        (0.00012345, "0.00012345"),
        (1.2e-7, "1.2 × 10⁻⁷"),
        (-3e20, "−3 × 10²⁰"),
        (float("inf"), "inf"),
    ],
)
def test_a_number_is_told_without_an_exponent_where_it_can_be_read(value, text):
    assert numeral(value) == text
