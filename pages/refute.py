"""refute."""

from pages.shared.header import header, require

header("refute", "refute")
require("refute")
