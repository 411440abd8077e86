"""Answer an access request: everything that is held on a person, as one JSON document (the model `PersonExport`)."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from typing import Any

from crm.domain.activity import Activity
from crm.domain.api_key import SYSTEM
from crm.domain.consent import may_be_shown
from crm.domain.errors import NotFoundError
from crm.domain.identity import Identity
from crm.domain.identity_mentions import IdentityFinder, messages_in_broken_json, text_of
from crm.domain.json_text import encode
from crm.domain.memberships import listed_in
from crm.domain.person_description import describe, identity_view
from crm.domain.person_parts import PersonPart, left_out, members_in_scope
from crm.domain.profile import ProfileState
from crm.domain.segments.membership_activity import one_by_one
from crm.domain.times import iso
from crm.domain.tracking.rejection import Rejection
from crm.domain.views.privacy import (
    HeldActivityView,
    HeldRejectionView,
    MemberView,
    OmittedPartView,
    RejectedInputView,
)
from crm.domain.views.profiles import ProfileView
from crm.services.jobs.deadline import DeadlineExceededError
from crm.services.privacy import erasure_job, file_references
from crm.services.privacy.included import check_included
from crm.services.privacy.rejected_search import rejections_naming
from crm.services.profiles import people, reading
from crm.services.profiles.people import Person
from crm.services.tracking.erased_input import identity_reading
from crm.settings import settings
from crm.storage import bucket
from crm.storage.activities import read_range
from crm.storage.files import write_file
from crm.storage.work import work_on

MAX_INLINE_DOCUMENT_BYTES = 3_000_000
"""Largest inline document: a response of Lambda holds 6 MB, in which every quote of it counts twice."""

SEARCH_MS = 15_000
"""Time for searching rejected input: the client waits, and API Gateway times out after 30 s."""

_END_OF_TIME = 1 << 60


@dataclass(frozen=True, slots=True)
class _Export:
    """The `document` if it is small, else the `link` to it and when that expires (epoch ms)."""

    document: str | None = None
    link: str | None = None
    expires_at: int | None = None


def export(person: Person, *, name: str, clock: Callable[[], int], include: Sequence[str] = ()) -> _Export:
    """Return all stored data about the person.

    `name`: of the file, if one is needed; `clock` returns epoch ms. Parts that only public sources joined are listed,
    and included only if `include` names them: any visitor could have joined them (`crm.domain.person_parts`). Raises
    InvalidInputError for an id that belongs to no such part, and NotFoundError when the person is erased in the
    meantime.
    """
    check_included(person, include)
    omitted = left_out(person.members, include)
    pieces = _document(Person(members_in_scope(person.members, include)), omitted, clock)
    document = bytearray()
    for piece in pieces:
        document += piece
        if len(document) > MAX_INLINE_DOCUMENT_BYTES:
            return _as_file(person, name, chain([bytes(document)], pieces), clock)
    return _Export(document.decode())


def _as_file(person: Person, name: str, content: Iterable[bytes], clock: Callable[[], int]) -> _Export:
    key = write_file(person.root.id, name, content, media_type="application/json")
    try:
        people.find(person.root.id, SYSTEM, deleted=True)
    except NotFoundError:
        # Erased while it was written: the erasure may have searched for files before this one existed.
        bucket.delete([key])
        raise
    return _Export(link=bucket.link_to(key, bucket.LINK_S), expires_at=clock() + bucket.LINK_S * 1000)


def _document(person: Person, omitted: Sequence[PersonPart], clock: Callable[[], int]) -> Iterator[bytes]:
    now = clock()
    parts: dict[str, object] = {
        "exported_at": iso(now),
        "processing_consent": {
            "required": settings().processing_consent_required,
            "granted": may_be_shown(person.members, now),
        },
        "profile": _profile(person, now),
        "members": [_member(member) for member in person.members],
        "left_out": [_left_out(part[0]) for part in omitted],
        "memberships": [
            {"kind": kind, "id": id_, "sorted_by": text}
            for (kind, id_), text in sorted(listed_in(person.root.card).items())
        ],
        "notes_and_tasks": [work for member in person.members for work in work_on(member.id)],
        "erasures": [job for member in person.members for job in erasure_job.erasures_of(member.id)],
    }
    yield b"{"
    for name, part in parts.items():
        yield encode(name) + b":" + encode(part) + b","
    imported_by: set[str] = set()
    yield b'"activities":['
    yield from _listed(_activity(m, a) for m in person.members for a in _noting_imports(m, imported_by))
    yield b"],"
    rejected = _rejected(person.identities, now, clock)
    files, reasons = file_references.referencing_files(person.members, imported_by, now)
    reasons += [] if rejected["complete"] else ["rejected_input_not_searched"]
    rest = {"rejected_input": rejected, "files": files, "complete": not reasons, "incomplete": reasons}
    yield encode(rest)[1:]


def _noting_imports(member: ProfileState, imported_by: set[str]) -> Iterator[Activity]:
    for activity in _log(member):
        if import_id := file_references.import_of(activity):
            imported_by.add(import_id)
        yield activity


def _listed(values: Iterable[Any]) -> Iterator[bytes]:
    for number, value in enumerate(values):
        yield (b"," if number else b"") + encode(value)


def _profile(person: Person, now: int) -> ProfileView:
    """Return the profile with what other reads hide without a consent to processing: the person asks."""
    described = describe(person.members)
    view = reading.view(person, now=now)
    view["last_seen"], view["last_transaction_at"] = described["last_seen"], described["last_transaction_at"]
    view["environment"], view["totals"] = described["environment"], described["totals"]
    return view


def _member(member: ProfileState) -> MemberView:
    claimers = sorted(member.claimers.values(), key=lambda claimer: claimer.claim.stamp)
    return {
        "id": member.id,
        "identity": identity_view(member.identity) if member.identity else None,
        "claimed_by": [
            {
                **identity_view(claimer.identity),
                "at": iso(claimer.claim.stamp[0]),
                "by_hand": claimer.claim.by_hand,
            }
            for claimer in claimers
        ],
    }


def _left_out(top: ProfileState) -> OmittedPartView:
    return {
        "id": top.id,
        "identity": identity_view(top.identity) if top.identity else None,
        "reason": "joined_by_public_sources",
    }


def _log(member: ProfileState) -> Iterator[Activity]:
    log = one_by_one(read_range(member.id, 0, _END_OF_TIME))
    return (activity for activity in log if not member.is_erased(activity))


def _activity(member: ProfileState, activity: Activity) -> HeldActivityView:
    return {
        "id": activity.message_id,
        "profile_id": member.id,
        "type": activity.type,
        "name": activity.name,
        "original_at": iso(activity.original_at),
        "occurred_at": iso(activity.occurred_at),
        "received_at": iso(activity.received_at),
        "source": activity.source_id,
        "source_kind": activity.source_kind,
        "identities": [identity_view(identity) for identity in activity.identities],
        "properties": activity.properties,
        "context": activity.context,
        "effects": activity.effects or {},
    }


def _rejected(identities: list[Identity], now: int, clock: Callable[[], int]) -> RejectedInputView:
    names = IdentityFinder(identities, identity_reading())
    found: list[HeldRejectionView] = []
    named = rejections_naming(identities, until=now, has_time=lambda: clock() <= now + SEARCH_MS)
    with suppress(DeadlineExceededError):
        found.extend(_rejection(rejection, names) for rejection in named)
        return {"found": found, "complete": True}
    return {"found": found, "complete": False}


def _rejection(rejection: Rejection, names: IdentityFinder) -> HeldRejectionView:
    return {
        "id": rejection.id,
        "received_at": iso(rejection.reception.received_at),
        "source": rejection.reception.source_id,
        "code": rejection.code,
        "message": rejection.message,
        "content": _of_this_person(rejection.content, names),
    }


def _of_this_person(content: bytes, names: IdentityFinder) -> Any:
    """Return the messages of a batch that name the person: the others are other people's."""
    text = text_of(content)
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        messages = messages_in_broken_json(text)
        return text if messages is None else {"batch": _naming(names, _well_formed(messages))}
    document = _well_formed(document)
    batch = document.get("batch") if isinstance(document, dict) else None
    if not isinstance(batch, list):
        return document
    return {**document, "batch": _naming(names, batch)}


def _well_formed(value: Any) -> Any:
    # Half an emoji, which JSON can escape, is not a valid UTF-8 character.
    return json.loads(json.dumps(value, ensure_ascii=False).encode(errors="replace"))


def _naming(names: IdentityFinder, messages: list[Any]) -> list[Any]:
    return [one for one in messages if names.occurs_in(one.encode() if isinstance(one, str) else encode(one))]
