"""Aggregates, scores and expressions: define and show them, and give points by hand."""
