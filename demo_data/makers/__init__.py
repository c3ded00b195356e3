"""What makes each demo's table: generated worlds and published data."""
