"""Where heavy steps run."""
