"""How often one visitor may do what needs no key, so that one who floods a form does not close it for the others.

A visitor is an IP address, of IPv6 the network that a connection gets (/64). It is never stored: each address falls
into one of SLOTS buckets by a keyed hash that deals the addresses anew every day. So the buckets are few, they expire,
and whoever shares one with a visitor who floods does so by chance, and for a day at most.
"""

import hashlib

from crm.domain.times import DAY_MS
from crm.services.access.rate_limit import take
from crm.settings import settings

SLOTS = 1024
_MINUTE_S = 60
_NETWORK_BITS = 64


def admit_visitor(form_id: str, ip: str | None, *, now: int) -> None:
    """Take a submission from the visitor's bucket, where the deployment limits them. `now` in epoch ms.

    Raises RateLimitedError.
    """
    limit = settings().form_visitor_rate
    if limit and ip:
        refusal = f"A visitor may send this form {limit} times a minute: wait a moment, then send it again."
        bucket = f"{form_id}#{slot_of(_network(ip), now)}"
        take(bucket, 1, rate=limit / _MINUTE_S, capacity=limit, refusal=refusal, now=now)


def slot_of(text: str, now: int) -> int:
    """The slot that a text falls into on the day of `now`."""
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
