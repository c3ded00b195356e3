"""Effects that differ by person, and how well they are ranked."""
