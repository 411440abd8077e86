"""Rows of files: what their columns mean, and what each row says about whom."""
