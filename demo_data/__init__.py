"""The demos: data with a graph, a question, a licence and, for generated worlds, the truth."""
