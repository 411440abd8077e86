"""Segments: create, change, archive, delete; each version of their conditions is kept."""

import secrets
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from crm.domain.api_key import PROFILES_READ, Principal
from crm.domain.commands.segments import ConditionJson, SegmentChanges
from crm.domain.errors import ConflictError, InvalidInputError, NotFoundError
from crm.domain.etag import ensure_etag
from crm.domain.named import GroupNaming, folded_name, valid_description
from crm.domain.segments.definition import DYNAMIC, MAX_SEGMENTS, SEGMENT_ID_FORMAT, STATIC, Segment
from crm.domain.slug import find_by_name_or_slug, slug_of
from crm.services.ruleset import ruleset
from crm.services.ruleset.draft import Draft
from crm.services.ruleset.ruleset import SEGMENT, value_id
from crm.services.segments import builds, ranking
from crm.services.segments.condition_validation import read_condition
from crm.storage import definitions as stored
from crm.storage.definitions import Changes

VERSION = "segment_version"
NAMING = GroupNaming("seg")
READS_PROFILES = "the number of matching customers reveals data of profiles"


def list_all(*, archived: bool = False) -> list[Segment]:
    """Return segments by name; archived ones only on request."""
    found = [s for s in ruleset.read_draft().segments.values() if archived or not s.archived]
    return sorted(found, key=lambda segment: (folded_name(segment.name), segment.id))


def get(name_or_id: str) -> Segment:
    """Return a segment by name or id. Raises NotFoundError."""
    return _find(ruleset.read_draft(), name_or_id)


def id_in_draft(draft: Draft, name_or_id: str) -> str | None:
    """Return the id of the segment with this id, name or slug."""
    if SEGMENT_ID_FORMAT.matches(name_or_id):
        return name_or_id if name_or_id in draft.segments else None
    oldest_first = sorted(draft.segments.values(), key=lambda segment: (segment.created_at, segment.id))
    return find_by_name_or_slug(name_or_id, ((segment.id, segment.name) for segment in oldest_first))


def create(
    *,
    name: str,
    type: str = DYNAMIC,
    condition: ConditionJson | None = None,
    description: str = "",
    by: Principal,
    now: int,
) -> Segment:
    """Create a segment.

    A dynamic one serves once every customer is evaluated; a static one is empty and serves at once. `now` in epoch
    ms. Raises InvalidInputError with all errors, ConflictError, and ForbiddenError when the condition's counts would
    reveal what the caller may not read.
    """
    if condition is not None:
        by.require(PROFILES_READ, READS_PROFILES)
    if (type == DYNAMIC) != (condition is not None):
        problem = (
            "a dynamic segment requires a condition"
            if type == DYNAMIC
            else "a static segment must not have a condition"
        )
        raise InvalidInputError(f"condition: {problem}", details={"field": "condition"})
    new = Segment(
        id=SEGMENT_ID_FORMAT.make(secrets.token_bytes(6)),
        name=NAMING.valid_name(name),
        type=type,
        description=valid_description(description),
        created_at=now,
        updated_at=now,
    )
    job_id = builds.new_job_id()

    def make(draft: Draft) -> Callable[[Changes], None]:
        _check_room(draft, new)
        made = replace(new, condition=read_condition(condition, finder(draft)) if condition else None)
        draft.segments[new.id] = made
        if type == STATIC:
            draft.segments[new.id] = builds.static_build(made)
        else:
            ranking.ensure_ranking_room(draft)
            builds.start_build(draft, [(SEGMENT, new.id)], job_id, now)
        return _version_writer(draft.segments[new.id], by)

    after = ruleset.change_definitions(make)
    if type == DYNAMIC:
        builds.start(after, job_id, by=by.id, now=now)
    return after.segments[new.id]


def update(
    name_or_id: str, changes: SegmentChanges, *, by: Principal, now: int, expected: str | None = None
) -> Segment:
    """Change the given fields: `name`, `description`, `condition`, `archived`.

    Former conditions serve until every customer is evaluated by the new ones. Raises NotFoundError,
    InvalidInputError, ConflictError, PreconditionFailedError, and ForbiddenError as `create`.
    """
    if "condition" in changes:
        by.require(PROFILES_READ, READS_PROFILES)
    job_id = builds.new_job_id()
    former: list[str] = []

    def make(draft: Draft) -> Callable[[Changes], None] | None:
        before = _expected(draft, name_or_id, expected)
        after = _changed(draft, before, changes)
        former.clear()
        if after == before:
            return None
        draft.segments[before.id] = replace(after, updated_at=now, version=before.version + 1)
        if after.archived and not before.archived:
            builds.ensure_not_used(draft, (SEGMENT, before.id), before.name)
            former.extend(_groups_of(before))
            draft.segments[before.id] = replace(draft.segments[before.id], serving=None, next=None, job=None)
        elif after.condition != before.condition or after.archived != before.archived:
            _start_build(draft, before.id, job_id, now)
        return _version_writer(draft.segments[before.id], by)

    after = ruleset.change_definitions(make)
    segment = _find(after, name_or_id if "name" not in changes else _id(after, name_or_id, changes))
    if former or any(each.job == job_id for each in after.segments.values()):
        builds.start(after, job_id, by=by.id, now=now, groups=former)
    return segment


def delete(name_or_id: str, *, by: Principal, now: int, expected: str | None = None) -> None:
    """Delete the segment; its members stay.

    Raises NotFoundError, PreconditionFailedError, and ConflictError while it is used.
    """
    former: list[str] = []

    def make(draft: Draft) -> Callable[[Changes], None]:
        segment = _expected(draft, name_or_id, expected)
        builds.ensure_not_used(draft, (SEGMENT, segment.id), segment.name)
        builds.ensure_no_webhook(segment)
        former[:] = _groups_of(segment)
        del draft.segments[segment.id]
        return lambda _changes: None

    after = ruleset.change_definitions(make)
    builds.start(after, builds.new_job_id(), by=by.id, now=now, groups=former)


def versions(name_or_id: str) -> list[dict[str, Any]]:
    """Return every version, newest first. Raises NotFoundError."""
    segment = get(name_or_id)
    return list(reversed(stored.find_all(VERSION, f"{segment.id}#")))


def _find(draft: Draft, name_or_id: str) -> Segment:
    id_ = id_in_draft(draft, name_or_id)
    if id_ is None:
        raise NotFoundError("there is no segment with this name, slug or id", details={"segment": name_or_id})
    return draft.segments[id_]


def _id(draft: Draft, name_or_id: str, changes: SegmentChanges) -> str:
    return id_in_draft(draft, name_or_id) or id_in_draft(draft, changes["name"]) or name_or_id


def _expected(draft: Draft, name_or_id: str, expected: str | None) -> Segment:
    segment = _find(draft, name_or_id)
    ensure_etag(expected, segment.etag, "segment", id=segment.id, version=segment.version)
    return segment


def _changed(draft: Draft, before: Segment, changes: SegmentChanges) -> Segment:
    after = before
    if "name" in changes:
        after = replace(after, name=NAMING.valid_name(changes["name"]))
        _check_name(draft, after)
    if "description" in changes:
        after = replace(after, description=valid_description(changes["description"]))
    if "condition" in changes:
        if before.type == STATIC:
            raise InvalidInputError(
                "condition: a static segment must not have one", details={"field": "condition"}
            )
        after = replace(after, condition=read_condition(changes["condition"], finder(draft)))
    return replace(after, archived=changes.get("archived", before.archived))


def _start_build(draft: Draft, segment_id: str, job_id: str, now: int) -> None:
    segment = draft.segments[segment_id]
    if segment.type == STATIC:
        draft.segments[segment_id] = builds.static_build(replace(segment, builds=segment.builds))
    else:
        ranking.ensure_ranking_room(draft)
        builds.start_build(draft, [(SEGMENT, segment_id)], job_id, now)


def _groups_of(segment: Segment) -> list[str]:
    builds = [build for build in (segment.serving, segment.next) if build]
    return [f"{segment.id}.{build.number}" for build in builds]


def _check_room(draft: Draft, new: Segment) -> None:
    if len(draft.segments) >= MAX_SEGMENTS:
        raise ConflictError(
            f"there can be at most {MAX_SEGMENTS} segments: delete one first", code="too_many_segments"
        )
    _check_name(draft, new)


def _check_name(draft: Draft, named: Segment) -> None:
    slug, name = slug_of(named.name), folded_name(named.name)
    for other in draft.segments.values():
        if other.id == named.id:
            continue
        if folded_name(other.name) == name:
            raise ConflictError(
                "a segment with this name already exists", code="segment_exists", details={"id": other.id}
            )
        if slug and slug_of(other.name) == slug:
            raise ConflictError(
                f"the segment {other.name} has the same slug, {slug}: choose another name",
                code="segment_exists",
                details={"id": other.id, "slug": slug},
            )


def finder(draft: Draft) -> Callable[[str, str], str | None]:
    """Return the function that resolves names of segments and values to ids, for reading conditions."""
    return lambda kind, name: id_in_draft(draft, name) if kind == SEGMENT else value_id(draft, kind, name)


def _version_writer(segment: Segment, by: Principal) -> Callable[[Changes], None]:
    version = {
        "version": segment.version,
        "name": segment.name,
        "description": segment.description,
        "condition": segment.condition,
        "archived": segment.archived,
        "by": by.id,
        "created_at": segment.updated_at,
    }
    return lambda changes: changes.put(VERSION, f"{segment.id}#{segment.version:06d}", version)
