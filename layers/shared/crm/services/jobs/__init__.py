"""Run work that takes longer than a request."""
