"""Builds: write out a changed definition and everything that refers to it, and start the backfill."""

import uuid
from collections.abc import Iterable
from dataclasses import replace

from crm.domain.conditions.compile import AND, NOT, OR, SEGMENT_TYPE, STATIC_CONDITION
from crm.domain.conditions.top_conditions import TOP
from crm.domain.conditions.value_conditions import VALUE_KINDS
from crm.domain.errors import ConflictError, InvalidInputError, TooLargeError
from crm.domain.job import BACKFILL, Job, JobSubject
from crm.domain.json_text import encode
from crm.domain.memberships import build_name
from crm.domain.segments.definition import (
    MAX_BUILD_BYTES,
    STATIC,
    Build,
    Segment,
    StoredCondition,
    referred_to,
    with_next,
)
from crm.domain.segments.ranking import Snapshots, with_snapshots
from crm.domain.segments.value_definition import uses_of, written_out
from crm.services.ruleset.draft import Draft, Key
from crm.services.selections import selections
from crm.services.selections.selection_walk import Selection
from crm.storage import definitions as stored

ALL_CUSTOMERS: Selection = {"by": "all", "kind": "any", "classes": None, "filter": {}}
MAX_BUILDS_TOGETHER = 80
"""Segments that one change builds: they are switched in one transaction."""


def new_job_id() -> str:
    """Return the id of a job that is about to be started."""
    return str(uuid.uuid4())


def start_build(draft: Draft, changed: Iterable[Key], job: str, now: int) -> None:
    """Start a new build of these segments, and of all that refer to these definitions. Raises InvalidInputError."""
    keys = list(changed)
    # The changed segment comes first: an error is reported for it.
    ids = [id_ for kind, id_ in keys if kind == SEGMENT_TYPE] + sorted(dependents(draft, keys))
    if len(ids) > MAX_BUILDS_TOGETHER:
        raise ConflictError(
            f"more than {MAX_BUILDS_TOGETHER} segments refer to this: remove some of the references",
            code="too_many_dependents",
        )
    for id_ in ids:
        segment = draft.segments[id_]
        if not segment.archived:
            draft.segments[id_] = replace(with_next(segment, _build(draft, segment), job), updated_at=now)


def _build(draft: Draft, segment: Segment) -> StoredCondition:
    condition = written_out_condition(
        draft, segment.condition or {"type": STATIC_CONDITION}, (segment.id,), segment.snapshots
    )
    if len(encode(condition)) > MAX_BUILD_BYTES:
        raise TooLargeError(
            f"the condition and everything that it refers to have more than {MAX_BUILD_BYTES:,} bytes "
            "of JSON: simplify it"
        )
    return condition


def static_build(segment: Segment) -> Segment:
    """Return the segment with a build that serves at once: members of a static segment are added by hand."""
    return replace(segment, builds=1, serving=Build(1, segment.version, {"type": STATIC_CONDITION}))


def written_out_condition(
    draft: Draft, condition: StoredCondition, path: tuple[str, ...] = (), snapshots: Snapshots | None = None
) -> StoredCondition:
    """Return a stored condition with everything that it refers to written out.

    `path`: ids of the segments that contain it; raises InvalidInputError when it leads back to one of them.
    `snapshots`: those of the rankings that it names itself.
    """
    type_ = condition["type"]
    if type_ in {AND, OR}:
        parts = [written_out_condition(draft, part, path, snapshots) for part in condition["conditions"]]
        return condition | {"conditions": parts}
    if type_ == NOT:
        return condition | {
            "condition": written_out_condition(draft, condition["condition"], path, snapshots)
        }
    if type_ == SEGMENT_TYPE:
        return _member(draft, condition, path)
    if type_ == "value":
        return condition | _computed(draft, condition)
    if type_ == TOP:
        return with_snapshots(condition | _computed(draft, condition) | {"snapshot": None}, snapshots or {})
    return condition


def _computed(draft: Draft, condition: StoredCondition) -> StoredCondition:
    kind = next(kind for kind in VALUE_KINDS if kind in condition)
    return {"of": kind, "definition": written_out(draft.values[kind, condition[kind]], draft.values)}


def _member(draft: Draft, condition: StoredCondition, path: tuple[str, ...]) -> StoredCondition:
    id_ = condition[SEGMENT_TYPE]
    if id_ in path:
        circle = " -> ".join(draft.segments[one].name for one in (*path[path.index(id_) :], id_))
        raise InvalidInputError(
            f"a segment cannot depend on itself: {circle}",
            code="circular_segments",
            details={"segments": [*path[path.index(id_) :], id_]},
        )
    other = draft.segments[id_]
    if other.archived:
        raise InvalidInputError(f"the segment {other.name} is archived", code="archived_segment")
    return condition | {
        "condition": written_out_condition(
            draft, other.condition or {"type": STATIC_CONDITION}, (*path, id_), other.snapshots
        )
    }


def dependents(draft: Draft, changed: Iterable[Key]) -> set[str]:
    """Return ids of the segments that refer to these definitions, directly or through others."""
    reached = set(changed)
    while True:
        more: set[Key] = {
            (value.kind, value.id) for value in draft.values.values() if uses_of(value) & reached
        }
        more |= {
            (SEGMENT_TYPE, segment.id)
            for segment in draft.segments.values()
            if segment.type != STATIC and not segment.archived and referred_to(segment.condition) & reached
        }
        if more <= reached:
            break
        reached |= more
    return {id_ for kind, id_ in reached - set(changed) if kind == SEGMENT_TYPE}


def users_of(draft: Draft, key: Key) -> list[dict[str, str]]:
    """Return what refers to a definition directly: kind, id and name."""
    found = [
        {"kind": value.kind, "id": value.id, "name": value.name}
        for value in draft.values.values()
        if key in uses_of(value)
    ]
    found += [
        {"kind": SEGMENT_TYPE, "id": segment.id, "name": segment.name}
        for segment in draft.segments.values()
        if key in referred_to(segment.condition) and not segment.archived
    ]
    return sorted(found, key=lambda user: (user["kind"], user["name"]))


def ensure_not_used(draft: Draft, key: Key, name: str) -> None:
    """Raise ConflictError naming the users of a definition if it is used."""
    if users := users_of(draft, key):
        names = ", ".join(f"{user['kind']} {user['name']}" for user in users)
        raise ConflictError(
            f"{name} is used by {names}: change them first",
            code=f"{key[0]}_in_use",
            details={"used_by": users},
        )


def start(draft: Draft, job_id: str, *, by: str, now: int, groups: Iterable[str] = ()) -> Job | None:
    """Start the job that serves all waiting builds, and empties `groups`, which no longer serve.

    Returns None when no profile needs to be evaluated.
    """
    subject = subject_of(draft)
    subject["groups"] = sorted({*subject["groups"], *groups})
    if not subject["asks"] and not subject["groups"]:
        return None
    return selections.start_as(job_id, BACKFILL, ALL_CUSTOMERS, subject, by=by, now=now)


def subject_of(draft: Draft) -> JobSubject:
    """Return a job's subject: the number of each build by id, and the values to be counted from all logs.

    `groups`: groups whose members' logs a switch changes. Without a serving build, evaluating updates the log.
    """
    builds = {segment.id: segment.next.number for segment in draft.segments.values() if segment.next}
    values = sorted(
        [value.kind, value.id, value.version] for value in draft.values.values() if not value.ready
    )
    return {
        "version": draft.version,
        "builds": builds,
        "values": values,
        "asks": bool(builds or values),
        "groups": [group for segment in draft.segments.values() for group in _groups(segment)],
    }


def _groups(segment: Segment) -> list[str]:
    both = (segment.serving, segment.next)
    return [build_name(segment.id, build.number) for build in both if build] if all(both) else []


def start_all(draft: Draft, now: int) -> Job:
    """Evaluate everyone although no definition has changed, because its inputs have."""
    subject = subject_of(draft) | {"asks": True}
    return selections.start_as(new_job_id(), BACKFILL, ALL_CUSTOMERS, subject, by="system", now=now)


def ensure_no_webhook(segment: Segment) -> None:
    """Raise ConflictError if a webhook receives the events of this segment."""
    webhooks = [hook for hook in stored.find_all("webhook") if segment.id in (hook.get("segments") or ())]
    if webhooks:
        names = ", ".join(str(hook["name"]) for hook in webhooks)
        raise ConflictError(
            f"{segment.name} is used by webhook {names}: change it first",
            code="segment_in_use",
            details={"used_by": [{"kind": "webhook", "id": h["id"], "name": h["name"]} for h in webhooks]},
        )
