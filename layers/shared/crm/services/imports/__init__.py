"""Imports: files that were dropped into the bucket become customers, or what they did."""
