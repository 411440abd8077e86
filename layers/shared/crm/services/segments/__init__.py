"""Segments: define, build, preview and explain them, and keep their members current."""
