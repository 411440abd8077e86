"""Project logs into profiles."""
