"""Average effects."""
