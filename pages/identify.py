"""identify."""

from pages.shared.header import header, require

header("identify", "identify")
require("identify")
