"""API keys: create, list, revoke, and authenticate them."""

import secrets
import sys
import time
from collections.abc import Iterable
from dataclasses import replace
from types import ModuleType

from crm.domain.api_key import (
    ADMIN,
    ID_LENGTH,
    SYSTEM,
    ApiKey,
    Principal,
    key_digest,
    looks_like_key,
    valid_classes,
    valid_scopes,
)
from crm.domain.errors import ForbiddenError, NotFoundError
from crm.domain.source import valid_display_name
from crm.domain.stored_record import from_record, to_record
from crm.services.consents import link_secret
from crm.services.definitions.lookup_cache import LookupCache
from crm.storage import lookups

API_KEY = "api_key"
_unknown: LookupCache[None] = LookupCache()
"""Digests of keys that do not exist: keys are random, so that none of them is created later."""


def create(
    name: str,
    scopes: Iterable[str],
    *,
    now: int,
    classes: Iterable[str] | None = None,
    grantor: Principal | None = None,
) -> tuple[ApiKey, str]:
    """Create a key and return it with its plain text, which cannot be read again.

    `classes`: the customers that it sees, None is all. Raises InvalidInputError, and ForbiddenError when the grantor
    lacks a scope or a class itself.
    """
    granted, limited_to = valid_scopes(scopes), valid_classes(classes)
    if grantor:
        _check_grant(grantor, granted, limited_to)
    plain = "sk_" + secrets.token_urlsafe(32)
    hashed = key_digest(plain)
    key = ApiKey(
        id=hashed[:ID_LENGTH],
        name=valid_display_name(name),
        scopes=granted,
        created_at=now,
        created_by=grantor.key_id if grantor else None,
        classes=limited_to,
    )
    # Routes that return links are called with a key, and only read.
    link_secret.ensure()
    with _definitions().one_transaction() as changes:
        changes.create(API_KEY, hashed, to_record(key))
    return key, plain


def _check_grant(grantor: Principal, scopes: tuple[str, ...], classes: tuple[str, ...] | None) -> None:
    if missing := [scope for scope in scopes if not grantor.may(scope)]:
        raise ForbiddenError("a key can grant only scopes that it has itself", details={"missing": missing})
    if not grantor.covers(scopes, classes):
        raise ForbiddenError(
            "a key that is limited to classes can create only keys that are limited to these classes",
            details={"classes": sorted(grantor.classes or ())},
        )


def list_all() -> list[ApiKey]:
    """Return every key, with revoked ones, oldest first; never the digest."""
    keys = [from_record(ApiKey, record) for record in _definitions().find_all(API_KEY)]
    return sorted(keys, key=lambda key: (key.created_at, key.id))


def revoke(key_id: str, *, now: int, by: Principal | None = None) -> None:
    """Revoke the key, effective at once and idempotent. `by`: the key that revokes it, which may be the same.

    Raises NotFoundError, and ForbiddenError when the key allows more than the one that revokes it.
    """
    found = _definitions().find_definition(API_KEY, key_id) if len(key_id) == ID_LENGTH else None
    if found is None:
        raise NotFoundError("there is no API key with this id", details={"id": key_id})
    hashed, record, version = found
    key = from_record(ApiKey, record)
    if by:
        _check_revocation(by, key)
    if key.revoked_at is None:
        revoked = replace(key, revoked_at=now, revoked_by=by.key_id if by else None)
        with _definitions().one_transaction() as changes:
            changes.replace(API_KEY, hashed, to_record(revoked), read_version=version)


def _check_revocation(by: Principal, key: ApiKey) -> None:
    if by.id == f"key:{key.id}" or by.covers(key.scopes, key.classes):
        return
    beyond = [scope for scope in key.scopes if not by.may(scope)]
    raise ForbiddenError(
        "a key can revoke only keys whose permissions it has itself",
        details={"missing": beyond} if beyond else {"classes": sorted(by.classes or ())},
    )


def authenticate(authorization: str) -> Principal | str:
    """Return the principal of an Authorization header, or the problem: `missing`, `unknown` or `revoked`.

    An existing key costs one read each time, so that a revocation is effective at once. Unknown keys are cached for a
    minute.
    """
    scheme, _, plain = authorization.strip().partition(" ")
    if scheme.lower() != "bearer":
        return "missing"
    key = _look_up(key_digest(plain.strip())) if looks_like_key(plain.strip()) else None
    if key is None:
        return "unknown"
    if key.revoked_at is not None:
        return "revoked"
    classes = None if key.classes is None else frozenset(key.classes)
    return Principal(f"key:{key.id}", frozenset(key.scopes), classes)


def get(principal: Principal) -> ApiKey:
    """Return the key of a caller. Raises NotFoundError for a caller without a key."""
    record = lookups.find_beginning(API_KEY, principal.key_id)
    if record is None:
        raise NotFoundError("the caller is no API key", details={"id": principal.id})
    return from_record(ApiKey, record)


def is_active(principal_id: str) -> bool:
    """Return whether a principal (`key:<id>`) is a key that is not revoked now; the product itself always is."""
    if principal_id == SYSTEM.id:
        return True
    record = lookups.find_beginning(API_KEY, principal_id.removeprefix("key:"))
    return record is not None and from_record(ApiKey, record).revoked_at is None


def _look_up(hashed: str) -> ApiKey | None:
    return None if _unknown.is_cached(hashed) else _read(hashed)


def _read(hashed: str) -> ApiKey | None:
    record = lookups.find(API_KEY, hashed)
    if record is None:
        _unknown.get(hashed, lambda _: None)
    return from_record(ApiKey, record) if record else None


def clear_cache() -> None:
    """Clear the cache of unknown keys."""
    _unknown.clear()


def _definitions() -> ModuleType:
    # Only changes of keys need PynamoDB; the authorizer imports this module to look them up.
    from crm.storage import definitions

    return definitions


def main(arguments: list[str]) -> None:
    """Print a new admin key, the deployment's first one. The arguments are its name."""
    _, plain = create(" ".join(arguments) or "admin", [ADMIN], now=time.time_ns() // 1_000_000)
    sys.stdout.write(plain + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
