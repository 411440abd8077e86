"""Sources and their write keys: create, change, rotate, delete, and resolve a write key to its source."""

import base64
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import ModuleType
from typing import TYPE_CHECKING, Any, Literal

from crm.domain import source as rules
from crm.domain.errors import NotFoundError
from crm.domain.etag import ensure_etag
from crm.domain.source import DEFAULT_LIMIT, LeftOutBySource, Limit, Source
from crm.domain.stored_record import from_record, to_record
from crm.services.definitions.lookup_cache import LookupCache
from crm.settings import settings
from crm.storage import lookups

if TYPE_CHECKING:
    from crm.domain.commands.access import SourceChanges


SOURCE = "source"
_WRITE_KEY = "write_key"
_VALID: dict[str, Callable[[Any], Any]] = {
    "name": rules.valid_display_name,
    "kind": rules.valid_kind,
    "allowed_origins": rules.valid_origins,
    "burst": rules.valid_burst,
    "enabled": bool,
}
_cache: LookupCache[tuple[Source, int | None] | None] = LookupCache()


def create(
    *,
    now: int,
    name: str,
    kind: str = "web",
    allowed_origins: list[str] | tuple[str, ...] = (),
    enabled: bool = True,
    rate_limit: float | Literal["default"] | None = DEFAULT_LIMIT,
    burst: int | None = None,
) -> Source:
    """Create a source with its write key. `now` in epoch milliseconds; `rate_limit` None is unlimited.

    Raises InvalidInputError.
    """
    given = {
        "name": name,
        "kind": kind,
        "allowed_origins": allowed_origins,
        "enabled": enabled,
        "rate_limit": rate_limit,
        "burst": burst,
    }
    source = Source(
        id=rules.SOURCE_ID_FORMAT.make(secrets.token_bytes(6)),
        write_key=_new_key(),
        created_at=now,
        updated_at=now,
        **_checked(given),
    )
    with _definitions().one_transaction() as changes:
        changes.create(SOURCE, source.id, to_record(source))
        changes.create(_WRITE_KEY, source.write_key, {SOURCE: to_record(source)})
    return source


def get(source_id: str) -> Source:
    """Return a source. Raises NotFoundError."""
    record = lookups.find(SOURCE, source_id) if rules.SOURCE_ID_FORMAT.matches(source_id) else None
    if record is None:
        raise NotFoundError("there is no source with this id", details={"id": source_id})
    return from_record(Source, record)


def list_all() -> list[Source]:
    """Return every source, oldest first."""
    sources = [from_record(Source, record) for record in _definitions().find_all(SOURCE)]
    return sorted(sources, key=lambda source: (source.created_at, source.id))


def update(source_id: str, changes: "SourceChanges", *, now: int, expected: str | None = None) -> Source:
    """Change the given fields. Other containers follow within 60 s. `expected` is the `etag` that it must have.

    Raises NotFoundError, InvalidInputError, PreconditionFailedError.
    """
    before = _expected(source_id, expected)
    changed = replace(before, **_checked(changes))
    if changed == before:
        return before
    after = replace(changed, updated_at=now, version=before.version + 1)
    _save(before, after)
    return after


def rotate(source_id: str, *, now: int, grace_seconds: int = 0, expected: str | None = None) -> Source:
    """Replace the write key. The old one stops at once or after the grace; one that was still retiring, at once.

    `expected` is the `etag` that the source must have. Raises NotFoundError, PreconditionFailedError.
    """
    before = _expected(source_id, expected)
    after = replace(
        before,
        write_key=_new_key(),
        retiring_key=before.write_key if grace_seconds else None,
        retires_at=now + grace_seconds * 1000 if grace_seconds else None,
        updated_at=now,
        version=before.version + 1,
    )
    _save(before, after)
    return after


def delete(source_id: str, *, expected: str | None = None) -> None:
    """Delete the source and its keys; its events stay. `expected` is the `etag` that it must have.

    Raises NotFoundError, PreconditionFailedError.
    """
    source = _expected(source_id, expected)
    with _definitions().one_transaction() as changes:
        changes.delete(SOURCE, source.id, read_version=source.version)
        for key in _keys(source):
            changes.delete(_WRITE_KEY, key)
    _cache.clear()


def resolve_write_key(write_key: str, *, now: int | None = None) -> Source | None:
    """Return the source of a write key, disabled or not; None if unknown. One read per key and minute."""
    if not rules.looks_like_write_key(write_key):
        return None
    found = _cache.get(write_key, _look_up)
    if found is None:
        return None
    source, valid_until = found
    moment = time.time_ns() // 1_000_000 if now is None else now
    return source if valid_until is None or moment < valid_until else None


def clear_cache() -> None:
    """Clear the cache of write keys."""
    _cache.clear()


def _expected(source_id: str, expected: str | None) -> Source:
    source = get(source_id)
    ensure_etag(expected, source.etag, "source", version=source.version)
    return source


def _look_up(write_key: str) -> tuple[Source, int | None] | None:
    record = lookups.find(_WRITE_KEY, write_key)
    return (from_record(Source, record[SOURCE]), record.get("valid_until")) if record else None


def _save(before: Source, after: Source) -> None:
    record = to_record(after)
    with _definitions().one_transaction() as changes:
        changes.replace(SOURCE, after.id, record, read_version=before.version)
        changes.put(_WRITE_KEY, after.write_key, {SOURCE: record})
        if after.retiring_key and after.retires_at:
            retiring = {SOURCE: record, "valid_until": after.retires_at}
            changes.put(_WRITE_KEY, after.retiring_key, retiring, expires_at=after.retires_at // 1000)
        for key in _keys(before) - _keys(after):
            changes.delete(_WRITE_KEY, key)
    _cache.clear()


def _keys(source: Source) -> set[str]:
    return {source.write_key} | ({source.retiring_key} if source.retiring_key else set())


def _checked(given: Mapping[str, Any]) -> dict[str, Any]:
    plain = {name: _VALID[name](value) for name, value in given.items() if name != "rate_limit"}
    return plain | (rules.limit_fields(given["rate_limit"]) if "rate_limit" in given else {})


def limit_in_force(source: Source) -> Limit | None:
    """Return the limit of a source: its own, the deployment's, or none."""
    rate, burst = settings().default_source_rate, settings().default_source_burst
    return source.limit(Limit(rate=rate, burst=burst, is_default=True) if rate else None)


def _new_key() -> str:
    return "wk_" + base64.urlsafe_b64encode(secrets.token_bytes(16)).decode().rstrip("=")


def _definitions() -> ModuleType:
    # Only changes of sources need PynamoDB; `track_events` imports this module to resolve write keys.
    from crm.storage import definitions

    return definitions


def left_out_by(source: Source) -> LeftOutBySource | None:
    """Return since when and how often the source exceeds what profiles keep; None if it has not for a month."""
    from crm.storage import left_out  # only reads of one source need it

    return left_out.find(source.id)
