"""Check the addresses of webhooks: by default only public ones, so that no private network is reached (SSRF).

The address is checked twice: its text when the webhook is made, and what its name resolves to at each delivery.
"""

import ipaddress
from urllib.parse import SplitResult, urlsplit

from crm.domain.errors import InvalidInputError

PUBLIC_ONLY = "public"
ANY_ADDRESS = "any"
MAX_URL_LENGTH = 2000
HTTPS_PORT, HTTP_PORT = 443, 80
_FIRST_FREE_PORT = 1024
# All other ranges of IPv6 are embedded IPv4 addresses, link-local or multicast.
_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")


def valid_url(text: str, targets: str) -> str:
    """Trim and validate a URL. Raises InvalidInputError saying what would be right."""
    url = text.strip()
    if problem := _problem(url, targets):
        raise InvalidInputError(f"url {problem}", details={"field": "url"})
    return url


def port_of(parts: SplitResult) -> int:
    """Return the port of the URL, or that of its scheme."""
    return parts.port or (HTTPS_PORT if parts.scheme == "https" else HTTP_PORT)


def is_public_address(address: str) -> bool:
    """Return whether this IP address is a public unicast address of the Internet."""
    found = ipaddress.ip_address(address)
    if isinstance(found, ipaddress.IPv4Address):
        return found.is_global and not found.is_multicast
    in_disguise = found.sixtofour or found.teredo
    return found.is_global and found in _GLOBAL_UNICAST and not in_disguise


def _problem(url: str, targets: str) -> str | None:
    if len(url) > MAX_URL_LENGTH or not url.isascii() or not url.isprintable() or " " in url:
        return f"must be at most {MAX_URL_LENGTH} visible ASCII characters"
    try:
        parts = urlsplit(url)
        port = port_of(parts)
    except ValueError:
        return "must be a URL like https://shop.example/webhooks"
    schemes = {"https"} if targets == PUBLIC_ONLY else {"http", "https"}
    if parts.scheme not in schemes or not parts.hostname:
        return "must begin with https:// and a host"
    if "@" in parts.netloc or "#" in url or "\\" in url:
        return "must not contain a user, a password or a fragment"
    if targets == PUBLIC_ONLY and port != HTTPS_PORT and port < _FIRST_FREE_PORT:
        return f"must have the port {HTTPS_PORT}, or a port of at least {_FIRST_FREE_PORT}"
    return _problem_of_host(parts.hostname) if targets == PUBLIC_ONLY else None


def _problem_of_host(host: str) -> str | None:
    try:
        public = is_public_address(host)
    except ValueError:  # a name, which is resolved at each delivery
        public = host.rstrip(".") != "localhost"
    return None if public else "must point to a public address"
