"""Conditions on the first, the last and the order of activities: for `tests.model.naive_segments`."""

from __future__ import annotations

import json
from datetime import timedelta

from crm.domain.activity import Activity
from tests.model.naive_activities import ConditionJson, counts_in, newest_of_each_day, selected_activities
from tests.model.naive_people import Person


def first_time_holds(condition: ConditionJson, person: Person, now: int) -> bool:
    """Return whether the first selected activity is in the window."""
    found = selected_activities(condition, person)
    return bool(found) and counts_in(condition.get("window"), found[0], person, now)


def stopped_holds(condition: ConditionJson, person: Person, now: int) -> bool:
    """Return whether there were activities in the active days, but none in the quiet days."""
    ago = [(person.day(now) - person.day(a.occurred_at)).days for a in selected_activities(condition, person)]
    once = any(condition["quiet_days"] <= days <= condition["active_days"] for days in ago)
    return once and not any(0 <= days < condition["quiet_days"] for days in ago)


def sequence_holds(condition: ConditionJson, person: Person, now: int) -> bool:
    """Return whether the steps of a sequence were completed in the window."""
    return any(
        counts_in(condition.get("window"), last, person, now) for last in _completed(condition, person, now)
    )


def _completed(condition: ConditionJson, person: Person, now: int) -> list[Activity]:
    """Return the activities that complete the last step, after all other steps, without a `then_not` after them."""
    steps = condition.get("steps") or [condition[name] for name in ("first", "then") if name in condition]
    chains = [[a] for a in _step_activities(steps[0], condition, person)]
    for step in steps[1:]:
        chains = [
            [*chain, a]
            for a in _step_activities(step, condition, person)
            for chain in chains
            if _in_time(step, chain[-1], a, person) and not _between(step, chain[-1], a, condition, person)
        ]
    if len(steps) > 1:
        chains = [
            chain
            for chain in chains
            if _in_time(condition, chain[0], chain[-1], person)
            and not _between(condition, chain[0], chain[-1], condition, person)
        ]
    lasts = [chain[-1] for chain in chains]
    return (
        [a for a in lasts if _is_not_followed(condition, a, person, now)]
        if "then_not" in condition
        else lasts
    )


def _step_activities(selector: ConditionJson, condition: ConditionJson, person: Person) -> list[Activity]:
    """Return the selected activities, limited to the newest of each day if the order within a day matters."""
    found = selected_activities(selector, person)
    return newest_of_each_day(found, person) if looks_within_days(condition) else found


def looks_within_days(condition: ConditionJson) -> bool:
    """Return whether a sequence depends on more than the first and the last activity of a day."""
    text = json.dumps(condition)
    return any(f'"{name}"' in text for name in ("without", "within", "hours_ago", "minutes_ago")) or (
        len(condition.get("steps", ())) > 2
    )


def _in_time(limits: ConditionJson, first: Activity, later: Activity, person: Person) -> bool:
    if first.occurred_at >= later.occurred_at:
        return False
    if "within" in limits:
        return timedelta(milliseconds=later.occurred_at - first.occurred_at) < timedelta(**limits["within"])
    days = (person.day(later.occurred_at) - person.day(first.occurred_at)).days
    return days <= int(limits.get("within_days", days))


def _between(
    step: ConditionJson, first: Activity, later: Activity, condition: ConditionJson, person: Person
) -> bool:
    barred = [
        a for selector in step.get("without", ()) for a in _step_activities(selector, condition, person)
    ]
    return any(first.occurred_at < a.occurred_at < later.occurred_at for a in barred)


def _is_not_followed(condition: ConditionJson, a: Activity, person: Person, now: int) -> bool:
    """Return whether no `then_not` activity followed in time, and the time for it is over."""
    names = ("within", "within_days")
    limits = {name: condition["then_not"][name] for name in names if name in condition["then_not"]}
    if not limits and len(condition.get("steps", condition.keys() & {"first", "then"})) == 1:
        limits = {name: condition[name] for name in names if name in condition}
    answers = selected_activities(condition["then_not"], person)
    if "within" in limits:
        answers = newest_of_each_day(answers, person)
        if timedelta(milliseconds=now - a.occurred_at) < timedelta(**limits["within"]):
            return False
    if (
        "within_days" in limits
        and (person.day(now) - person.day(a.occurred_at)).days <= limits["within_days"]
    ):
        return False
    return not any(_in_time(limits, a, answer, person) for answer in answers)
