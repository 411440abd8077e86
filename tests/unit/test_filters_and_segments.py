"""A list filter and a segment with the same condition find the same customers, for any data."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.api.filters import FILTERS
from crm.api.models.segments import NewSegment
from crm.api.parameters import KIND
from crm.domain.activity import Activity
from crm.domain.card import card_of, holds_beginnings, listed_texts
from crm.domain.card_fields import WHOLE, Card
from crm.domain.conditions import filter_names
from crm.domain.conditions.compile import compile_condition
from crm.domain.conditions.facts import Facts
from crm.domain.conditions.list_filters import card_filter, condition_of, segment_condition_of
from crm.domain.consent import CONSENT_STATES
from crm.domain.errors import InvalidInputError
from crm.domain.fold import fold_all
from crm.domain.identity import Identity
from crm.domain.local_days import LocalDays, date_of_day
from crm.domain.profile import ProfileState
from crm.domain.times import iso
from tests.model.naive_attributes import READER
from tests.model.segment_lives import BROWSER, DAYS, HOUR, PLACES, USER, Place, history
from tests.support.thoroughness import part_of

examples = settings(
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
SEEDS = st.integers(0, 1 << 32)
Parameters = dict[str, Any]
Condition = dict[str, Any]
ADDRESS = Identity("email", "grace@example.com")

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
SEARCHED = (
    "strasse", "ÄRGER", "bonn", "34", "3", "true", "end", LONG, f"{LONG}end", "x" * 100, "x" * 101, "y", "2026-03-27",
    "1.234,50", "ada@example.com", "grace@example.com", "example", "[", "on and on", "ärger straße",
)  # fmt: skip
ATTRIBUTES = ("city", "first_name", "last_name", "region", "zip", "company", "email", "name")
OPERATORS = {
    "": "equals",
    "starts_with": "starts_with",
    "ends_with": "ends_with",
    "contains": "contains",
    "not": "not_equals",
    "not_contains": "not_contains",
}
"""The operator of a condition over one text, by the operator of a filter."""

FIELDS = {"created": "created", "last_activity": "last_seen", "last_transaction": "last_transaction"}
RELATIVE = ("more_than_days_ago", "exactly_days_ago", "less_than_days_ago")
ABSOLUTE = ("after", "before", "on")
GROUPS = ("seg_a#1", "seg_a#2", "seg_b#1")


class RandomFilters:
    """Filters with random values, each with the equal condition of a segment."""

    def __init__(self, rng: Random, place: Place) -> None:
        self._dice, self._place = rng, place

    def text(self) -> tuple[Parameters, Condition]:
        field, operator = self._dice.choice(filter_names.TEXT_FIELDS), self._dice.choice(list(OPERATORS))
        values = self._dice.sample(SEARCHED, self._dice.randint(1, 3))
        type_ = "card_text" if field in ("name", "email") else "attribute"
        one: Condition = {"type": type_, "name": field, "operator": OPERATORS[operator]}
        join = "and" if operator.startswith("not") else "or"
        return {f"{field}.{operator}".rstrip("."): values}, joined(join, [one | {"value": v} for v in values])

    def date(self) -> tuple[Parameters, Condition]:
        rng, field = self._dice, self._dice.choice(list(FIELDS))
        operator = rng.choice((*RELATIVE, *ABSOLUTE))
        name, condition = (
            f"{field}.{operator}",
            {"type": "date", "field": FIELDS[field], "operator": operator},
        )
        if operator in RELATIVE:
            days = rng.randint(1 if operator == "less_than_days_ago" else 0, 6)
            return {name: days}, condition | {"value": days}
        at = self._place.begins(rng.randrange(DAYS)) + rng.choice((0, 1, 90 * 60_000, 23 * HOUR))
        if rng.random() < 0.5:
            day = date_of_day(calendar(self._place).day_of(at)).isoformat()
            return {name: day}, condition | {"value": day}
        return {name: at}, condition | {"value": iso(at)}

    def mark(self) -> tuple[Parameters, Condition]:
        name = self._dice.choice(list(MARKS))
        return MARKS[name](name, self._dice)

    def several(self) -> tuple[Parameters, Condition]:
        drawn = [getattr(self, self._dice.choice(("text", "date", "mark")))() for _ in range(3)]
        by_name = {next(iter(parameters)): (parameters, condition) for parameters, condition in drawn}
        parameters = {name: value for found, _ in by_name.values() for name, value in found.items()}
        return parameters, joined("and", [condition for _, condition in by_name.values()])


def all_marks(type_: str, *values: Any) -> Callable[[str, Random], tuple[Parameters, Condition]]:
    def draw(name: str, rng: Random) -> tuple[Parameters, Condition]:
        chosen = rng.sample(values, rng.randint(1, 2))
        return {name: chosen}, joined("and", [mark(type_, value) for value in chosen])

    return draw


def no_mark(type_: str, *values: Any) -> Callable[[str, Random], tuple[Parameters, Condition]]:
    def draw(name: str, rng: Random) -> tuple[Parameters, Condition]:
        chosen = rng.sample(values, rng.randint(0, 2))
        return {name: chosen}, joined("and", [negated(mark(type_, value)) for value in chosen])

    return draw


def one_mark(type_: str, *values: Any) -> Callable[[str, Random], tuple[Parameters, Condition]]:
    def draw(name: str, rng: Random) -> tuple[Parameters, Condition]:
        chosen = rng.sample(values, rng.randint(1, 2))
        return {name: chosen}, joined("or", [mark(type_, value) for value in chosen])

    return draw


def no_user(name: str, rng: Random) -> tuple[Parameters, Condition]:
    missing = rng.random() < 0.5
    return {name: missing}, mark("responsible", None) if missing else negated(mark("responsible", None))


def consents(name: str, rng: Random) -> tuple[Parameters, Condition]:
    keys = rng.sample(("email", "sms", "email:news", "Analytics: v2", "fax"), rng.randint(1, 2))
    wanted = {key: rng.sample(CONSENT_STATES, rng.randint(1, 2)) for key in keys}
    return {name: wanted}, joined(
        "and", [joined("or", [consent(k, state) for state in states]) for k, states in wanted.items()]
    )


def consent(key: str, state: str) -> Condition:
    channel, purpose = ("email", "news") if key == "email:news" else (key, None)
    return {"type": "consent", "channel": channel, "state": state} | ({"purpose": purpose} if purpose else {})


MARKS: dict[str, Callable[[str, Random], tuple[Parameters, Condition]]] = {
    "tag": all_marks("tag", "t1", "t2", "t3"),
    "tag.none": no_mark("tag", "t1", "t2", "t3"),
    "list": all_marks("list", "l1", "l2"),
    "list.none": no_mark("list", "l1", "l2"),
    "segment": all_marks("membership", *GROUPS),
    "segment.none": no_mark("membership", *GROUPS),
    "class": one_mark("class", "gold", "silver"),
    "responsible": one_mark("responsible", "iris", "bob"),
    "responsible.missing": no_user,
    "consent": consents,
}


def mark(type_: str, value: Any) -> Condition:
    field = {"membership": "group", "responsible": "user"}.get(type_, type_)
    return {"type": type_, field: value}


def joined(type_: str, conditions: list[Condition]) -> Condition:
    return {"type": type_, "conditions": conditions}


def negated(condition: Condition) -> Condition:
    return {"type": "not", "condition": condition}


def calendar(place: Place) -> LocalDays:
    return LocalDays(place.zone, place.name)


def sent(rng: Random, log: list[Activity]) -> Iterator[Activity]:
    """Return the log, with texts of every kind among the attributes."""
    for activity in log:
        if activity.type != "identify":
            yield activity
            continue
        names = rng.sample(ATTRIBUTES, 4)
        values = {name: rng.choice(EMAILS if name == "email" else TEXTS) for name in names}
        yield replace(activity, properties=activity.properties | values)


def members_of(rng: Random, log: list[Activity]) -> list[ProfileState]:
    """Build the profiles of one person, with or without an address, and the groups at the last evaluation."""
    found = []
    for identity in (USER, BROWSER):
        own = [activity for activity in log if activity.identities[0] == identity]
        if own:
            state = ProfileState(identity.value, identity)
            fold_all(state, sorted(own, key=lambda a: (a.original_at, a.message_id)))
            found.append(state)
    if found and rng.random() < 0.5:
        found.append(ProfileState(ADDRESS.value, ADDRESS))
    if found:
        card = card_of(found, reader=READER)
        card["segments"], card["candidates"] = rng.sample(GROUPS, 1), rng.sample(GROUPS, 1)
        found[0].card = card
    return found


def filtered_card(members: list[ProfileState]) -> Card:
    card = members[0].card
    assert card is not None
    return {**card, WHOLE: listed_texts(members, READER)} if holds_beginnings(card) else card


def test_random_filters_include_every_filter() -> None:
    texts = [f"{name}.{operator}".rstrip(".") for name in filter_names.TEXT_FIELDS for operator in OPERATORS]
    dates = [f"{field}.{operator}" for field in FIELDS for operator in (*RELATIVE, *ABSOLUTE)]
    assert {KIND.name, *texts, *dates, *MARKS} == {parameter.name for parameter in FILTERS}


@pytest.mark.parametrize("kind", ["text", "date", "mark", "several"])
def test_a_filter_and_its_condition_find_the_same_people(kind: str) -> None:
    @settings(examples, max_examples=part_of(3_000 if kind == "text" else 1_500, one_in=75))
    @given(SEEDS)
    def check(seed: int) -> None:
        rng = Random(seed)
        place = rng.choice(PLACES)
        members = members_of(rng, list(sent(rng, history(rng, place) + history(rng, place))))
        if not members:
            return
        parameters, condition = getattr(RandomFilters(rng, place), kind)()
        # Also before the last stored activity, since clocks of clients can be wrong.
        now, days = place.begins(rng.randrange(DAYS)) + rng.randrange(24) * HOUR, calendar(place)
        listed = card_filter(parameters, now, days)(filtered_card(members))
        facts = Facts(members)
        assert compile_condition(condition, days, READER).holds(facts, now) is listed, parameters
        assert compile_condition(condition_of(parameters), days, READER).holds(facts, now) is listed, (
            parameters
        )

    check()


@pytest.mark.parametrize(
    ("parameters", "condition"),
    [
        ({"segment": ["loyal"]}, {"type": "segment", "segment": "loyal"}),
        (
            {"segment.none": ["loyal", "asleep"]},
            negated(joined("or", [{"type": "segment", "segment": name} for name in ("loyal", "asleep")])),
        ),
        ({"kind": "anonymous"}, {"type": "kind", "kind": "anonymous"}),
        (
            {"kind": "recognised", "tag": ["vip"]},
            joined("and", [{"type": "kind", "kind": "recognised"}, mark("tag", "vip")]),
        ),
    ],
)
def test_a_filter_over_segments_or_a_kind_becomes_a_condition(
    parameters: Parameters, condition: Condition
) -> None:
    assert segment_condition_of(parameters) == condition
    assert NewSegment.model_validate({"name": "x", "condition": condition})


def test_filters_without_an_equivalent_condition_are_refused() -> None:
    foreign = {"name.contains": ["Ada"], "email": ["ada@example.com"], "kind": "deleted"}
    with pytest.raises(InvalidInputError) as refused:
        segment_condition_of({"city": ["Rome"], **foreign, "first_name": ["Ada"]})
    assert (refused.value.code, refused.value.details) == ("no_segment_equivalent", {"filters": [*foreign]})
    assert all(name in refused.value.message for name in foreign)


@pytest.mark.parametrize("seed", range(200))
def test_the_condition_of_a_filter_is_valid_for_a_segment(seed: int) -> None:
    """Excluded are fields that only lists have: the full name, the address, and segments by their builds."""
    rng = Random(seed)
    parameters, _ = getattr(RandomFilters(rng, rng.choice(PLACES)), rng.choice(("text", "date", "mark")))()
    (name,) = parameters
    if name.partition(".")[0] in ("name", "email", "segment") or parameters[name] == []:
        return
    sent = condition_of(parameters)
    assert segment_condition_of(parameters) == sent
    taken = NewSegment.model_validate({"name": "x", "condition": sent})
    assert taken.model_dump(exclude_unset=True)["condition"] == sent
