"""One question on one data set with one graph."""
