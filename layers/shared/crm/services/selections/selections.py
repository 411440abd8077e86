"""Selections: the customers of a job, picked by hand, found by a filter, in a group, or all.

A selection is walked once, before anything is done with it, and its customers are written down in files in the
bucket, so that every part of the job knows its customers whatever changes meanwhile. A selection may quote personal
data (`email=jane@example.com`): it is stored in the bucket while the job lasts, and not in the job.
"""

import json
import uuid
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, TypedDict

from crm.domain.api_key import Principal
from crm.domain.card_fields import IN_TRASH, RECOGNISED
from crm.domain.commands.selections import FilterJson, Selected
from crm.domain.errors import InvalidInputError, NotFoundError
from crm.domain.job import Job, JobFailedError, JobSubject
from crm.domain.json_text import JsonObject, encode
from crm.domain.memberships import LIST_GROUP, SEGMENT_GROUP, TAG_GROUP
from crm.services.definitions import lists, tags
from crm.services.jobs import jobs
from crm.services.jobs.deadline import RESERVE_MS, Deadline, DeadlineExceededError
from crm.services.profiles.profile_list import with_ids
from crm.services.ruleset import segment_names as segments
from crm.services.selections.seen_ids import SeenIds
from crm.services.selections.selection_files import IdFile, files_of, keep_file, read_ids
from crm.services.selections.selection_walk import ANY_PROFILE, Selection, SelectionPosition, walk
from crm.storage import bucket

PART_SIZE = 500
"""Customers in one part of a job."""

FILE_IDS = 50_000
_IN_SUBJECT = ("by", "kind", "classes")
_SELECTORS = ("ids", "filter", "tag", "list", "segment", "group", "all")
_REGISTRIES = {TAG_GROUP: tags.TAG_REGISTRY, LIST_GROUP: lists.LIST_REGISTRY}


def read_selection(selected: Selected, viewer: Principal) -> Selection:
    """Return the selection of a request as plain JSON: by ids or by a filter.

    `kind` is recognised by default; customers picked by hand may be of any kind. Raises InvalidInputError.
    """
    given: Mapping[str, Any] = selected
    ways = [name for name in _SELECTORS if name in given]
    if len(ways) != 1:
        raise InvalidInputError(
            f"select customers by exactly one of {', '.join(_SELECTORS)}",
            code="invalid_selection",
            details={"given": ways},
        )
    classes = None if viewer.classes is None else sorted(viewer.classes)
    found = _READERS[ways[0]](given[ways[0]])
    default = ANY_PROFILE if ways[0] == "ids" else RECOGNISED
    kind = _kind(selected.get("kind"), found.get("kind")) or default
    selection: Selection = {"by": ways[0], "kind": kind, "classes": classes}
    if "ids" in found:
        selection["ids"] = found["ids"]
    if "filter" in found:
        selection["filter"] = found["filter"]
    return selection


class _SelectedBy(TypedDict, total=False):
    """The ids or the filter of a selection, and the kind that the filter has."""

    ids: list[str]
    filter: JsonObject
    kind: str


def start(kind: str, selection: Selection, subject: JobSubject, *, by: Principal, now: int) -> Job:
    """Start a job of this kind on all customers of the selection."""
    return start_as(str(uuid.uuid4()), kind, selection, subject, by=by.id, now=now)


def start_as(job_id: str, kind: str, selection: Selection, subject: JobSubject, *, by: str, now: int) -> Job:
    """Start a job under a known id; started again, it is the same job."""
    job = Job(
        id=job_id,
        kind=kind,
        subject=subject | {name: value for name, value in selection.items() if name in _IN_SUBJECT},
        started_by=by,
        created_at=now,
        updated_at=now,
    )
    bucket.write(_selection_key(job.id), encode(selection), media_type="application/json")
    jobs.start(job)
    return job


def viewer_of(job: Job) -> Principal:
    """Return the viewer whose key started the job: a key that is limited to classes stays limited."""
    classes = job.subject["classes"]
    return Principal(job.started_by, frozenset(), None if classes is None else frozenset(classes))


def collect(job: Job, deadline: Deadline) -> Job:
    """Plan a job's first stage: its parts, and in `subject.selected` the number of customers.

    Repeated or concurrent calls plan the same: the first version of each file counts. Raises DeadlineExceededError when
    another process must continue, JobError when the selection has expired.
    """
    while not _is_complete(files := files_of(job.id)):
        _collect(job, files, deadline)
    selected = sum(file.ids for file in files)
    parts = -(-selected // PART_SIZE)
    return replace(job, parts=parts, total=parts, subject=job.subject | {"selected": selected})


def ids_of_part(job: Job, part: int) -> list[str]:
    """Return the canonical ids of one part of the job, as they were when the selection was walked."""
    return read_ids(files_of(job.id), part * PART_SIZE, (part + 1) * PART_SIZE)


def selected_among(job: Job, ids: Collection[str]) -> set[str]:
    """Return which of some ids the selection contains, in any part."""
    return {id_ for file in files_of(job.id) for id_ in file.read(0, file.ids) if id_ in ids}


def _is_complete(files: Sequence[IdFile]) -> bool:
    return bool(files) and files[-1].position is None


def _collect(job: Job, files: Sequence[IdFile], deadline: Deadline) -> None:
    """Write down the customers of the walk, until its end or until another process is faster."""
    with SeenIds() as seen:
        for file in files:
            seen.add(file.read(0, file.ids))
        start = files[-1].position if files else None
        for number, (ids, position) in enumerate(_filled(job, start, seen, deadline), len(files)):
            if not keep_file(job.id, number, ids, position):
                return
            if position and deadline.remaining() < RESERVE_MS:
                raise DeadlineExceededError


def _filled(
    job: Job, start: SelectionPosition | None, seen: SeenIds, deadline: Deadline
) -> Iterator[tuple[list[str], SelectionPosition | None]]:
    """Yield the ids of one file after the other, and the position after each; fewer ids when time is up."""
    ids: list[str] = []
    for step in walk(selection_of(job), viewer_of(job), start, now=job.created_at):
        ids += seen.add(step.ids)
        if len(ids) >= FILE_IDS or deadline.remaining() < RESERVE_MS:
            yield ids, step.position
            ids = []
    yield ids, None


def selection_of(job: Job) -> Selection:
    """Return the selection that the job was started with. Raises JobError when it has expired."""
    try:
        selection: Selection = json.loads(bucket.read_range(_selection_key(job.id)))
    except NotFoundError:
        raise JobFailedError(
            "the job was inactive for a week, and its selection is no longer kept: start a new job",
            code="selection_gone",
        ) from None
    return selection


def _selection_key(job_id: str) -> str:
    return f"{bucket.WORKING_FILES}{job_id}/selection"


def _kind(requested: str | None, filtered: str | None) -> str | None:
    if filtered == IN_TRASH:
        raise InvalidInputError(
            "deleted profiles cannot be selected: restore them first", code="invalid_selection"
        )
    if requested and filtered and requested != filtered:
        raise InvalidInputError(
            f"kind is {requested}, but the filter has the kind {filtered}: send it once",
            code="invalid_selection",
        )
    return requested or filtered


def _by_filter(filters: FilterJson) -> _SelectedBy:
    found = with_ids({name: value for name, value in filters.items() if name != "kind"})
    if found is None:
        raise InvalidInputError(
            "filter: names a tag, list or segment that does not exist, or a segment that is not ready yet",
            code="unknown_group",
            details={"field": "filter"},
        )
    return {"filter": found, "kind": filters["kind"]} if "kind" in filters else {"filter": found}


def _in_group(kind: str, id: str) -> _SelectedBy:
    if kind == SEGMENT_GROUP:
        return {"filter": {SEGMENT_GROUP: [_segment_group(id)]}}
    if kind in _REGISTRIES:
        try:
            found = _REGISTRIES[kind].get(id).id
        except NotFoundError as error:
            raise InvalidInputError(error.message, code="unknown_group", details=error.details) from None
        return {"filter": {kind: [found]}}
    return {"filter": {kind: [id]}}


def _segment_group(name_or_id: str) -> str:
    group = segments.groups_of([name_or_id]).get(name_or_id)
    if group is None:
        raise InvalidInputError(
            "segment: there is no segment with this name, slug or id, or it is not ready yet",
            code="unknown_group",
            details={"field": "segment"},
        )
    return group


_READERS: dict[str, Callable[[Any], _SelectedBy]] = {
    "ids": lambda ids: {"ids": list(dict.fromkeys(ids))},
    "filter": _by_filter,
    "tag": partial(_in_group, TAG_GROUP),
    "list": partial(_in_group, LIST_GROUP),
    "segment": partial(_in_group, SEGMENT_GROUP),
    "group": lambda group: _in_group(**group),
    "all": lambda _: {"filter": {}},
}
