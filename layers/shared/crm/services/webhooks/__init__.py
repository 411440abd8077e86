"""Webhooks: define them, deliver change events, and replay what could not be delivered."""
