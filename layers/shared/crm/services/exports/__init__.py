"""Exports: selected customers as a file, by a job in parts."""
