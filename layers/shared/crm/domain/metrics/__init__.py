"""Metrics: what definitions ask to be counted of a log, per calendar day."""
