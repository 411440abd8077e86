"""Consume the table's stream: derive what follows from the records of profiles, in this order.

First the memberships of groups, which only this consumer writes, so that the stream's order per profile is the only
order; then how many enter and leave segments, and the log's activity of it; then the change events for other services.
Each step is done for all records of a batch at once and is idempotent.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from crm.domain.activity import Activity
from crm.domain.entries_and_exits import EntriesAndExits, entries_and_exits
from crm.domain.memberships import SEGMENT_GROUP, MembershipWrites
from crm.domain.segments.membership_activity import membership_activity
from crm.domain.segments.membership_events import events_of
from crm.observability import log
from crm.services.publish import ChangeEvent, activity_events, profile_events, publish
from crm.services.ruleset.version import ruleset_head
from crm.storage import groups, segment_changes
from crm.storage.consumed_erasures import note_consumed
from crm.storage.failure_queue import send_failures
from crm.storage.profile_change import ProfileChange, profile_change
from crm.storage.profiles import ProfileTable, erased_at
from crm.storage.stream import StreamRecord, profile_of


@dataclass(frozen=True, slots=True)
class Consumed:
    """What remains to do for a record: publish the change events in `events`, as of `at` (epoch ms)."""

    events: list[ChangeEvent]
    at: int
    change: ProfileChange | None


@dataclass(frozen=True, slots=True)
class _Following:
    """Consequences of a profile's record: `writes` of memberships, the log's activity and the events of segments."""

    change: ProfileChange
    writes: MembershipWrites
    membership_activity: Activity | None
    events: list[ChangeEvent]

    @property
    def puts(self) -> bool:
        """Return whether anything is put, and not only deleted."""
        put = any(text is not None for text in self.writes.values())
        return put or self.membership_activity is not None or bool(self.events)

    def is_erased_since(self, erased: Mapping[str, int]) -> bool:
        """Decide whether the profile was erased after the record.

        `erased`: the last erasures by profile id (epoch ms).
        """
        return erased.get(self.change.after.id) != self.change.after.erased_at

    def only_deleting(self) -> "_Following":
        """Return a copy without what is put."""
        deleted: MembershipWrites = {entry: text for entry, text in self.writes.items() if text is None}
        return _Following(self.change, deleted, None, [])


def consume(records: Sequence[StreamRecord]) -> StreamRecord | None:
    """Process these records up to the first that fails, and return that one.

    It and all records after it must be delivered again: a later record of a profile must not overtake an earlier
    one.
    """
    done, failed = _up_to_failure(records)
    try:
        finish(done)
    except Exception:
        log.exception("changes could not be published")
        return records[0]
    return failed


def _up_to_failure(records: Sequence[StreamRecord]) -> tuple[list[Consumed], StreamRecord | None]:
    """Return what remains to do for the records before the first that fails, and that record."""
    try:
        return _apply(records), None
    except Exception:
        log.warning("a batch of the stream failed, its records are consumed one by one", exc_info=True)
    done: list[Consumed] = []
    for record in records:
        try:
            done += _apply([record])
        except Exception:
            log.exception("a record of the stream failed", extra={"profile_id": profile_of(record)})
            return done, record
    return done, None


def change_time(record: StreamRecord) -> int:
    """Return when the change was made, epoch ms."""
    seconds: float = record["dynamodb"]["ApproximateCreationDateTime"]
    return round(seconds * 1000)


def membership_activity_of(change: ProfileChange) -> Activity | None:
    """Return the log's activity of segment changes; a profile of the previous version wrote its own."""
    events = change.before.published_segments if change.before else frozenset[str]()
    return membership_activity(events, change.after, change.at) if change.is_derived else None


def entries_and_exits_of(change: ProfileChange) -> EntriesAndExits | None:
    """Return the entries and exits that count for the days of segments; none for a record of the previous version."""
    return entries_and_exits(change.before, change.after, change.at) if change.is_derived else None


def segment_events(change: ProfileChange) -> list[ChangeEvent]:
    """Return the change events of segments; a profile of the previous version published them by its activities."""
    return events_of(change.before, change.after, change.at) if change.is_derived else []


def finish(done: Iterable[Consumed]) -> None:
    """Publish to other services, and note which erasures have been consumed."""
    consumed = list(done)
    publish([(each.events, each.at) for each in consumed])
    for each in consumed:
        after = each.change.after if each.change else None
        if after and after.erased_at is not None and after.card is None:
            note_consumed(after.id, after.erased_at)


def _apply(records: Sequence[StreamRecord]) -> list[Consumed]:
    """Update memberships and logs by these records; return what remains to do for each."""
    changes = [profile_change(record) for record in records]
    followed = _without_erased(
        [
            _Following(change, change.memberships, membership_activity_of(change), segment_events(change))
            for change in changes
            if change
        ]
    )
    groups.write_memberships([(each.change.after.id, each.writes) for each in followed])
    segment_changes.store_changes(
        each for change in changes if change and (each := entries_and_exits_of(change))
    )
    if activities := [each.membership_activity for each in followed if each.membership_activity]:
        ProfileTable().append(activities)
    if behind := [each.change.after.id for each in followed if _is_behind(each)]:
        send_failures([json.dumps({"profiles": {id_: []}}) for id_ in behind])
    following = iter(followed)
    return [
        _consumed_profile(record, next(following)) if change else _consumed_activity(record)
        for record, change in zip(records, changes, strict=True)
    ]


def _consumed_profile(record: StreamRecord, each: _Following) -> Consumed:
    change = each.change
    events = profile_events(change.before, change.after)
    return Consumed([*events, *each.events], change_time(record), change)


def _consumed_activity(record: StreamRecord) -> Consumed:
    return Consumed(activity_events(record), change_time(record), None)


def _without_erased(followed: Sequence[_Following]) -> list[_Following]:
    """Remove puts that would restore an erased profile: a record may be consumed late or twice."""
    putting = {each.change.after.id for each in followed if each.puts}
    erased = erased_at(putting) if putting else {}
    return [each.only_deleting() if each.puts and each.is_erased_since(erased) else each for each in followed]


def _is_behind(each: _Following) -> bool:
    """Decide whether the profile enters or leaves a build by former definitions and must be evaluated again.

    The job that writes the memberships of a build to logs may have read the log before this record was consumed.
    """
    return (
        any(kind == SEGMENT_GROUP for kind, _ in each.writes)
        and each.change.after.rule_set < ruleset_head()["version"]
    )
