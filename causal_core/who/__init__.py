"""Who responds and why: one learner's effects by person, explained and checked on rows it never saw."""
