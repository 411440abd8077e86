"""Erase a person: all data of every member, and mentions in logs, definitions and rejected input (docs/privacy.md).

Four repeatable steps: the profiles are *marked*, so that the person is no longer shown; what exists is *counted*, for
the receipt; everything is *deleted*; and later, when no request that was running can still write, deleted *again*.
"""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import replace

from crm.domain.copies import digests_set_by
from crm.domain.definition_redaction import DefinitionRedactor
from crm.domain.identity import Identity
from crm.domain.job import ERASE, Job, JobResult, job_view
from crm.domain.memberships import listed_in
from crm.domain.person_parts import left_out
from crm.domain.times import iso
from crm.domain.views.jobs import JobView
from crm.services.jobs import jobs
from crm.services.jobs.deadline import Deadline, DeadlineExceededError
from crm.services.jobs.staged_job import PartDone, Stage, StagedJob
from crm.services.privacy.definitions import DefinitionErasure
from crm.services.privacy.delete_person import PersonDeletion
from crm.services.privacy.erasure_scope import (
    ErasureScope,
    erasure_scope_of,
    extend_marks,
    latest_statement,
    mark,
)
from crm.services.privacy.included import check_included
from crm.services.privacy.rejected_search import rejections_naming
from crm.services.profiles.people import Person
from crm.services.projection import stuck
from crm.services.projection.deployment import id_of
from crm.services.tracking.erased_input import identity_reading
from crm.settings import settings
from crm.storage import jobs as storage
from crm.storage.consumed_erasures import is_consumed
from crm.storage.copies import logs_with_copies
from crm.storage.jobs import Parts
from crm.storage.profiles import ProfileTable
from crm.storage.retry_on_conflict import retry_on_conflict

_MARK, _COUNT, _DELETE, _AGAIN = "mark", "count", "delete", "delete again"
SETTLING_S = 120
"""Seconds after the mark by which running requests have ended: no function that writes about people runs longer."""

UNREAD_MS = 3_600_000
"""Time for which the end of an erasure waits for the consumer of the stream; then the attempt has failed."""

_MEMBER, _RELATED, _REJECTED, _VALUES = "member/", "stranger/", "rejected/", "said/"
"""Beginnings of the names of the job's working data."""

_PARTS = 3
"""Stages after the mark, each of which is one part of the job."""

_UNDER_WAY_MS = 900_000
"""Time before the mark within which rejected input may have been stored after the search for it."""

_RESERVE_MS = 30_000
_END_OF_TIME = 1 << 60
_ATTEMPTS = 25
_LISTED_AT_ONCE = 100
_IDS_PER_PART = 1000
_DIGESTS_PER_PART = 5000
MAX_COPIED_VALUES = 100_000
"""Different values of the person by which older copies are found that do not name a member."""


def start(person: Person, *, by: str, now: int, include: Sequence[str] = ()) -> JobView:
    """Start the job that erases a person, and return it. A repeated request before it begins returns the same job.

    `by` is the requester, `now` in epoch ms. `include`: ids of parts that only public sources joined, which are left
    out otherwise (`crm.domain.person_parts`). Raises InvalidInputError for an id that belongs to no such part.
    """
    check_included(person, include)
    omitted = [part[0].id for part in left_out(person.members, include)]
    root = person.root
    job = Job(
        id=_job_id(root.id, root.erased_at),
        kind=ERASE,
        subject={"profile_id": root.id, "include": sorted(include), "left_out": sorted(omitted)},
        started_by=by,
        created_at=now,
        updated_at=now,
    )
    return jobs.start(job)


def erasures_of(profile_id: str) -> Iterator[JobView]:
    """Yield the jobs that erased the person with this canonical profile, oldest first."""
    job = storage.find([first := _job_id(profile_id, None)]).get(first)
    while job:
        yield job_view(job)
        next_ = _job_id(profile_id, job.subject.get("erased_at"))
        job = storage.find([next_]).get(next_) if next_ != job.id else None


def _job_id(root_id: str, erased_before: int | None) -> str:
    # One erasure of one person is one job: the next one erases a person who has returned since.
    name = f"{ERASE}:{root_id}:{erased_before or 0}"
    return str(uuid.uuid5(settings().identity_namespace, name))


def _clear_stuck(profile_ids: Sequence[str]) -> None:
    """Remove profiles that could not be saved from the list: an erased profile has nothing to project."""
    for start in range(0, len(profile_ids), _LISTED_AT_ONCE):
        stuck.clear(stuck.listed_among(profile_ids[start : start + _LISTED_AT_ONCE]))


def _is_read(job: Job, deletion: PersonDeletion, deadline: Deadline) -> bool:
    """Return whether the stream was consumed up to the marks: then no earlier record has further effects.

    Raises RuntimeError when it is not for too long.
    """
    if all(is_consumed(id_, job.subject["erased_at"]) for id_ in deletion.members):
        return True
    if deadline.now() > job.updated_at + UNREAD_MS:
        raise RuntimeError("the consumer of the stream has not reached the marks of the erased profiles")
    return False


def _mark(job: Job, deadline: Deadline) -> Job:
    """Store which profiles to erase, then mark the profiles: a repeated attempt still knows them."""
    table = ProfileTable()

    def attempt() -> tuple[list[str], int]:
        reach = erasure_scope_of(table, id_of, job.subject["profile_id"], job.subject.get("include", ()))
        members = _keep(job, reach)
        at = max(deadline.now(), latest_statement(reach.members, job.created_at))
        mark(table, reach.members, at)
        return members, at

    members, at = retry_on_conflict(attempt, attempts=_ATTEMPTS)
    marked = [profile.erased_at or 0 for profile in table.load(members).values()]
    at = max(deadline.now(), *marked, at)
    extend_marks(table, members, at)
    return replace(job, parts=0, subject=job.subject | {"profile_ids": sorted(members), "erased_at": at})


def _no_parts(_job: Job, number: int, _deadline: Deadline) -> PartDone:
    raise LookupError(f"the profiles are marked when the stage is planned: it has no part {number}")


def _plan(job: Job, _deadline: Deadline) -> Job:
    return replace(job, total=_PARTS)


def _keep(job: Job, reach: ErasureScope) -> list[str]:
    """Store the members and the profiles that may refer to them; return the members' ids.

    A profile that an earlier attempt has marked stays a member, even if the claims that prove it are gone.
    """
    held = storage.working_data(job.id)
    parts: Parts = {}
    for place, member in enumerate(reach.members):
        earlier = held.get(_MEMBER + member.id, {"identity": None, "entries": 0})
        entries = len(listed_in(member.card)) + (member.card is not None)
        parts[_MEMBER + member.id] = {
            "identity": member.identity or earlier["identity"],
            "entries": max(entries, earlier["entries"]),
            "place": place,
        }
    others = [id_ for id_ in _ids(held, _MEMBER) if _MEMBER + id_ not in parts]
    for profile in ProfileTable().load(others).values():
        if (profile.erased_at or 0) >= job.created_at:
            parts[_MEMBER + profile.id] = held[_MEMBER + profile.id]
    related_profiles = {*_ids(held, _RELATED), *reach.related_profiles} - set(_ids(parts, _MEMBER))
    parts |= {_RELATED + id_: {} for id_ in related_profiles}
    storage.keep_parts(job.id, {name: part for name, part in parts.items() if held.get(name) != part})
    outdated = [name for name in held.keys() - parts.keys() if name.startswith((_MEMBER, _RELATED))]
    storage.drop_parts(job.id, sorted(outdated))
    return _ids(parts, _MEMBER)


def _with_copies(job: Job) -> Parts:
    """Return the parts, with profiles that have copied a value since: an edit may have been running."""
    parts = storage.working_data(job.id)
    members = _ids(parts, _MEMBER)
    noted = {id_ for member in members for id_ in logs_with_copies(member)} - set(members)
    new: Parts = {_RELATED + id_: {} for id_ in noted if _RELATED + id_ not in parts}
    storage.keep_parts(job.id, new)
    return parts | new


def _store_digests(job: Job, parts: Parts) -> Parts:
    """Store digests of the values in the members' logs, before these are deleted, if other profiles may repeat them."""
    if not _ids(parts, _RELATED):
        return {}
    key = settings().identity_namespace.bytes
    digests: set[str] = set()
    for id_ in _ids(parts, _MEMBER):
        for activity in ProfileTable().activities(id_, 0, _END_OF_TIME):
            digests |= digests_set_by(activity, key)
            if len(digests) > MAX_COPIED_VALUES:
                break
    kept = sorted(digests)[:MAX_COPIED_VALUES]
    found: Parts = {
        f"{_VALUES}{start:09d}": kept[start : start + _DIGESTS_PER_PART]
        for start in range(0, len(kept), _DIGESTS_PER_PART)
    }
    storage.keep_parts(job.id, found)
    return found


def _definitions(deletion: PersonDeletion, deadline: Deadline) -> DefinitionErasure:
    return DefinitionErasure(
        DefinitionRedactor(deletion.erased, identity_reading()), deletion.take_time, deadline.now()
    )


def _deletion(job: Job, parts: Parts, deadline: Deadline) -> PersonDeletion:
    # From the root down: claimed profiles are released before they are folded again, and have no owner then.
    ids = sorted(_ids(parts, _MEMBER), key=lambda id_: parts[_MEMBER + id_]["place"])
    members = {id_: parts[_MEMBER + id_]["identity"] for id_ in ids}
    return PersonDeletion(
        {id_: Identity(*identity) if identity else None for id_, identity in members.items()},
        _ids(parts, _RELATED),
        job.subject["erased_at"],
        lambda: deadline.remaining() > _RESERVE_MS,
        frozenset(
            digest for name, digests in parts.items() if name.startswith(_VALUES) for digest in digests
        ),
        settings().identity_namespace.bytes,
    )


def _count(job: Job, _number: int, deadline: Deadline) -> PartDone:
    """Count for the receipt before anything is deleted: a repeated attempt could not count it."""
    parts = _with_copies(job)
    parts |= _store_digests(job, parts)
    deletion = _deletion(job, parts, deadline)
    named = rejections_naming(deletion.erased, until=deletion.until)
    rejected = [rejection.id for rejection in named]
    found = {
        f"{_REJECTED}{start:09d}": rejected[start : start + _IDS_PER_PART]
        for start in range(0, len(rejected), _IDS_PER_PART)
    }
    storage.keep_parts(job.id, found)
    counts = {
        "profiles": len(deletion.members),
        "index_entries": sum(parts[_MEMBER + id_]["entries"] for id_ in deletion.members),
        "rejected_input": len(rejected),
        **deletion.count(),
        **_definitions(deletion, deadline).count(),
    }
    return {"counts": counts}


def _delete(job: Job, _number: int, deadline: Deadline) -> PartDone:
    """Delete everything, with the rejected input that was counted."""
    parts = _with_copies(job)
    deletion = _deletion(job, parts, deadline)
    deletion.delete(id_ for name, ids in parts.items() if name.startswith(_REJECTED) for id_ in ids)
    _definitions(deletion, deadline).redact()
    return {}


def _delete_again(job: Job, _number: int, deadline: Deadline) -> PartDone:
    """Delete what was stored since; continue later until the stream is consumed up to the marks."""
    deletion = _deletion(job, _with_copies(job), deadline)
    was_read = _is_read(job, deletion, deadline)
    since = deletion.until - _UNDER_WAY_MS
    named = rejections_naming(deletion.erased, until=deletion.until, since=since)
    deletion.delete(rejection.id for rejection in named)
    _definitions(deletion, deadline).redact()
    if not was_read:
        raise DeadlineExceededError(SETTLING_S)
    deletion.check()
    _clear_stuck(job.subject["profile_ids"])
    return {}


def _ids(parts: Parts, role: str) -> list[str]:
    return sorted(name.removeprefix(role) for name in parts if name.startswith(role))


def _receipt(job: Job, _deadline: Deadline) -> JobResult:
    """Return the receipt: ids only, without the person's data."""
    return job.subject | {"erased_at": iso(job.subject["erased_at"])}


ERASURES = StagedJob(
    stages=(
        Stage(_MARK, _mark, _no_parts),
        Stage(_COUNT, _plan, _count, alone=True),
        Stage(_DELETE, _plan, _delete, alone=True, pause_s=SETTLING_S),
        Stage(_AGAIN, _plan, _delete_again, alone=True),
    ),
    finish=_receipt,
)
