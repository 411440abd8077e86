"""Metrics: what definitions require to be counted of a log, per calendar day."""
