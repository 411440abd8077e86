"""Erasing a person: everything of every member, and what others, definitions and rejected input say of them
(docs/privacy.md).

In four steps, each of which may be done again: the profiles are *marked*, so that nobody is shown the person any more;
what there is is *counted*, for the receipt; everything is *deleted*; and a while later, when nothing that was under way
can still arrive, deleted *again*.
"""

import uuid
from collections.abc import Iterator, Sequence
from typing import Any

from crm.domain.copies import digests_said
from crm.domain.definition_redaction import DefinitionRedactor
from crm.domain.errors import VersionConflictError
from crm.domain.identity import Identity
from crm.domain.job import ERASE, Job, done, job_view, running
from crm.domain.memberships import listed_in
from crm.domain.parts import left_out
from crm.domain.times import iso
from crm.services.jobs import jobs
from crm.services.jobs.pace import Pace, TimeIsUpError
from crm.services.privacy.definitions import DefinitionErasure
from crm.services.privacy.forgetting import Forgetting
from crm.services.privacy.included import check_included
from crm.services.privacy.reach import Reach, last_word, mark, mark_again, reach_of
from crm.services.privacy.rejected_search import rejections_naming
from crm.services.profiles.people import Person
from crm.services.projecting import stuck
from crm.services.projecting.deployment import id_of
from crm.settings import settings
from crm.storage import jobs as storage
from crm.storage.consumed_erasures import is_consumed
from crm.storage.copies import logs_with_copies
from crm.storage.jobs import Parts
from crm.storage.profiles import ProfileTable
from crm.storage.tombstones import reading

MARK, COUNT, DELETE, AGAIN = "mark", "count", "delete", "delete again"
SETTLING_S = 120
"""What was under way when the person was marked has ended by then: no function that writes about people runs longer."""

UNREAD_MS = 3_600_000
"""For how long the end of an erasure waits for the consumer of the stream; then the attempt has failed."""

MEMBER, STRANGER, REJECTED, SAID = "member/", "stranger/", "rejected/", "said/"
_UNDER_WAY_MS = 900_000
"""Input that was rejected so long before the mark, or less, may have been stored after it was looked for."""

_RESERVE_MS = 30_000
_END_OF_TIME = 1 << 60
_ATTEMPTS = 25
_LISTED_AT_ONCE = 100
_IDS_PER_PART = 1000
_DIGESTS_PER_PART = 5000
MOST_SAID = 100_000
"""Different values of the person by which copies are found that older versions made without naming a member."""


def start(person: Person, *, by: str, now: int, include: Sequence[str] = ()) -> dict[str, Any]:
    """Have a person erased; the job that does it. Asked for again before it has begun, it is the same job.

    `by` is who asks for it, `now` in epoch ms. `include`: ids of parts that only public sources joined, which are left
    out otherwise (`crm.domain.parts`). Raises InvalidInputError for an id that is no such part's.
    """
    check_included(person, include)
    apart = [part[0].id for part in left_out(person.members, include)]
    root = person.root
    job = Job(
        id=_job_id(root.id, root.erased_at),
        kind=ERASE,
        subject={"profile_id": root.id, "include": sorted(include), "left_out": sorted(apart)},
        started_by=by,
        created_at=now,
        updated_at=now,
    )
    return jobs.start(job)


def erasures_of(profile_id: str) -> Iterator[dict[str, Any]]:
    """The jobs that erased the person of whom this was the canonical profile, the first one first."""
    job = storage.find([first := _job_id(profile_id, None)]).get(first)
    while job:
        yield job_view(job)
        next_ = _job_id(profile_id, job.subject.get("erased_at"))
        job = storage.find([next_]).get(next_) if next_ != job.id else None


def _job_id(root_id: str, erased_before: int | None) -> str:
    # One erasure of one person is one job: the next one is of somebody who was erased, and came back.
    name = f"{ERASE}:{root_id}:{erased_before or 0}"
    return str(uuid.uuid5(settings().identity_namespace, name))


def run(job: Job, pace: Pace) -> int | None:
    """The `Runner` of erasures."""
    if job.step in {None, MARK}:
        job = _mark(job, pace)
    parts = _with_copies(job)
    if job.step == COUNT:
        parts |= _keep_said(job, parts)
    forgetting = _forgetting(job, parts, pace)
    was_read = job.step == AGAIN and _is_read(job, forgetting, pace)
    definitions = _definitions(forgetting, pace)
    if job.step == COUNT:
        job, parts = _count(job, parts, forgetting, definitions, pace)
    try:
        forgetting.forget(_rejected(job, parts, forgetting))
        definitions.redact()
    except TimeIsUpError:
        return 0
    if job.step == DELETE:
        storage.save(running(job, pace.now(), step=AGAIN))
        return SETTLING_S
    if not was_read:
        return SETTLING_S
    forgetting.check()
    _clear_stuck(job.subject["profile_ids"])
    storage.drop_parts(job.id, parts)
    storage.save(done(job, pace.now(), _receipt(job)))
    return None


def _clear_stuck(profile_ids: Sequence[str]) -> None:
    """Take those that could not be saved off the list: what is erased has nothing to be projected."""
    for start in range(0, len(profile_ids), _LISTED_AT_ONCE):
        stuck.clear(stuck.listed_among(profile_ids[start : start + _LISTED_AT_ONCE]))


def _is_read(job: Job, forgetting: Forgetting, pace: Pace) -> bool:
    """Whether the stream was read up to the marks: then nothing that was stored before can lead to anything any more.

    Raises RuntimeError when it is not for too long.
    """
    if all(is_consumed(id_, job.subject["erased_at"]) for id_ in forgetting.members):
        return True
    if pace.now() > job.updated_at + UNREAD_MS:
        raise RuntimeError("the consumer of the stream has not come to the marks of the erased profiles")
    return False


def _mark(job: Job, pace: Pace) -> Job:
    """Keep who is to be forgotten, then mark them: whoever has to begin again still knows."""
    table = ProfileTable()
    for attempt in range(_ATTEMPTS):
        reach = reach_of(table, id_of, job.subject["profile_id"], job.subject.get("include", ()))
        members = _keep(job, reach)
        at = max(pace.now(), last_word(reach.members))
        try:
            mark(table, reach.members, at)
        except VersionConflictError:
            if attempt == _ATTEMPTS - 1:
                raise
        else:
            break
    marked = [profile.erased_at or 0 for profile in table.load(members).values()]
    at = max(pace.now(), *marked, at)
    mark_again(table, members, at)
    subject = job.subject | {"profile_ids": sorted(members), "erased_at": at}
    return storage.save(running(job, pace.now(), step=COUNT, subject=subject))


def _keep(job: Job, reach: Reach) -> list[str]:
    """Keep the members and those who may know them; the members' ids.

    Whom an earlier attempt has marked stays a member, though the claims that told so may be gone.
    """
    held = storage.parts_of(job.id)
    parts: Parts = {}
    for place, member in enumerate(reach.members):
        earlier = held.get(MEMBER + member.id, {"identity": None, "entries": 0})
        entries = len(listed_in(member.card)) + (member.card is not None)
        parts[MEMBER + member.id] = {
            "identity": member.identity or earlier["identity"],
            "entries": max(entries, earlier["entries"]),
            "place": place,
        }
    others = [id_ for id_ in _ids(held, MEMBER) if MEMBER + id_ not in parts]
    for profile in ProfileTable().load(others).values():
        if (profile.erased_at or 0) >= job.created_at:
            parts[MEMBER + profile.id] = held[MEMBER + profile.id]
    strangers = {*_ids(held, STRANGER), *reach.strangers} - set(_ids(parts, MEMBER))
    parts |= {STRANGER + id_: {} for id_ in strangers}
    storage.keep_parts(job.id, {name: part for name, part in parts.items() if held.get(name) != part})
    storage.drop_parts(job.id, sorted(held.keys() - parts.keys()))
    return _ids(parts, MEMBER)


def _with_copies(job: Job) -> Parts:
    """The parts, with those who have copied a value since they were kept: an edit may have been under way."""
    parts = storage.parts_of(job.id)
    members = _ids(parts, MEMBER)
    noted = {id_ for member in members for id_ in logs_with_copies(member)} - set(members)
    new: Parts = {STRANGER + id_: {} for id_ in noted if STRANGER + id_ not in parts}
    storage.keep_parts(job.id, new)
    return parts | new


def _keep_said(job: Job, parts: Parts) -> Parts:
    """Keep digests of what the members' logs said, where somebody may repeat it, before the logs are gone."""
    if not _ids(parts, STRANGER):
        return {}
    key = settings().identity_namespace.bytes
    said: set[str] = set()
    for id_ in _ids(parts, MEMBER):
        for activity in ProfileTable().activities(id_, 0, _END_OF_TIME):
            said |= digests_said(activity, key)
            if len(said) > MOST_SAID:
                break
    kept = sorted(said)[:MOST_SAID]
    found: Parts = {
        f"{SAID}{start:09d}": kept[start : start + _DIGESTS_PER_PART]
        for start in range(0, len(kept), _DIGESTS_PER_PART)
    }
    storage.keep_parts(job.id, found)
    return found


def _definitions(forgetting: Forgetting, pace: Pace) -> DefinitionErasure:
    return DefinitionErasure(
        DefinitionRedactor(forgetting.erased, reading()), forgetting.take_time, pace.now()
    )


def _forgetting(job: Job, parts: Parts, pace: Pace) -> Forgetting:
    # From the root down: what it claims is released before it is folded again, and nobody seems to be somebody's.
    ids = sorted(_ids(parts, MEMBER), key=lambda id_: parts[MEMBER + id_]["place"])
    members = {id_: parts[MEMBER + id_]["identity"] for id_ in ids}
    return Forgetting(
        {id_: Identity(*identity) if identity else None for id_, identity in members.items()},
        _ids(parts, STRANGER),
        job.subject["erased_at"],
        lambda: pace.remaining() > _RESERVE_MS,
        frozenset(digest for name, said in parts.items() if name.startswith(SAID) for digest in said),
        settings().identity_namespace.bytes,
    )


def _count(
    job: Job, parts: Parts, forgetting: Forgetting, definitions: DefinitionErasure, pace: Pace
) -> tuple[Job, Parts]:
    """The receipt is of what there was: what is deleted cannot be counted by whoever has to begin again."""
    named = rejections_naming(forgetting.erased, until=forgetting.until)
    rejected = [rejection.id for rejection in named]
    found = {
        f"{REJECTED}{start:09d}": rejected[start : start + _IDS_PER_PART]
        for start in range(0, len(rejected), _IDS_PER_PART)
    }
    storage.keep_parts(job.id, found)
    counts = {
        "profiles": len(forgetting.members),
        "index_entries": sum(parts[MEMBER + id_]["entries"] for id_ in forgetting.members),
        "rejected_input": len(rejected),
        **forgetting.count(),
        **definitions.count(),
    }
    total = len(forgetting.members) + len(forgetting.strangers)
    return storage.save(running(job, pace.now(), step=DELETE, counts=counts, total=total)), parts | found


def _rejected(job: Job, parts: Parts, forgetting: Forgetting) -> Iterator[str]:
    """Ids of the rejected input that names the person: what was counted, or what has been stored since."""
    if job.step == DELETE:
        for name, ids in parts.items():
            yield from ids if name.startswith(REJECTED) else ()
    else:
        since = forgetting.until - _UNDER_WAY_MS
        named = rejections_naming(forgetting.erased, until=forgetting.until, since=since)
        yield from (rejection.id for rejection in named)


def _ids(parts: Parts, role: str) -> list[str]:
    return sorted(name.removeprefix(role) for name in parts if name.startswith(role))


def _receipt(job: Job) -> dict[str, Any]:
    """Ids alone: whose data it was is not told any more."""
    return job.subject | {"erased_at": iso(job.subject["erased_at"])}
