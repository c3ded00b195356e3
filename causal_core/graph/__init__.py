"""Causal graphs: nodes, arrows, latents; text formats; separation, paths, implications."""
