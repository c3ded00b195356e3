"""One question on one data set with one graph."""

from causal_core.study.study import Study

__all__ = ["Study"]
