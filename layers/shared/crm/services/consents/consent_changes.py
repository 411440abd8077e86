"""Consents: change what a person agrees to, and read the ledger of all changes."""

from collections.abc import Iterator, Mapping
from typing import Any

from crm.domain.activity import CONSENTED
from crm.domain.api_key import Principal
from crm.domain.commands.pages import CursorJson
from crm.domain.consent import consent_view, valid_consent
from crm.domain.consent_fields import ConsentEffect, ProfileConsent
from crm.domain.consent_ledger import ConsentRow, LedgerPage, is_repeated, rows_of
from crm.domain.effect_fields import CONSENTS
from crm.domain.manual_edit_budget import ensure_room
from crm.domain.person import consents_of, values_of
from crm.domain.profile import ProfileState
from crm.domain.timeline import TimelineEntry, TimelinePosition, cursor_of, position_in
from crm.domain.views.consents import LedgerRowsView
from crm.services.editing import append_edit
from crm.services.profiles import people
from crm.services.profiles.people import Person
from crm.services.profiles.source_names import source_names
from crm.services.profiles.timelines import ACTIVITY_PAGE_BYTES, END_OF_TIME, MAX_ACTIVITIES_READ, entries_of
from crm.services.ruleset.fold_rules import deployed_rules

_Place = tuple[TimelinePosition, str | None]
"""The last activity, and the last key of it; None after all its keys."""


def set_consent(
    person: Person,
    channel: str,
    *,
    state: str,
    by: str,
    now: int,
    purpose: str | None = None,
    proof: str | None = None,
    source: str | None = None,
    expires_at: str | None = None,
    expected: str | None = None,
) -> Person:
    """Grant or deny one consent. `by`: the activity's source; `source`: where the person stated it, if elsewhere.

    Raises InvalidInputError, ConflictError `profile_full`, and PreconditionFailedError when the profile has changed
    from `expected`.
    """
    key, effect = valid_consent(
        channel, state=state, purpose=purpose, proof=proof, source=source, expires_at=expires_at, now=now
    )
    ensure_room(person.root, {CONSENTS: {key: effect}}, deployed_rules())
    return record_consents(person, {key: effect}, by=by, now=now, expected=expected)


def record_consents(
    person: Person,
    effects: Mapping[str, ConsentEffect],
    *,
    by: str,
    now: int,
    expected: str | None = None,
    member: ProfileState | None = None,
    properties: Mapping[str, Any] | None = None,
) -> Person:
    """Record several consents (key to effect) as one activity, in the log of `member`, by default of the root.

    `properties` are the activity's own, in addition to the states.
    """
    edit = append_edit.Edit(
        type=CONSENTED,
        name=next(iter(effects)) if len(effects) == 1 else None,
        effects={CONSENTS: dict(effects)},
        properties={
            "consents": {key: effect["state"] for key, effect in effects.items()},
            **(properties or {}),
        },
    )
    return append_edit.apply(person, edit, by=by, now=now, expected=expected, member=member)


def current_consents(person: Person) -> dict[str, ProfileConsent]:
    """Return the current consents by key, as they are stored."""
    return values_of(consents_of(person.members))


def consent_ledger(
    profile_id: str, viewer: Principal, *, limit: int, cursor: CursorJson | None, now: int
) -> tuple[LedgerRowsView, CursorJson | None]:
    """Return the current consents and a page of all changes, newest first. Raises NotFoundError.

    Nothing is hidden: the consent to processing must be readable while it is missing. The position is None after
    the last change; a page may be short or empty when many activities contain no consents.
    """
    person = people.find(profile_id, viewer)
    last = _place(cursor)
    entries = entries_of(person.members, 0, last[0][0] if last else END_OF_TIME)
    rows, place = _page(_behind(entries, last), limit)
    names = source_names(row["source"] for row in rows)
    for row in rows:
        row["source_name"] = names.get(row["source"])
    consents = {key: consent_view(key, value, now) for key, value in current_consents(person).items()}
    return {"consents": consents, "ledger": rows}, _cursor(place) if place else None


def _behind(
    entries: Iterator[TimelineEntry], last: _Place | None
) -> Iterator[tuple[TimelineEntry, list[ConsentRow]]]:
    rules = deployed_rules()
    for entry in entries:
        rows = list(rows_of(entry, rules))
        if last and entry.position >= last[0]:
            if entry.position > last[0] or last[1] is None:
                continue
            rows = [row for row in rows if row["key"] > last[1]]
        yield entry, rows


def _page(
    entries: Iterator[tuple[TimelineEntry, list[ConsentRow]]], limit: int
) -> tuple[list[ConsentRow], _Place | None]:
    page = LedgerPage(limit, ACTIVITY_PAGE_BYTES)
    place: _Place | None = None
    for number, (entry, rows) in enumerate(entries):
        if number == MAX_ACTIVITIES_READ:
            return page.rows, place
        for row in rows:
            if not page.take(row, repeated=is_repeated(entry, row["key"])):
                return page.rows, place
            place = (entry.position, row["key"])
        place = (entry.position, None)
    return page.rows, None


def _place(cursor: CursorJson | None) -> _Place | None:
    if cursor is None:
        return None
    return position_in(cursor), cursor["key"]


def _cursor(place: _Place) -> dict[str, Any]:
    position, key = place
    return cursor_of(position) | {"key": key}
