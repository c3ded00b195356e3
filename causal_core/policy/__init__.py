"""Whom to treat, and what that gains."""
