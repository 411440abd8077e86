"""Where clients reach this API."""

from typing import Any

from crm.settings import settings


def base_url(event: dict[str, Any], *, below: str) -> str:
    """As configured, or as this request did; without a trailing slash. `below`: with what the route's path begins."""
    if settings().public_url:
        return settings().public_url
    # A stage other than $default precedes the route's path.
    prefix, _, _ = event["rawPath"].partition(below)
    protocol = event["headers"].get("x-forwarded-proto", "https")
    return f"{protocol}://{event['requestContext']['domainName']}{prefix}"
