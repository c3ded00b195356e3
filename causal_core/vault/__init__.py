"""Rows locked away before the analysis, opened once, for one question that was written down before."""
