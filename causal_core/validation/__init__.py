"""Whether other evidence agrees: other defensible analyses, repetition, experiments, negative controls."""
