"""Conditions: what a segment or a list filter tests about one customer, and when the answer changes. Pure."""
