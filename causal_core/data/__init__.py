"""Tables: reading, checking, profiling, encoding."""
