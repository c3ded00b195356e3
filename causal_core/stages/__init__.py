"""What to do first, and what then: rules over several stages, learned backwards and valued honestly."""

from causal_core.stages.asked import Asked, Stage
from causal_core.stages.result import RegimeValue, StagesResult
from causal_core.stages.words import assumptions, verdict

__all__ = ["Asked", "RegimeValue", "Stage", "StagesResult", "assumptions", "verdict"]
