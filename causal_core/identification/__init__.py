"""Which effects can be identified from a graph, how, and why or why not."""
