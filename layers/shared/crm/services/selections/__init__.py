"""Whom a job is about."""
