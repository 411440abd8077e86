"""The consumer of the table's stream: what follows from the records of profiles, in this order.

First the memberships of groups, which nobody else writes, so that the stream's order per profile is the only order;
then the activity that tells the log of segments; then what other services are told. Each is the same when done again.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from crm.domain.activity import Activity
from crm.domain.memberships import SEGMENT
from crm.domain.segments.telling import telling
from crm.observability import log
from crm.services.catalogue.head import head
from crm.services.publish import Told, publish, told_of_activity, told_of_profile
from crm.storage import groups
from crm.storage.consumed_erasures import note_consumed
from crm.storage.failure_queue import send_failures
from crm.storage.profile_change import ProfileChange, Writes, profile_change
from crm.storage.profiles import ProfileTable, erased_at
from crm.storage.stream import Record


@dataclass(frozen=True, slots=True)
class Consumed:
    """What is left to do of a record: others are `told` of it, as of `at` (epoch ms)."""

    told: list[Told]
    at: int
    change: ProfileChange | None


def consume(records: Sequence[Record]) -> Record | None:
    """Do all that follows from these records, up to the first that fails, and answer that one.

    It and all behind it are to come again: a later record of a profile must not overtake an earlier one.
    """
    done: list[Consumed] = []
    failed: Record | None = None
    for record in records:
        try:
            done.append(_bring_up(record))
        except Exception:
            log.exception("a record of the stream failed", extra={"profile_id": profile_of(record)})
            failed = record
            break
    try:
        finish(done)
    except Exception:
        log.exception("changes could not be published")
        return records[0]
    return failed


def profile_of(record: Record) -> str:
    """Id of the profile in whose partition the record's item is."""
    return str(record["dynamodb"]["Keys"]["pk"]["S"]).partition("#")[2]


def time_of(record: Record) -> int:
    """When the change was made, epoch ms."""
    seconds: float = record["dynamodb"]["ApproximateCreationDateTime"]
    return round(seconds * 1000)


def telling_of(change: ProfileChange) -> Activity | None:
    """What the log is told of segments; a version before has told it itself."""
    told = change.before.told if change.before else frozenset[str]()
    return telling(told, change.after, change.at) if change.is_derived else None


def finish(done: Iterable[Consumed]) -> None:
    """Tell other services, and note which erasures have been read so far."""
    consumed = list(done)
    publish([(each.told, each.at) for each in consumed])
    for each in consumed:
        after = each.change.after if each.change else None
        if after and after.erased_at is not None and after.card is None:
            note_consumed(after.id, after.erased_at)


def _bring_up(record: Record) -> Consumed:
    change = profile_change(record)
    if change is None:
        return Consumed(told_of_activity(record), time_of(record), None)
    writes, activity = change.memberships, telling_of(change)
    if (activity or any(text is not None for text in writes.values())) and _is_erased_since(change):
        # A record that is consumed late, or again, must bring nobody back.
        writes, activity = {entry: text for entry, text in writes.items() if text is None}, None
    groups.write(change.after.id, writes)
    if activity:
        ProfileTable().append([activity])
    _ask_again_if_behind(change, writes)
    return Consumed(told_of_profile(change.before, change.after, activity), time_of(record), change)


def _is_erased_since(change: ProfileChange) -> bool:
    return erased_at(change.after.id) != change.after.erased_at


def _ask_again_if_behind(change: ProfileChange, writes: Writes) -> None:
    """Whoever enters or leaves a build by former definitions is asked again: the job that tells the logs of those in a
    build may have looked before this was consumed.
    """
    if any(kind == SEGMENT for kind, _ in writes) and change.after.catalogue < head()["version"]:
        send_failures([json.dumps({"profiles": {change.after.id: []}})])
