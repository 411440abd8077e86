"""The categories of a deployment's own events: one definition, replaced as a whole."""

from collections.abc import Iterable
from typing import Any

from crm.domain.errors import PreconditionFailedError
from crm.domain.event_categories import ID, EventCategories, valid_events
from crm.domain.event_names import OwnNames
from crm.services.definitions.recent import Recent
from crm.storage import lookups

REMEMBERED_S = 5
"""For how long a container reads by what it has looked up."""

_known: Recent[OwnNames] = Recent(seconds=REMEMBERED_S)


def get() -> EventCategories:
    """As of this moment; without any events where nothing was told."""
    return EventCategories(**(lookups.find(ID, ID) or {"events": {}}))


def replace(*, events: Iterable[dict[str, Any]], expected: str | None = None) -> EventCategories:
    """Tell all events anew: those that are not among them are read by the table again.

    `expected` is the etag that the caller has read. Raises InvalidInputError, PreconditionFailedError,
    VersionConflictError.
    """
    from crm.storage.definitions import one_transaction

    told = valid_events(events)
    before = get()
    if expected is not None and expected != before.etag:
        text = "the event categories were changed in the meantime: read them again and retry"
        raise PreconditionFailedError(text, details={"id": ID, "version": before.version})
    after = EventCategories(told, before.version + 1)
    record = {"events": after.events, "version": after.version}
    with one_transaction() as changes:
        if before.version:
            changes.replace(ID, ID, record, read_version=before.version)
        else:
            changes.create(ID, ID, record)
    _known.clear()
    return after


def own_names() -> OwnNames:
    """Categories by the names that were told, at most REMEMBERED_S old."""
    return _known.get(ID, lambda _: get().by_key())


def forget() -> None:
    """Forget what was looked up."""
    _known.clear()
