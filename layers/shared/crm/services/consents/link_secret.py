"""The secret that seals unsubscribe links: created with the first API key, stored with the definitions.

Secrets are numbered, and the newest one seals. Links sealed by an older one stay valid until it is removed.
"""

import base64
import secrets
from types import ModuleType

from crm.domain.errors import UnavailableError, VersionConflictError
from crm.services.definitions.lookup_cache import LookupCache
from crm.storage import lookups

SECRET, _LINKS = "secret", "links"
_BYTES = 32
_cache: dict[int, bytes] = {}
_missing: LookupCache[None] = LookupCache(seconds=5)
"""Remembers that there are no more secrets: a forged token can name any number and must not cost a read each time."""


def ensure() -> None:
    """Create the secret unless there is one. Raises VersionConflictError while another process creates it."""
    if not _read():
        _create()


def newest_secret() -> tuple[int, bytes]:
    """Return number and bytes of the sealing secret. Raises UnavailableError if there is none yet."""
    if not _cache and not _read():
        raise UnavailableError(
            "links cannot be sealed yet: their secret is created within a minute", retry_after=60
        )
    number = max(_cache)
    return number, _cache[number]


def numbered(number: int) -> bytes | None:
    """Return the secret with this number; None if there is none. No secret is created."""
    if number not in _cache:
        _missing.get("", _read_again)
    return _cache.get(number)


def clear_cache() -> None:
    """Clear the cache."""
    _cache.clear()
    _missing.clear()


def _read_again(_: str) -> None:
    _read()


def _read() -> bool:
    document = lookups.find(SECRET, _LINKS) or {}
    _cache.update({int(number): base64.b64decode(text) for number, text in document.items()})
    return bool(document)


def _create() -> None:
    text = base64.b64encode(secrets.token_bytes(_BYTES)).decode()
    try:
        with _definitions().one_transaction() as changes:
            changes.create(SECRET, _LINKS, {"1": text})
    except VersionConflictError:
        if not _read():
            raise
    else:
        _cache[1] = base64.b64decode(text)


def _definitions() -> ModuleType:
    # Loads PynamoDB, which is needed once per deployment.
    from crm.storage import definitions

    return definitions
