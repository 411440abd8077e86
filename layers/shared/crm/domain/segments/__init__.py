"""Segments: which customers are in, why, and when time alone will change that. Pure."""
