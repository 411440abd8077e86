"""Webhooks: defining them, telling them of changes, and what becomes of what cannot be delivered."""
