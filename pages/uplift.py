"""uplift."""

from pages.shared.header import header, require

header("uplift", "uplift")
require("uplift")
