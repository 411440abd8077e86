"""The categories of a deployment's own events: one definition, replaced as a whole."""

from collections.abc import Iterable

from crm.domain.commands.definitions import CategorisedEvent
from crm.domain.etag import ensure_etag
from crm.domain.event_categories import ID, EventCategories, valid_categorised_events
from crm.domain.event_names import OwnNames
from crm.domain.stored_record import from_record, to_record
from crm.services.definitions.lookup_cache import LookupCache
from crm.storage import lookups

_CACHE_S = 5
"""Seconds for which a container caches the definition."""

_cache: LookupCache[OwnNames] = LookupCache(seconds=_CACHE_S)


def get() -> EventCategories:
    """Return the current definition; without events if there is none."""
    return from_record(EventCategories, lookups.find(ID, ID) or {"events": {}})


def replace(*, events: Iterable[CategorisedEvent], expected: str | None = None) -> EventCategories:
    """Replace all events: those that are left out follow the built-in table again.

    `expected` is the etag that the caller has read. Raises InvalidInputError, PreconditionFailedError,
    VersionConflictError.
    """
    from crm.storage.definitions import one_transaction

    valid = valid_categorised_events(events)
    before = get()
    ensure_etag(expected, before.etag, "definition of event categories", id=ID, version=before.version)
    after = EventCategories(valid, before.version + 1)
    record = to_record(after)
    with one_transaction() as changes:
        if before.version:
            changes.replace(ID, ID, record, read_version=before.version)
        else:
            changes.create(ID, ID, record)
    _cache.clear()
    return after


def own_names() -> OwnNames:
    """Return categories by the defined names, at most _CACHE_S seconds old."""
    return _cache.get(ID, lambda _: get().by_key())


def clear_cache() -> None:
    """Clear the cache."""
    _cache.clear()
