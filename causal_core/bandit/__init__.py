"""Learning while acting: contextual bandits in a world made from the study, and on its own log."""
