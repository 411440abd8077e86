"""Segments: who is in, why, and when time alone will change that. Pure."""
