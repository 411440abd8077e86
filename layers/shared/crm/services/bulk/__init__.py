"""Bulk actions: the same thing done to many customers, by a job in parts."""
