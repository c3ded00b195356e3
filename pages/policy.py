"""policy."""

from pages.shared.header import header, require

header("policy", "policy")
require("policy")
