"""graph."""

from pages.shared.header import header, require

header("graph", "graph")
require("graph")
