"""Segments: defining them, bringing them up, who is in them and why."""
