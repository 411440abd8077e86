"""Notes and tasks on customers: create, change, list. Each change is an activity in the customer's timeline.

A change is stored in the log that holds the note or task, so that an unmerge takes both along.
"""

import heapq
import secrets
from collections.abc import Callable, Iterator
from typing import NamedTuple

from crm.domain import notes_and_tasks as rules
from crm.domain.api_key import Principal
from crm.domain.commands.pages import CursorJson
from crm.domain.commands.work import NewNote, NewTask, NoteChanges, TaskChanges
from crm.domain.effect_fields import WORK
from crm.domain.errors import NotFoundError
from crm.domain.etag import ensure_etag
from crm.domain.json_text import encode
from crm.domain.work_fields import Work
from crm.services.editing import append_edit
from crm.services.editing.append_edit import Edit
from crm.services.profiles import people
from crm.services.profiles.people import Person
from crm.storage import work as stored
from crm.storage.retry_on_conflict import retry_on_conflict
from crm.storage.work import StoredWork

WORK_PAGE_BYTES = 4_000_000
"""Bytes of notes or tasks in a page: a response of Lambda holds 6 MB."""

_ADDED, _CHANGED, _DELETED = "added", "changed", "deleted"


class ShownWork(NamedTuple):
    """A note or task, and the id under which its customer is shown."""

    profile_id: str
    work: Work


def add(kind: str, profile_id: str, new: NewNote | NewTask, *, by: Principal, now: int) -> ShownWork:
    """Create a note (its author is the caller unless given) or a task. Raises InvalidInputError, NotFoundError."""
    person = people.find(profile_id, by)
    given = {"author": by.id, **new} if kind == rules.NOTE else new
    work = rules.new_work(kind, given, now, secrets.token_bytes(rules.RANDOM_BYTES))
    edit = Edit(type=kind, name=_ADDED, effects={WORK: work}, properties=rules.describe_work(work))
    return ShownWork(append_edit.apply(person, edit, by=by.id, now=now).id, work)


def change(
    kind: str,
    profile_id: str,
    work_id: str,
    changes: NoteChanges | TaskChanges,
    *,
    by: Principal,
    now: int,
    expected: str | None = None,
) -> ShownWork:
    """Change the given fields. `expected` is the etag that the note or task must have.

    Raises InvalidInputError, NotFoundError, PreconditionFailedError, and VersionConflictError when other writers win
    every attempt.
    """

    def changed(work: Work, at: int) -> Edit | None:
        after = rules.changed(work, changes, at)
        if after is work:
            return None
        properties = rules.describe_change(work, after)
        return Edit(type=kind, name=_CHANGED, effects={WORK: after}, properties=properties)

    return _change(kind, profile_id, work_id, changed, by=by, now=now, expected=expected)


def delete(
    kind: str, profile_id: str, work_id: str, *, by: Principal, now: int, expected: str | None = None
) -> None:
    """Delete a note or task; its content stays in the timeline. Raises what `change` raises."""

    def deleted(work: Work, at: int) -> Edit:
        properties = rules.describe_deletion(work)
        return Edit(type=kind, name=_DELETED, effects={WORK: rules.deleted(work, at)}, properties=properties)

    _change(kind, profile_id, work_id, deleted, by=by, now=now, expected=expected)


def list_page(
    kind: str,
    profile_id: str,
    viewer: Principal,
    *,
    limit: int,
    cursor: CursorJson | None,
    status: str | None = None,
    assignee: str | None = None,
) -> tuple[list[ShownWork], CursorJson | None]:
    """Return a page of a customer's notes or tasks, newest first, and where the next begins. Raises NotFoundError."""
    person = people.find(profile_id, viewer)
    wanted = {name: value for name, value in (("status", status), ("assignee", assignee)) if value}
    page: list[ShownWork] = []
    size = 0
    for work in _newest_first(person, kind, cursor["id"] if cursor else None):
        if len(page) == limit or size > WORK_PAGE_BYTES:
            return page, {"id": page[-1].work["id"]}
        if "deleted" not in work and wanted.items() <= work.items():
            page.append(ShownWork(person.id, work))
            size += len(encode(work))
    return page, None


def _newest_first(person: Person, kind: str, before: str | None) -> Iterator[Work]:
    logs = [stored.newest_first(member.id, kind, before) for member in person.members]
    return heapq.merge(*logs, key=lambda work: str(work["id"]), reverse=True)


def _change(
    kind: str,
    profile_id: str,
    work_id: str,
    make: Callable[[Work, int], Edit | None],
    *,
    by: Principal,
    now: int,
    expected: str | None,
) -> ShownWork:
    """Apply the edit that `make` returns for the stored work and an instant; None changes nothing."""

    def attempt() -> ShownWork:
        person = people.find(profile_id, by)
        held = _held(person, kind, work_id)
        ensure_etag(expected, rules.etag(held.work), kind)
        at = max(now, held.work["updated_at"] + 1)
        edit = make(held.work, at)
        if edit is None:
            return ShownWork(person.id, held.work)
        return ShownWork(_store_change(person, held, edit, by=by, at=at).id, edit.effects[WORK])

    return retry_on_conflict(attempt)


def _store_change(person: Person, held: StoredWork, edit: Edit, *, by: Principal, at: int) -> Person:
    (identity,) = [member.identity for member in person.members if member.id == held.profile_id]
    if identity is None:
        raise LookupError("a profile must have an identity")
    activity = append_edit.edit_activity(identity, edit, by=by.id, at=at)
    stored.append_change(activity, held)
    return append_edit.project(held.profile_id, activity)


def _held(person: Person, kind: str, work_id: str) -> StoredWork:
    if rules.is_work_id(kind, work_id):
        held = stored.find_work([member.id for member in person.members], work_id)
        if held and "deleted" not in held.work:
            return held
    raise NotFoundError(f"this customer has no {kind} {work_id}")
