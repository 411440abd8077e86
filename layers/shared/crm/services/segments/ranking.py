"""Snapshots of rankings: all customers are ordered by their values every night, and for each new ranking.

A job writes down the values of all customers, part by part; at its end the thresholds become parts of the conditions,
and a backfill applies them to every customer.
"""

import json
import time
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from crm.domain.conditions.facts import Facts
from crm.domain.conditions.top_conditions import is_ranked, ranked_value
from crm.domain.conditions.value_conditions import Computed
from crm.domain.errors import ConflictError
from crm.domain.job import RANKING, Job, JobFailedError, JobResult
from crm.domain.json_text import encode
from crm.domain.local_days import date_of_day
from crm.domain.segments.definition import Segment
from crm.domain.segments.ranking import (
    MAX_RANKED,
    is_waiting,
    ranking_key,
    snapshot_of,
    tops_in,
    value_key,
    with_snapshots,
)
from crm.domain.segments.ruleset import closed_until
from crm.services.jobs.deadline import Deadline
from crm.services.jobs.staged_job import FAILED_PARTS, PartDone, Stage, StagedJob
from crm.services.profiles import people
from crm.services.profiles.people import Person
from crm.services.projection.isolation import isolate
from crm.services.ruleset import ruleset
from crm.services.ruleset.draft import Draft
from crm.services.ruleset.ruleset import SEGMENT
from crm.services.segments import builds
from crm.services.segments.log_facts import query_person
from crm.services.selections import selections
from crm.settings import settings
from crm.storage import bucket, definitions, lookups

RANK = "rank"
NIGHTLY, _LAST = "ranking", "last"
_AT_ONCE = 100

_Definition = dict[str, Any]
_Values = dict[str, list[float]]
"""Values of customers by `value_key`."""


def is_waiting_for_snapshot(segment: Segment) -> bool:
    """Return whether the segment's next build needs a ranking that is not done yet."""
    return segment.next is not None and is_waiting(segment.next.condition)


def ensure_ranking_room(draft: Draft) -> None:
    """Raise ConflictError when more segments rank customers than one snapshot holds."""
    if len(_ranking(draft)) > MAX_RANKED:
        raise ConflictError(
            f"at most {MAX_RANKED} segments can rank customers: archive one, or refer to one of them",
            code="too_many_rankings",
        )


def start_nightly(now: int) -> Job | None:
    """Rank all customers once each calendar day of the deployment; None if that was done, or nothing ranks."""
    days = ruleset.local_days()
    day = date_of_day(days.day_of(now)).isoformat()
    draft = ruleset.cached_draft()
    if not _ranking(draft) or (lookups.find(NIGHTLY, _LAST) or {}).get("day") == day:
        return None
    job = _start(str(uuid.uuid4()), draft, _ranking(draft), by="system", now=now)
    definitions.put(NIGHTLY, _LAST, {"day": day})
    return job


def start_missing(after: Job, now: int) -> Job | None:
    """Rank all customers for segments that wait for a first snapshot, once after this job."""
    job_id = str(uuid.uuid5(uuid.UUID(after.id), RANKING))

    def wait_for_it(draft: Draft) -> None:
        for id_ in _waiting(draft):
            draft.segments[id_] = replace(draft.segments[id_], job=job_id)

    if not _waiting(ruleset.read_draft()):
        return None
    draft = ruleset.change_definitions(wait_for_it)
    waiting = [segment for segment in _ranking(draft) if is_waiting_for_snapshot(segment)]
    return _start(job_id, draft, waiting, by=after.started_by, now=now)


def _start(job_id: str, draft: Draft, segments: Sequence[Segment], *, by: str, now: int) -> Job:
    tops = {value_key(top): top for top in _written_out(draft, segments)}
    subject = {
        "segments": [segment.id for segment in segments],
        "values": {key: {"of": top["of"], "definition": top["definition"]} for key, top in tops.items()},
    }
    return selections.start_as(job_id, RANKING, builds.ALL_CUSTOMERS, subject, by=by, now=now)


def _ranking(draft: Draft) -> list[Segment]:
    """Return the segments whose own conditions rank customers."""
    live = (segment for segment in draft.segments.values() if not segment.archived and segment.condition)
    return [segment for segment in live if any(tops_in(segment.condition or {}))]


def _waiting(draft: Draft) -> list[str]:
    return [segment.id for segment in draft.segments.values() if is_waiting_for_snapshot(segment)]


def _written_out(draft: Draft, segments: Iterable[Segment]) -> Iterator[_Definition]:
    """Yield the rankings in the own conditions of these segments, with the values that they rank by."""
    for segment in segments:
        for top in tops_in(segment.condition or {}):
            yield builds.written_out_condition(draft, top, (segment.id,))


def _plan(job: Job, deadline: Deadline) -> Job:
    return selections.collect(job, deadline)


def _rank(job: Job, number: int, deadline: Deadline) -> PartDone:
    """Write down the values of one part of the customers."""
    ids, values = selections.ids_of_part(job, number), _computed(job.subject["values"])
    ranked: dict[str, dict[str, float]] = {}
    failed: list[str] = []

    def rank(some: Sequence[str]) -> None:
        found = people.find_many(some)
        ranked.update({id_: _numbers_of(found[id_], values, deadline.now()) for id_ in some if id_ in found})

    for start in range(0, len(ids), _AT_ONCE):
        failed += isolate(ids[start : start + _AT_ONCE], rank, during=RANKING).failed
    found = _by_value(values, ranked.values())
    bucket.write(_file_of(job, number), encode(found), media_type="application/json")
    return {"counts": {"read": len(ids)}, FAILED_PARTS: failed}


def _computed(values: Mapping[str, _Definition]) -> dict[str, Computed]:
    days, reader = ruleset.local_days(), ruleset.current_rule_set().reader
    return {key: ranked_value(definition, days, reader) for key, definition in values.items()}


def _numbers_of(person: Person, values: Mapping[str, Computed], now: int) -> dict[str, float]:
    """Return the values by which a customer is ranked, by key."""
    if settings().processing_consent_required and closed_until(Facts(person.members), now)[0]:
        return {}
    found = {key: _value_of(person, value, now) for key, value in values.items()}
    return {key: number for key, number in found.items() if is_ranked(number)}


def _value_of(person: Person, value: Computed, now: int) -> Any:
    return query_person(person.members, value.metrics, lambda facts: value.at(facts, now)[0])


def _by_value(keys: Iterable[str], customers: Iterable[Mapping[str, float]]) -> _Values:
    """Return the values of these customers, by key."""
    found: _Values = {key: [] for key in keys}
    for numbers in customers:
        for key, number in numbers.items():
            found[key].append(number)
    return found


def _file_of(job: Job, number: int) -> str:
    return f"{bucket.WORKING_FILES}{job.id}/values/{number:06d}"


def _finish(job: Job, deadline: Deadline) -> JobResult:
    """Make the snapshots, and start the job that evaluates every customer by them."""
    values = _values_of(job)
    backfill, now = builds.new_job_id(), deadline.now()
    changed: list[str] = []

    def settle(draft: Draft) -> None:
        changed[:] = []
        for segment in _ranking(draft):
            tops = list(_written_out(draft, [segment]))
            if segment.id in job.subject["segments"] and all(value_key(top) in values for top in tops):
                draft.segments[segment.id] = replace(segment, snapshots=_snapshots(tops, values, now))
                changed.append(segment.id)
        builds.start_build(draft, [(SEGMENT, id_) for id_ in changed], backfill, now)

    try:
        after = ruleset.change_definitions(settle)
    except ConflictError as error:
        raise JobFailedError(error.message, code=error.code) from error
    builds.start(after, backfill, by=job.started_by, now=now)
    return {"segments": sorted(changed), "backfill": backfill}


def _values_of(job: Job) -> _Values:
    found: _Values = {key: [] for key in job.subject["values"]}
    for number in range(job.parts):
        for key, values in json.loads(bucket.read_range(_file_of(job, number))).items():
            found[key] += values
    return found


def _snapshots(tops: Iterable[_Definition], values: _Values, at: int) -> dict[str, dict[str, Any]]:
    return {ranking_key(top): asdict(snapshot_of(values[value_key(top)], top["percent"], at)) for top in tops}


RANKINGS = StagedJob(stages=(Stage(RANK, _plan, _rank),), finish=_finish)


def ranked_among(condition: _Definition, persons: Iterable[Person], now: int, *, until: float) -> _Definition:
    """Return a written-out condition with missing snapshots of these customers, until a time (monotonic)."""
    tops = [top for top in tops_in(condition) if top["snapshot"] is None]
    values = _computed({value_key(top): top for top in tops})
    customers: list[Mapping[str, float]] = []
    for person in persons:
        customers.append(_numbers_of(person, values, now))
        if time.monotonic() > until:
            break
    return with_snapshots(condition, _snapshots(tops, _by_value(values, customers), now))
