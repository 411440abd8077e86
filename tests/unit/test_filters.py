"""Filters of lists, from query strings."""

from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from crm.api.filters import FILTERS
from crm.api.parameters import read_query
from crm.domain.conditions.list_filters import card_filter
from crm.domain.local_days import LocalDays
from crm.domain.times import parse_time
from tests.support.cards import card_with
from tests.support.thoroughness import part_of

BERLIN = ZoneInfo("Europe/Berlin")


def at(text: str) -> int:
    moment = parse_time(text)
    assert moment is not None
    return moment


def passes(
    card: dict[str, Any], query: dict[str, str], *, now: str = "2026-11-21T12:00:00Z", zone: ZoneInfo = BERLIN
) -> bool:
    """Return whether a list with these parameters has this card."""
    asked = {name: value for name, value in read_query(FILTERS, query).items() if value is not None}
    return card_filter(asked, at(now), LocalDays(zone, zone.key))(card_with(**card))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"city": "berlin"}, True),
        ({"city": "BERLIN"}, True),
        ({"city": "ber"}, False),
        ({"city": "Rome,Berlin"}, True),
        ({"city": "Rome,Paris"}, False),
        ({"city.starts_with": "ber"}, True),
        ({"city.starts_with": "lin"}, False),
        ({"city.ends_with": "LIN"}, True),
        ({"city.ends_with": "ber"}, False),
        ({"city.contains": "erl"}, True),
        ({"city.contains": "Rom,erl"}, True),
        ({"city.contains": "rome"}, False),
        ({"city.not": "berlin"}, False),
        ({"city.not": "rome,paris"}, True),
        ({"city.not": "rome,berlin"}, False),
        ({"city.not_contains": "erl"}, False),
        ({"city.not_contains": "rom"}, True),
        ({"city": "Berlin", "zip": "10115"}, True),
        ({"city": "Berlin", "zip": "10116"}, False),
        ({"first_name": "Ada"}, False),
        ({"first_name.contains": "a"}, False),
        ({"first_name.not": "Ada"}, True),
        ({"first_name.not_contains": "a"}, True),
    ],
)
def test_text_filters_match_values(query: dict[str, str], found: bool) -> None:
    assert passes({"city": "Berlin", "zip": "10115"}, query) == found


@pytest.mark.parametrize(
    ("held", "asked"),
    [
        ("Straße", "STRASSE"),
        ("Müller", "mu\N{COMBINING DIAERESIS}ller"),
        ("ΟΔΟΣ", "οδος"),
        ("İzmir", "i\N{COMBINING DOT ABOVE}zmir"),
        ("\N{ANGSTROM SIGN}rhus", "\xe5rhus"),
        ("San  Marino ", "san marino"),
        ("\N{GREEK SMALL LETTER ALPHA WITH YPOGEGRAMMENI}", "\u0391\u0399"),
    ],
)
def test_text_filters_ignore_case_and_unicode_composition(held: str, asked: str) -> None:
    assert passes({"city": held}, {"city": asked})


def test_text_filters_respect_accents() -> None:
    assert not passes({"city": "Málaga"}, {"city.contains": "mala"})


def test_an_escaped_comma_is_part_of_a_value() -> None:
    assert passes({"company": "Smith, Jones & Co"}, {"company": r"Smith\, Jones & Co,Other"})
    assert not passes({"company": "Smith"}, {"company": r"Smith\, Jones & Co"})


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"created.after": "2026-11-20"}, True),
        ({"created.after": "20.11.2026"}, True),
        ({"created.after": "2026-11-21"}, False),
        ({"created.before": "2026-11-22"}, True),
        ({"created.before": "2026-11-21"}, False),
        ({"created.on": "2026-11-21"}, True),
        ({"created.on": "21.11.2026"}, True),
        ({"created.on": "1.1.2026"}, False),
        ({"created.on": "2026-11-21T22:59:59Z"}, True),
        ({"created.on": "2026-11-21T23:00:00Z"}, False),
        ({"created.after": "2026-11-20T23:29:59Z"}, True),
        ({"created.after": "2026-11-20T23:30:00Z"}, False),
        ({"created.after": "2026-11-21T00:29:59 01:00"}, True),
        ({"created.before": "2026-11-20T23:30:00Z"}, False),
        ({"created.before": "2026-11-20T23:30:00.001Z"}, True),
        ({"created.exactly_days_ago": "0"}, True),
        ({"created.exactly_days_ago": "1"}, False),
        ({"created.less_than_days_ago": "1"}, True),
        ({"created.more_than_days_ago": "0"}, False),
        ({"created.after": "1.11.2026", "created.before": "1.12.2026"}, True),
    ],
)
def test_date_filters_use_the_time_zone(query: dict[str, str], found: bool) -> None:
    half_past_midnight_in_berlin = at("2026-11-20T23:30:00Z")
    assert passes({"created": half_past_midnight_in_berlin}, query) == found


@pytest.mark.parametrize("operator", ["after", "before", "on"])
@pytest.mark.parametrize("field", ["last_activity", "last_transaction"])
def test_a_customer_without_a_date_passes_no_filter_on_it(field: str, operator: str) -> None:
    card = {"created": at("2026-11-20T23:30:00Z")}
    for day in ("1970-01-01", "2026-11-21", "9998-12-31"):
        assert not passes(card, {f"{field}.{operator}": day})
    for relative in ("more_than", "exactly", "less_than"):
        assert not passes(card, {f"{field}.{relative}_days_ago": "1"})


@pytest.mark.parametrize(
    ("seen", "now", "days"),
    [
        # Clocks go forward on 2026-03-29 at 02:00: that day has 23 hours.
        ("2026-03-28T22:59:59.999Z", "2026-03-29T21:59:59.999Z", 1),
        ("2026-03-28T23:00:00Z", "2026-03-29T21:59:59.999Z", 0),
        ("2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z", 1),
        # They go back on 2026-10-25 at 03:00: that day has 25.
        ("2026-10-24T21:59:59.999Z", "2026-10-24T22:00:00Z", 1),
        ("2026-10-24T22:00:00Z", "2026-10-25T22:59:59.999Z", 0),
        ("2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z", 1),
        ("2026-03-01T11:00:00Z", "2026-11-21T23:30:00Z", 266),
    ],
)
def test_days_ago_are_calendar_days_across_clock_changes(seen: str, now: str, days: int) -> None:
    card = {"last_seen": at(seen)}
    assert passes(card, {"last_activity.exactly_days_ago": str(days)}, now=now)
    assert passes(card, {"last_activity.less_than_days_ago": str(days + 1)}, now=now)
    assert not passes(card, {"last_activity.more_than_days_ago": str(days)}, now=now)
    if days:
        assert not passes(card, {"last_activity.less_than_days_ago": str(days)}, now=now)
        assert passes(card, {"last_activity.more_than_days_ago": str(days - 1)}, now=now)


@pytest.mark.parametrize(
    "zone", ["UTC", "Europe/Berlin", "America/New_York", "America/Havana", "Asia/Kathmandu", "Pacific/Apia"]
)
def test_every_instant_is_on_the_local_day(zone: str) -> None:
    random, wall = Random(zone), ZoneInfo(zone)
    for _ in range(part_of(300, least=60)):
        moment = datetime(2011, 12, 28, tzinfo=UTC) + timedelta(minutes=random.randrange(60 * 24 * 600))
        now = moment + timedelta(minutes=random.randrange(60 * 24 * 5))
        shown, today = date.fromisoformat(str(moment.astimezone(wall))[:10]), now.astimezone(wall).date()
        days = (today - shown).days
        card = {"created": int(moment.timestamp() * 1000)}
        for asked in {0, days, days + 1, max(days - 1, 0)}:
            for operator, expected in {
                "exactly_days_ago": days == asked,
                "more_than_days_ago": days > asked,
                "less_than_days_ago": days < asked,
            }.items():
                if operator == "less_than_days_ago" and asked == 0:
                    continue
                query = {f"created.{operator}": str(asked)}
                assert passes(card, query, now=now.isoformat(), zone=wall) == expected, (moment, now, query)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"consent": "email:granted"}, True),
        ({"consent": "email:marketing:granted"}, True),
        ({"consent": "email:denied"}, False),
        ({"consent": "email:denied,email:granted"}, True),
        ({"consent": "email:granted,sms:denied"}, True),
        ({"consent": "email:granted,sms:granted"}, False),
        ({"consent": "push:expired"}, True),
        ({"consent": "push:granted"}, False),
        ({"consent": "wifi:granted"}, True),
        ({"consent": "rfid:missing"}, True),
        ({"consent": "email:missing"}, False),
        ({"consent": "email:newsletter:denied"}, True),
        ({"consent": "email:newsletter:granted"}, False),
        ({"consent": "Analytics: v2:granted"}, True),
    ],
)
def test_consent_filters_respect_expiry(query: dict[str, str], found: bool) -> None:
    noon = at("2026-11-21T12:00:00Z")
    consents = {
        "email": ["granted"],
        "email:newsletter": ["denied"],
        "sms": ["denied"],
        "push": ["granted", noon],
        "wifi": ["granted", noon + 1],
        "Analytics: v2": ["granted"],
    }
    assert passes({"consents": consents}, query) == found


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"tag": "t1"}, True),
        ({"tag": "t1,t2"}, True),
        ({"tag": "t1,t3"}, False),
        ({"tag.none": "t3,t4"}, True),
        ({"tag.none": "t2,t3"}, False),
        ({"list": "l1,l2"}, True),
        ({"list": "l1,l3"}, False),
        ({"list.none": "l3"}, True),
        ({"list.none": "l2,l3"}, False),
        ({"class": "gold"}, True),
        ({"class": "silver,gold"}, True),
        ({"class": "silver"}, False),
        ({"responsible": "ada@example.com,bob"}, True),
        ({"responsible": "bob"}, False),
        ({"responsible.missing": "true"}, False),
        ({"responsible.missing": "false"}, True),
    ],
)
def test_tag_list_and_class_filters_match(query: dict[str, str], found: bool) -> None:
    marks = {"tags": ["t1", "t2"], "lists": ["l1", "l2"], "classes": ["gold"]}
    card = {**marks, "responsible": "ada@example.com"}
    assert passes(card, query) == found


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"tag": "t1"}, False),
        ({"tag.none": "t1"}, True),
        ({"list": "l1"}, False),
        ({"list.none": "l1"}, True),
        ({"class": "gold"}, False),
        ({"responsible": "bob"}, False),
        ({"responsible.missing": "true"}, True),
        ({"consent": "email:missing"}, True),
        ({"consent": "email:granted"}, False),
    ],
)
def test_a_customer_without_tags_and_lists_passes_only_negated_filters(
    query: dict[str, str], found: bool
) -> None:
    assert passes({}, query) == found
