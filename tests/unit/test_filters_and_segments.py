"""A filter of lists and a segment with the same condition find the same people, whatever was sent of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.domain.activity import Activity
from crm.domain.card import WHOLE, card_of, holds_beginnings, listed_texts
from crm.domain.conditions.compile import compiled
from crm.domain.conditions.facts import Facts
from crm.domain.filters import Calendar, filter_of
from crm.domain.filters import dates as date_filters
from crm.domain.filters import texts as text_filters
from crm.domain.fold import fold_all
from crm.domain.local_days import LocalDays
from crm.domain.profile import ProfileState
from crm.domain.times import iso
from tests.model.naive_attributes import READER
from tests.model.segment_lives import BROWSER, DAYS, HOUR, PLACES, USER, Place, life
from tests.thoroughness import part_of

examples = settings(
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
SEEDS = st.integers(0, 1 << 32)
LONG = "A street that goes on and on " * 6
TEXTS: tuple[Any, ...] = (
    "STRASSE", "straße", "Ärger", "a\u0308rger", "  Bonn  ", "34", 34, 34.0, 3.5, True, None, " ", "", ["Bonn"],
    {"a": "Bonn"},
    LONG, f"{LONG}end", "x" * 100, "x" * 101, f"{'x' * 99}y", "2026-03-27", "2026-03-27T00:00:00Z", "1.234,50",
)  # fmt: skip
EMAILS: tuple[Any, ...] = (
    "Ada@Example.com",
    "ada@example.com",
    "no address",
    7,
    f"{'a' * 60}@{'b' * 50}.example",
)
LOOKED_FOR = (
    "strasse", "ÄRGER", "bonn", "34", "3", "true", "end", LONG, f"{LONG}end", "x" * 100, "x" * 101, "y", "2026-03-27",
    "1.234,50", "ada@example.com", "example", "[", "on and on",
)  # fmt: skip
ATTRIBUTES = ("city", "first_name", "last_name", "region", "zip", "company", "email")
OPERATORS = {
    "": "one_of",
    "starts_with": "starts_with",
    "ends_with": "ends_with",
    "contains": "contains",
    "not": "not_one_of",
    "not_contains": "not_contains",
}
"""By operator of a filter, that of the condition."""

FIELDS = {"created": "created", "last_activity": "last_seen", "last_transaction": "last_transaction"}
STATES = ("granted", "denied", "pending", "expired", "missing")


def test_all_filters_of_texts_and_dates_are_drawn() -> None:
    assert set(OPERATORS) == set(text_filters.OPERATORS)
    assert set(FIELDS) == set(date_filters.FIELDS)
    assert set(ATTRIBUTES) | {"name"} == set(
        text_filters.FIELDS
    )  # a list knows a full name, which is no attribute


class Question:
    """A filter, and the condition that means the same; drawn by dice."""

    def __init__(self, dice: Random, place: Place) -> None:
        self._dice, self._place = dice, place

    def text(self) -> tuple[str, Any, dict[str, Any]]:
        field, operator = self._dice.choice(ATTRIBUTES), self._dice.choice(list(OPERATORS))
        wanted = self._dice.sample(LOOKED_FOR, 2)
        condition = {"type": "attribute", "name": field, "operator": OPERATORS[operator]}
        if operator in ("", "not"):
            return f"{field}.{operator}".rstrip("."), wanted, condition | {"value": wanted}
        return f"{field}.{operator}", wanted[:1], condition | {"value": wanted[0]}

    def date(self) -> tuple[str, Any, dict[str, Any]]:
        dice, field = self._dice, self._dice.choice(list(FIELDS))
        operator = dice.choice(date_filters.OPERATORS)
        condition = {"type": "date", "field": FIELDS[field], "operator": operator}
        if operator in date_filters.RELATIVE:
            days = dice.randint(1 if operator == "less_than_days_ago" else 0, 6)
            return f"{field}.{operator}", days, condition | {"value": days}
        at = self._place.begins(dice.randrange(DAYS)) + dice.choice((0, 1, 90 * 60_000, 23 * HOUR))
        if dice.random() < 0.5:
            day = Calendar(at, self._place.zone).day_of(at).isoformat()
            return f"{field}.{operator}", day, condition | {"value": day}
        return f"{field}.{operator}", at, condition | {"value": iso(at)}

    def mark(self) -> tuple[str, Any, dict[str, Any]]:
        channel, state = self._dice.choice(("email", "sms")), self._dice.choice(STATES)
        consent = {"type": "consent", "channel": channel, "state": state}
        one: tuple[tuple[str, Any, dict[str, Any]], ...] = (
            ("tag", ["t1"], {"type": "tag", "tag": "t1"}),
            ("tag.none", ["t2"], {"type": "not", "condition": {"type": "tag", "tag": "t2"}}),
            ("list", ["l1"], {"type": "list", "list": "l1"}),
            ("list.none", ["l1"], {"type": "not", "condition": {"type": "list", "list": "l1"}}),
            ("class", ["gold"], {"type": "class", "class": "gold"}),
            ("responsible", ["iris"], {"type": "responsible", "user": "iris"}),
            ("responsible.missing", True, {"type": "responsible", "user": None}),
            ("consent", {channel: [state]}, consent),
        )
        return self._dice.choice(one)


def sent(dice: Random, log: list[Activity]) -> Iterator[Activity]:
    """What was done, with texts of every kind said by the way."""
    for activity in log:
        if activity.type != "identify":
            yield activity
            continue
        names = dice.sample(ATTRIBUTES, 4)
        said = {name: dice.choice(EMAILS if name == "email" else TEXTS) for name in names}
        yield replace(activity, properties=activity.properties | said)


def members_of(log: list[Activity]) -> list[ProfileState]:
    found = []
    for identity in (USER, BROWSER):
        own = [activity for activity in log if activity.identities[0] == identity]
        if own:
            state = ProfileState(identity.value, identity)
            fold_all(state, sorted(own, key=lambda a: (a.original_at, a.message_id)))
            found.append(state)
    return found


def filtered_card(members: list[ProfileState]) -> dict[str, Any]:
    card = card_of(members, reader=READER)
    return card | {WHOLE: listed_texts(members, READER)} if holds_beginnings(card) else card


@pytest.mark.parametrize("kind", ["text", "date", "mark"])
def test_they_find_the_same_people(kind: str) -> None:
    @settings(examples, max_examples=part_of(20_000 if kind == "text" else 6_000))
    @given(SEEDS)
    def check(seed: int) -> None:
        dice = Random(seed)
        place = dice.choice(PLACES)
        members = members_of(list(sent(dice, life(dice, place) + life(dice, place))))
        if not members:
            return
        name, value, condition = getattr(Question(dice, place), kind)()
        # Also before the last of what is stored: clocks of clients go wrong.
        now = place.begins(dice.randrange(DAYS)) + dice.randrange(24) * HOUR
        listed = filter_of(name, value, Calendar(now, place.zone))(filtered_card(members))
        days = LocalDays(place.zone, place.name)
        assert compiled(condition, days, READER).holds(Facts(members), now) is listed, (name, value)

    check()
