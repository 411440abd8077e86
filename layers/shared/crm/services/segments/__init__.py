"""Segments: define them, build them, evaluate them, and explain their members."""
