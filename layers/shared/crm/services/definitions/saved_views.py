"""Keep saved views of the list of customers."""

import secrets
from dataclasses import replace
from typing import Any

from crm.domain.commands.saved_views import SavedViewChanges
from crm.domain.errors import ConflictError, NotFoundError
from crm.domain.etag import ensure_etag
from crm.domain.named import folded_name
from crm.domain.saved_view import MAX_VIEWS, VIEW_NAMING, SavedFilter
from crm.domain.stored_record import from_record, to_record
from crm.storage import definitions, lookups

_VIEW = "view"


def create(
    *, name: str, filter: dict[str, Any] | None = None, sort: str = "-last_activity", now: int
) -> SavedFilter:
    """Save a view. `now` in epoch ms. Raises InvalidInputError, ConflictError, TooLargeError."""
    known = list_all()
    view = SavedFilter(
        id=VIEW_NAMING.id_format.make(secrets.token_bytes(6)),
        name=_free_name(name, known),
        filter=filter or {},
        sort=sort,
        created_at=now,
    )
    if len(known) >= MAX_VIEWS:
        raise ConflictError(
            f"there can be at most {MAX_VIEWS} saved views: delete one first", code="too_many_views"
        )
    with definitions.one_transaction() as changes:
        changes.create(_VIEW, view.id, to_record(view))
    return view


def get(id: str) -> SavedFilter:
    """Return the view with this id. Raises NotFoundError."""
    record = lookups.find(_VIEW, id) if VIEW_NAMING.id_format.matches(id) else None
    if record is None:
        raise NotFoundError("there is no saved view with this id", details={"view": id})
    return from_record(SavedFilter, record)


def list_all() -> list[SavedFilter]:
    """Return all views by name."""
    found = (from_record(SavedFilter, record) for record in definitions.find_all(_VIEW))
    return sorted(found, key=lambda view: (folded_name(view.name), view.id))


def update(id: str, changes: SavedViewChanges, *, expected: str | None = None) -> SavedFilter:
    """Change the given fields. `expected` is the etag that the caller has read.

    Raises NotFoundError, InvalidInputError, ConflictError, PreconditionFailedError, VersionConflictError.
    """
    before = _expected(id, expected)
    fields: dict[str, Any] = {**changes}
    if "name" in changes:
        fields["name"] = _free_name(changes["name"], [view for view in list_all() if view.id != id])
    changed = replace(before, **fields)
    if changed == before:
        return before
    after = replace(changed, version=before.version + 1)
    with definitions.one_transaction() as writes:
        writes.replace(_VIEW, id, to_record(after), read_version=before.version)
    return after


def delete(id: str, *, expected: str | None = None) -> None:
    """Delete the view; no customer changes. Raises NotFoundError, PreconditionFailedError, VersionConflictError."""
    view = _expected(id, expected)
    with definitions.one_transaction() as changes:
        changes.delete(_VIEW, view.id, read_version=view.version)


def _expected(id: str, expected: str | None) -> SavedFilter:
    view = get(id)
    ensure_etag(expected, view.etag, "saved view", version=view.version)
    return view


def _free_name(name: str, others: list[SavedFilter]) -> str:
    """Return the name in its normal form. Raises ConflictError if another view has it."""
    valid = VIEW_NAMING.valid_name(name)
    for other in others:
        if folded_name(other.name) == folded_name(valid):
            raise ConflictError(
                "a saved view with this name already exists: update it, or use another name",
                code="view_exists",
                details={"id": other.id},
            )
    return valid
