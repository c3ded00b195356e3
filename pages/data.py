"""data."""

from pages.shared.header import header, require

header("data", "data")
require("data")
