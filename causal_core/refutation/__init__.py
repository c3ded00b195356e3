"""Attempts to break an estimate."""
