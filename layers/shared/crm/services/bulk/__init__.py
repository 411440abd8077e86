"""Bulk actions: apply one action to many customers, by a job in parts."""
