"""Definitions that describe customers, and the forms that ask them."""
