"""Derive the public addresses of this API."""

from typing import Any

from crm.settings import settings


def base_url(event: dict[str, Any], *, below: str) -> str:
    """Return the base URL of the API, without a trailing slash: the configured one, else the request's. `below`: the
    prefix of the route's path.
    """
    if settings().public_url:
        return settings().public_url
    # A stage other than $default precedes the route's path.
    prefix, _, _ = event["rawPath"].partition(below)
    protocol = event["headers"].get("x-forwarded-proto", "https")
    return f"{protocol}://{event['requestContext']['domainName']}{prefix}"
