"""Compare the segments in a store with a naive evaluation of all stored activities."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from crm.domain.activity import ENTERED, LEFT, Activity
from crm.domain.attribute import DATE, DATETIME
from crm.domain.memberships import build_name, memberships_of
from crm.domain.profile import ProfileState
from crm.domain.segments.definition import Segment
from crm.domain.segments.ruleset import RuleSet
from tests.model.naive_attributes import TYPES, read
from tests.model.naive_consents import expiry
from tests.model.naive_dates import PERIODS, read_date
from tests.model.naive_people import Person, first_instant, person_of
from tests.model.naive_segments import is_member
from tests.model.reference import Reference, chosen_last
from tests.model.scenes import profile_id
from tests.support.memory_store import MemoryStore

Groups = tuple[list[str], list[str]]
"""The memberships of the builds that serve, and of those that will."""


def assert_segments_are(store: MemoryStore, reference: Reference, rule_set: RuleSet, now: int) -> None:
    """Assert that cards, index, logs and due times equal the naive evaluation of each person."""
    people = people_of(reference, ZoneInfo(rule_set.days.name))
    profiles = store.profiles()
    segments = segments_of(rule_set)
    ghosts = {profile_id(identity) for identity in reference.graph().ghosts()}
    for id_, state in profiles.items():
        assert store.groups[id_] == memberships_of(state.card)
        if id_ in people:
            assert groups_of(state) == naive_groups(segments, people[id_], now)
            assert_due_in_time(segments, people[id_], state, now)
        elif id_ not in ghosts:
            assert groups_of(state) == ([], [])
            assert state.due is None or state.due > now
    assert_changes_alternate(store, profiles)


def people_of(reference: Reference, zone: ZoneInfo) -> dict[str, Person]:
    """Return people by the id of the canonical profile."""
    graph = reference.graph()
    roots = {profile_id(root): graph.members(root) for root in graph.roots() - graph.ghosts()}
    people = {}
    for id_, members in roots.items():
        log = [a for a in graph.activities if a.identities[0] in members]
        shown = chosen_last(log, {graph.id(member) for member in members})
        person = person_of(log, zone, members, id_=shown or id_)
        contested, given = frozenset(graph.contested(members)), frozenset(graph.given())
        people[id_] = replace(person, contested=contested, given=given)
    return people


def segments_of(rule_set: RuleSet) -> list[Segment]:
    return list({asked.segment.id: asked.segment for asked in rule_set.builds}.values())


def groups_of(state: ProfileState) -> Groups:
    card = state.card
    return (list(card.get("segments", [])), list(card.get("candidates", []))) if card else ([], [])


def naive_groups(segments: Iterable[Segment], person: Person, now: int) -> Groups:
    """Return the naive memberships. A segment without a build that serves has those of its first build."""
    serving: set[str] = set()
    candidates: set[str] = set()
    for segment in segments:
        for build, into in (
            (segment.serving, serving),
            (segment.next, candidates if segment.serving else serving),
        ):
            if build and is_member(segment.id, build.condition, person, now):
                into.add(build_name(segment.id, build.number))
    return sorted(serving), sorted(candidates)


def assert_due_in_time(segments: list[Segment], person: Person, state: ProfileState, now: int) -> None:
    """Check that profiles that change by time are evaluated in time."""
    assert state.due is None or state.due > now
    truth = naive_groups(segments, person, now)
    for at in possible_changes(segments, person, now):
        if state.due is not None and state.due <= at:
            return
        assert naive_groups(segments, person, at) == truth, f"a change at {at} is not published"


def possible_changes(segments: Iterable[Segment], person: Person, now: int) -> list[int]:
    """Return the later instants at which a result can change: the days of conditions, after each activity."""
    numbers = {n for s in segments for b in (s.serving, s.next) if b for n in _numbers(b.condition)}
    days = {person.day(a.occurred_at) for a in person.log} | set(_attribute_days(person, now))
    turns = {d + timedelta(days=n + more) for d in days for n in numbers for more in (-1, 0, 1)}
    periods = {p for s in segments for b in (s.serving, s.next) if b for p in _periods(b.condition)}
    turns |= {turn for p in periods for d in days for turn in naive_starts(p, d)}
    lags = {lag for s in segments for b in (s.serving, s.next) if b for lag in lags_in(b.condition)}
    recent = {a.occurred_at + lag for a in person.log for lag in lags}
    ends = recent | {end for word in person.consents.values() if (end := expiry(word)) is not None}
    return sorted(at for at in ends | {first_instant(day, person.zone) for day in turns} if at > now)


def naive_starts(period: str, day: date) -> list[date]:
    """Return the first days of a day's period and of the two periods after it."""
    name, found = PERIODS[period], [day]
    while name(day) == name(found[0] - timedelta(days=1)):
        day = found[0] = found[0] - timedelta(days=1)
    while len(found) < 3:
        day += timedelta(days=1)
        if name(day) != name(found[-1]):
            found.append(day)
    return found


def _periods(condition: Any) -> Iterator[str]:
    if isinstance(condition, str) and condition in PERIODS:
        yield condition
    for part in (
        condition.values()
        if isinstance(condition, dict)
        else condition
        if isinstance(condition, list)
        else ()
    ):
        yield from _periods(part)


def lags_in(condition: Any) -> Iterator[int]:
    """Return the times after an activity (ms) at which windows of hours and minutes can change a result."""
    if isinstance(condition, dict):
        if set(condition) <= {"hours", "minutes"} and condition:
            yield timedelta(**condition) // timedelta(milliseconds=1)
        for unit in ("hours", "minutes"):
            for number in condition.get(f"{unit}_ago", ()):
                yield timedelta(**{unit: number}) // timedelta(milliseconds=1)
    for part in (
        condition.values()
        if isinstance(condition, dict)
        else condition
        if isinstance(condition, list)
        else ()
    ):
        yield from lags_in(part)


def _attribute_days(person: Person, now: int) -> Iterator[date]:
    """Return the days of date attributes, with their anniversaries."""
    for name, value in person.attributes.items():
        condition = read_date(read(name, value)) if TYPES.get(name) in (DATE, DATETIME) else None
        if condition is not None:
            day = condition.day if condition.is_day else person.day(condition.instant)
            year = person.day(now).year
            yield from (day, *(day.replace(year=each) for each in range(year - 1, year + 3)))


def _numbers(condition: Any) -> Iterator[int]:
    if isinstance(condition, int):
        yield int(condition)
    for part in (
        condition.values()
        if isinstance(condition, dict)
        else condition
        if isinstance(condition, list)
        else ()
    ):
        yield from _numbers(part)


def assert_changes_alternate(store: MemoryStore, profiles: dict[str, ProfileState]) -> None:
    """Check that entries and exits alternate in each log, and end with the memberships of the card."""
    published: dict[str, dict[str, list[Activity]]] = {id_: {} for id_ in profiles}
    for activity in store.everything():
        if activity.type in (ENTERED, LEFT):
            id_ = profile_id(activity.identities[0])
            published[id_].setdefault(activity.properties["segment"], []).append(activity)
    for id_, state in profiles.items():
        inside = {segment for segment, story in published[id_].items() if _ends_inside(story)}
        assert (
            inside == {group.partition(".")[0] for group in groups_of(state)[0]} == state.published_segments
        )


def _ends_inside(story: list[Activity]) -> bool:
    types = [a.type for a in sorted(story, key=lambda a: int(a.message_id.rpartition(":")[2]))]
    assert types == [ENTERED, LEFT] * (len(types) // 2) + [ENTERED] * (len(types) % 2)
    times = [a.occurred_at for a in sorted(story, key=lambda a: int(a.message_id.rpartition(":")[2]))]
    assert times == sorted(times)
    return types[-1] == ENTERED
