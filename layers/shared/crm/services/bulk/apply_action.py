"""Apply an action to customers one by one: a failure of one does not stop the others."""

import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import islice

from crm.domain.api_key import Principal
from crm.domain.errors import ConflictError, InvalidInputError, NotFoundError, VersionConflictError
from crm.domain.job import BULK, Job
from crm.domain.stuck import UNEXPECTED
from crm.domain.times import iso
from crm.domain.views.jobs import JobView
from crm.observability import log
from crm.services.bulk.outcomes import (
    ACTION_FAILED,
    CHANGED,
    UNCHANGED,
    BulkOutcome,
    merged_customer,
    not_found,
)
from crm.services.bulk.requests import DELETE, ERASE_ACTION, StoredAction
from crm.services.editing import append_edit, profile_edits
from crm.services.editing.edit_request import EditRequest
from crm.services.editing.prepared_edit import prepare
from crm.services.privacy import erasure_job
from crm.services.profiles import people
from crm.services.profiles.people import Person
from crm.services.projection.isolation import isolate
from crm.storage.activities import read_range
from crm.storage.refusals import is_transient

_END_OF_TIME = 1 << 60
REFUSALS = (ConflictError, InvalidInputError, NotFoundError)
_UNREADABLE = "the profile cannot be read: GET /v1/health lists it"
_READ_TOGETHER = 50


@dataclass(frozen=True, slots=True)
class BulkTask:
    """A part of a job. `again`: it was begun before, so that some of it may be done."""

    job: Job
    action: StoredAction
    viewer: Principal
    now: Callable[[], int]
    again: bool

    def message_id(self, id: str) -> str:
        """Return the message id of the activity for a customer's id at the start: the same in a repetition."""
        return f"bulk:{uuid.uuid5(uuid.UUID(self.job.id), id)}"


def act(task: BulkTask, ids: Sequence[str]) -> Iterator[BulkOutcome]:
    """Apply the action to each customer and yield the outcomes. Lazy."""
    left = iter(ids)
    while chunk := list(islice(left, _READ_TOGETHER)):
        read = isolate(chunk, partial(people.find_many, deleted=True), during=BULK)
        found = {id_: person for some in read.results for id_, person in some.items()}
        for id_ in chunk:
            person = found.get(id_)
            if id_ in read.failed:
                yield BulkOutcome(id_, ACTION_FAILED, UNEXPECTED, _UNREADABLE)
            else:
                yield attempt(person.id if person else id_, partial(_act_on, task, id_, person))


def attempt(id: str, act: Callable[[], BulkOutcome]) -> BulkOutcome:
    """Return the outcome of an action, which may be a failure. Raises transient failures."""
    try:
        return act()
    except REFUSALS as error:
        return BulkOutcome(id, ACTION_FAILED, error.code, error.message)
    except Exception as error:
        if is_transient(error):
            raise
        log.exception("bulk action failed", extra={"profile_id": id})
        return BulkOutcome(
            id,
            ACTION_FAILED,
            UNEXPECTED,
            f"an internal error, {type(error).__name__}: see the log of the job",
        )


def _act_on(task: BulkTask, id: str, person: Person | None) -> BulkOutcome:
    if task.action["type"] == ERASE_ACTION:
        return _erase(task, id, person)
    if person and task.again and _is_done(task, id, person):
        return BulkOutcome(person.id, CHANGED)
    if person is None or person.deleted_at is not None or not _is_visible(task, person):
        return not_found(id)
    if person.root.id != id:
        return merged_customer(id, person.id)
    return _delete(task, id, person) if task.action["type"] == DELETE else _edit(task, id, person)


def _is_visible(task: BulkTask, person: Person) -> bool:
    """Return whether the person is visible to the viewer, and has not returned after an erasure since."""
    return person.visible_to(task.viewer) and (person.root.erased_at or 0) < task.job.created_at


def _is_done(task: BulkTask, id: str, person: Person) -> bool:
    message_id = task.message_id(id)
    logs = (read_range(member.id, task.job.created_at, _END_OF_TIME) for member in person.members)
    own = (message_id, task.viewer.id)  # other sources may have sent the same id
    return any((activity.message_id, activity.source_id) == own for log in logs for activity in log)


def _edit(task: BulkTask, id: str, person: Person) -> BulkOutcome:
    type_, effects = task.action["edit"]
    # Every edit has the job's instant: a repetition writes the same item of the log.
    now = task.job.created_at
    edit = prepare(person.members, type_, EditRequest(effects), now=now)
    if not edit.effects:
        return BulkOutcome(person.id, UNCHANGED)
    # It is in the log then: when other writers win every attempt, the stream's consumer folds it.
    with suppress(VersionConflictError):
        append_edit.apply(person, edit, by=task.viewer.id, now=now, message_id=task.message_id(id))
    return BulkOutcome(person.id, CHANGED)


def _delete(task: BulkTask, id: str, person: Person) -> BulkOutcome:
    with suppress(VersionConflictError):
        profile_edits.soft_delete(
            person, by=task.viewer, now=task.job.created_at, message_id=task.message_id(id)
        )
    return BulkOutcome(person.id, CHANGED)


def _erase(task: BulkTask, id: str, person: Person | None) -> BulkOutcome:
    """Start a job for each person's erasure: its result is the receipt."""
    if person is None or not _is_visible(task, person):
        begun = (
            [job["id"] for job in erasure_job.erasures_of(id) if _is_ours(task, job)] if task.again else []
        )
        return BulkOutcome(id, CHANGED, message=f"job {begun[0]}") if begun else not_found(id)
    if person.root.id != id:
        return merged_customer(id, person.id)
    job = erasure_job.start(person, by=task.viewer.id, now=task.now())
    return BulkOutcome(person.id, CHANGED, message=f"job {job['id']}")


def _is_ours(task: BulkTask, erasure: JobView) -> bool:
    return erasure["started_by"] == task.viewer.id and erasure["created_at"] >= iso(task.job.created_at)
