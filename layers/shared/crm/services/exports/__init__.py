"""Export selected customers to a file, by a job in parts."""
