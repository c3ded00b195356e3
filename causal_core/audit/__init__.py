"""Audit: what a predictive model uses, what acting on it would do, and whom it treats otherwise."""
