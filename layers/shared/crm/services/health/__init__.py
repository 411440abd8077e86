"""What is stuck, since when, and what to do about it."""
