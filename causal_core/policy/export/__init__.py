"""Policies in a plain form that other programs can carry out."""
