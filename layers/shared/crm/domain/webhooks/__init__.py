"""Webhooks: the receivers outside AWS, the events that they receive, the signatures, and the retries."""
