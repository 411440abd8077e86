"""The bulk job: act on everyone in the selection, part by part, and write the outcomes into one file."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain, islice
from uuid import uuid4

from crm.domain.exports.formats import CSV, MEDIA_TYPES
from crm.domain.job import Job, JobResult
from crm.services.bulk import outcomes
from crm.services.bulk.apply_action import BulkTask, act
from crm.services.bulk.merge_selection import merge_selection
from crm.services.bulk.outcomes import BulkOutcome
from crm.services.bulk.requests import MERGE
from crm.services.jobs.deadline import Deadline
from crm.services.jobs.staged_job import FAILED_PARTS, PartDone, Stage, StagedJob, finished
from crm.services.profiles import people
from crm.services.selections import selections
from crm.storage import bucket
from crm.storage import jobs as storage

ACT = "act"
FILE_NAME = "results.csv"
_BEGUN = "begun/"
_READ_TOGETHER = 500


def _plan(job: Job, deadline: Deadline) -> Job:
    planned = selections.collect(job, deadline)
    # The first part also reports unknown ids: there is one, even if no customer was found.
    parts = max(1, planned.parts)
    return replace(planned, parts=parts, total=parts)


def _work(job: Job, number: int, deadline: Deadline) -> PartDone:
    ids, selection = selections.ids_of_part(job, number), selections.selection_of(job)
    again = not storage.keep_part(job.id, f"{_BEGUN}{number:06d}", {})
    task = BulkTask(job, selection["action"], selections.viewer_of(job), deadline.now, again)
    done = merge_selection(task, selection["ids"][0], ids) if task.action["type"] == MERGE else act(task, ids)
    results = [*done, *(_unknown_ids(job, selection["ids"]) if number == 0 and "ids" in selection else ())]
    key = bucket.work_key(job.id, ACT, number, uuid4().hex)
    bucket.write(key, outcomes.rows(results))
    return {"counts": outcomes.counts(results), FAILED_PARTS: outcomes.failed_ids(results), "key": key}


def _unknown_ids(job: Job, picked: Sequence[str]) -> Iterator[BulkOutcome]:
    """Yield the outcomes of ids that were picked by hand and had no profile when the job began."""
    acted_on = {id_ for part in range(job.parts) for id_ in selections.ids_of_part(job, part)}
    left = iter([id_ for id_ in picked if id_ not in acted_on])
    while some := list(islice(left, _READ_TOGETHER)):
        found = people.find_many(some, deleted=True)
        for id_ in some:
            if id_ not in found or not acted_on.intersection(member.id for member in found[id_].members):
                yield outcomes.unknown_id(id_)


def _finish(job: Job, _deadline: Deadline) -> JobResult:
    key = f"exports/{job.id}/{FILE_NAME}"
    pieces = (bucket.read_range(part["key"]) for part in finished(job.id, ACT).values())
    content = chain([outcomes.HEADER], pieces)
    bucket.write_stream(key, content, media_type=MEDIA_TYPES[CSV], name=FILE_NAME)
    return {"action": job.subject["action"], "selected": job.subject["selected"], "results": key}


BULKS = StagedJob(stages=(Stage(ACT, _plan, _work),), finish=_finish)
