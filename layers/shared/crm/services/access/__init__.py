"""Access: authentication, rate limits and idempotency."""
