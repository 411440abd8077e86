"""Merge the customers of a selection into the first one, in batches."""

from collections.abc import Iterator, Sequence
from functools import partial

from crm.domain.activity import short_id
from crm.domain.errors import NotFoundError
from crm.services.bulk.apply_action import BulkTask, attempt
from crm.services.bulk.outcomes import CHANGED, UNCHANGED, BulkOutcome, not_found
from crm.services.editing import manual_merge
from crm.services.profiles import people
from crm.services.profiles.people import Person

_TOGETHER = 20
"""Customers that one request merges: they are one entry in the timeline."""


def merge_selection(task: BulkTask, into: str, ids: Sequence[str]) -> Iterator[BulkOutcome]:
    """Merge the customers with these canonical ids into the one with the id `into`, under which they are shown then."""
    kept = _find(task, into)
    if kept is None:
        yield from map(not_found, ids)
        return
    members = {member.id for member in kept.members}
    # The ids are in the order in which they were picked; an earlier merge may have changed a root since.
    own = next((id_ for id_ in ids if id_ in members), None)
    others = [id_ for id_ in ids if id_ != own]
    batches = (others[start : start + _TOGETHER] for start in range(0, len(others), _TOGETHER))
    outcomes = [outcome for batch in batches for outcome in _merge_some(task, into, batch)]
    changed = any(outcome.outcome == CHANGED for outcome in outcomes)
    yield BulkOutcome(kept.id, CHANGED if changed else UNCHANGED)
    yield from outcomes


def _merge_some(task: BulkTask, into: str, ids: Sequence[str]) -> list[BulkOutcome]:
    kept, found = _find(task, into), people.find_many(ids)
    if kept is None:
        return [not_found(id_) for id_ in ids]
    outcomes = {id_: not_found(id_) for id_ in ids}
    others: dict[str, list[str]] = {}
    for id_, person in found.items():
        if person.root.id == kept.root.id:
            outcomes[id_] = BulkOutcome(id_, CHANGED if _is_ours(task, person, ids[0]) else UNCHANGED)
        elif person.visible_to(task.viewer):
            others.setdefault(person.root.id, []).append(id_)
    if others:
        merged = attempt(ids[0], partial(_merge_all, task, into, list(others), ids[0]))
        outcomes |= {id_: merged._replace(id=id_) for same in others.values() for id_ in same}
    return list(outcomes.values())


def _merge_all(task: BulkTask, into: str, others: Sequence[str], first: str) -> BulkOutcome:
    manual_merge.merge(into, others, task.viewer, now=task.job.created_at, message_id=task.message_id(first))
    return BulkOutcome(first, CHANGED)


def _is_ours(task: BulkTask, person: Person, first: str) -> bool:
    stamp_id = short_id(task.message_id(first))
    return any(link.stamp[1] == stamp_id for member in person.members for link in member.links.values())


def _find(task: BulkTask, id: str) -> Person | None:
    try:
        return people.find(id, task.viewer)
    except NotFoundError:
        return None
