"""What only screens use."""
