"""Limit the submissions of one visitor without a key, so that a flood does not close a form for others.

A visitor is an IP address, or the network of a connection (/64) in IPv6. It is never stored: a keyed hash assigns
each address to one of SLOTS buckets, again every day. So the buckets are few and expire, and a visitor shares one with
a flood only by chance, for a day at most.
"""

import hashlib

from crm.domain.times import DAY_MS
from crm.services.access.rate_limit import take_tokens
from crm.settings import settings

SLOTS = 1024
_MINUTE_S = 60
_NETWORK_BITS = 64


def admit_visitor(form_id: str, ip: str | None, *, now: int) -> None:
    """Take a submission from the visitor's bucket if the deployment limits visitors. `now` in epoch ms.

    Raises RateLimitedError.
    """
    limit = settings().form_visitor_rate
    if limit and ip:
        refusal = f"A visitor may send this form {limit} times a minute: wait a moment and send it again."
        bucket = f"{form_id}#{visitor_slot(_network(ip), now)}"
        take_tokens(bucket, 1, rate=limit / _MINUTE_S, capacity=limit, refusal=refusal, now=now)


def visitor_slot(text: str, now: int) -> int:
    """Return the slot of a text on the day of `now`."""
    key, day = settings().identity_namespace.bytes, now // DAY_MS
    digest = hashlib.blake2b(f"{day}#{text}".encode(), key=key, digest_size=8).digest()
    return int.from_bytes(digest) % SLOTS


def _network(ip: str) -> str:
    from ipaddress import IPv6Address, ip_address

    try:
        address = ip_address(ip)
    except ValueError:
        return ip
    return f"{int(address) >> _NETWORK_BITS:x}" if isinstance(address, IPv6Address) else ip
