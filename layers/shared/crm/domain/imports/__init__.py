"""Rows of imported files: the targets of their columns, and the customer and the values of each row."""
