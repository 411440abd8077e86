"""Reproject logs from scratch: of one person, of a range of time, or of everyone."""
