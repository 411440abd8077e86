"""Aggregates, scores and expressions: defining and showing them, and points given by hand."""
