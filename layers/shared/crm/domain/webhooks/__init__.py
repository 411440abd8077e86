"""Webhooks: who outside AWS is told of which changes, signed how, and how often it is tried."""
