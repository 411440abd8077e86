"""Report what is stuck, since when, and what to do about it."""
