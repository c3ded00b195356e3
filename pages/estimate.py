"""estimate."""

from pages.shared.header import header, require

header("estimate", "estimate")
require("estimate")
