"""Points of a score: give and take them by hand, and list everything that has changed it."""

from collections.abc import Callable
from fractions import Fraction
from itertools import islice
from typing import Any

from crm.domain.activity import SCORED, Activity
from crm.domain.api_key import Principal
from crm.domain.conditions.facts import Facts
from crm.domain.conditions.measures import json_number
from crm.domain.conditions.value_conditions import POINTS, SCORE, computed, points_given
from crm.domain.conditions.windows import counts_in
from crm.domain.errors import ConflictError
from crm.domain.local_days import LocalDays
from crm.domain.metrics.selector import matcher_of, selector_of
from crm.domain.segments.value_definition import ValueDefinition, written_out
from crm.domain.timeline import TimelinePosition, cursor_of, position_in
from crm.domain.times import iso
from crm.domain.views.profile_values import PointsGivenView, ScoreEntriesView, ScoreEntryView
from crm.services.editing import append_edit
from crm.services.editing.append_edit import Edit
from crm.services.profiles import people
from crm.services.profiles.fresh_members import query_members
from crm.services.profiles.people import Person
from crm.services.profiles.profile_view import is_hidden
from crm.services.profiles.source_names import source_names
from crm.services.profiles.timelines import entries_of
from crm.services.ruleset import ruleset
from crm.services.segments import value_definitions
from crm.services.segments.log_facts import facts_from_logs

_MAX_READ = 2_000
"""Activities that one request reads; then it returns what it has found."""

_END_OF_TIME = 1 << 60
Cursor = dict[str, Any]


def add_points(
    profile_id: str, score: str, *, points: float, reason: str = "", by: Principal, now: int
) -> PointsGivenView:
    """Give points by hand, or take them (below 0). Raises NotFoundError."""
    found = value_definitions.get(SCORE, score)
    person = people.find(profile_id, by)
    properties = {POINTS: points, "score": found.name} | ({"reason": reason} if reason else {})
    edit = Edit(type=SCORED, name=found.id, effects={}, properties=properties)
    activity_id = f"points:{append_edit.random_id()}"
    person = append_edit.apply(person, edit, by=by.id, now=now, message_id=activity_id)
    return {
        "id": activity_id,
        "points": points,
        "reason": reason or None,
        "total": total(found, person, now),
        "at": iso(now),
    }


def total(score: ValueDefinition, person: Person, now: int) -> Any:
    """Return the score at this instant (epoch ms), from the logs if it is not counted yet."""
    days = ruleset.local_days()
    value = computed(SCORE, written_out(score, {}), days)
    if not score.ready:
        return value.at(facts_from_logs(person.members, value.metrics, days), now)[0]
    return query_members(person.members, lambda members: value.at(Facts(members), now)[0])


def points_ledger(
    profile_id: str, score: str, viewer: Principal, *, limit: int, cursor: Cursor | None, now: int
) -> tuple[ScoreEntriesView, Cursor | None]:
    """Return a page of what changed the score, newest first, with the total, and where the page ends.

    Raises NotFoundError, and ConflictError when the person's activities must not be shown.
    """
    found = value_definitions.get(SCORE, score)
    person = people.find(profile_id, viewer)
    if is_hidden(person.members, now):
        raise ConflictError("the activities of this person are hidden", code="processing_consent_missing")
    worth = _worth(found, ruleset.local_days(), now)
    last: TimelinePosition | None = position_in(cursor) if cursor else None
    entries = entries_of(person.members, 0, last[0] if last else _END_OF_TIME)
    behind = (entry for entry in entries if last is None or entry.position < last)
    shown: list[ScoreEntryView] = []
    entry = None
    for entry in islice(behind, _MAX_READ):
        if points := worth(entry.activity):
            shown.append(_entry(entry.activity, points))
        if len(shown) == limit:
            break
    more = entry is not None and next(behind, None) is not None
    place = cursor_of(entry.position) if entry and more else None
    names = source_names(entry["by"] for entry in shown if entry["by"])
    for each in shown:
        each["by_name"] = names.get(each["by"] or "")
    return {"entries": shown, "total": total(found, person, now)}, place


def _worth(score: ValueDefinition, days: LocalDays, now: int) -> Callable[[Activity], Fraction]:
    """Return the function from an activity to its points at this instant."""
    rules = [
        (Fraction(str(rule["points"])), matcher_of(selector_of(rule)), counts_in(rule.get("window"), days))
        for rule in score.definition["rules"]
    ]
    by_hand = matcher_of(selector_of(points_given(score.id)))

    def worth(activity: Activity) -> Fraction:
        if by_hand(activity):
            return Fraction(str(activity.properties[POINTS]))
        at = activity.occurred_at
        return sum((p for p, means, counts in rules if means(activity) and counts(at, now)), Fraction())

    return worth


def _entry(activity: Activity, points: Fraction) -> ScoreEntryView:
    by_hand = activity.type == SCORED
    return {
        "id": activity.message_id,
        "at": iso(activity.occurred_at),
        "points": json_number(points),
        "type": activity.type,
        "name": None if by_hand else activity.name,
        "reason": activity.properties.get("reason") if by_hand else None,
        "by": activity.source_id if by_hand else None,
        "by_name": None,
    }
