"""What others do to a profile."""
