"""Attributes sent in each format: conditions find the same customers as SQL over the intended values."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import product
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pytest

from crm.domain.attribute import BOOLEAN, CHOICE, DATE, DATETIME, LIST, NUMBER, Attribute
from crm.domain.attribute_operands import read_attribute_operand
from crm.domain.attribute_reader import AttributeReader
from crm.domain.conditions.compile import compile_condition
from crm.domain.conditions.facts import Facts
from crm.domain.identity import PHONE
from crm.domain.local_days import LocalDays
from crm.domain.profile import ProfileState
from crm.domain.stamped import Stamped
from tests.model.naive_people import EPOCH
from tests.model.spelt_customers import ATTRIBUTES, SIZES, Customer, customer, sent
from tests.support.thoroughness import part_of, some_of

ZONES = ("Europe/Berlin", "America/Los_Angeles", "Asia/Kathmandu", "Pacific/Honolulu")
DAYS = (date(2026, 3, 1), date(2028, 2, 29), date(2026, 10, 25), date(2026, 12, 31))
HOURS = (0.5, 5, 12, 23.5)
DEFINED = {
    "born": Attribute("born", "Born", DATE),
    "joined": Attribute("joined", "Joined", DATETIME),
    "spent": Attribute("spent", "Spent", NUMBER),
    "vip": Attribute("vip", "VIP", BOOLEAN),
    "colours": Attribute("colours", "Colours", LIST),
    "size": Attribute("size", "Size", CHOICE, choices=SIZES),
    "phone": Attribute("phone", "Phone", format=PHONE),
}
READER = AttributeReader(DEFINED, "DE")
HERE = "timezone(zone, joined)::DATE"
"""The day of an instant in the time zone."""

BIRTHDAY = """(SELECT min(day) FROM (SELECT unnest([
    (make_date(year(today), month(born), 1) + INTERVAL (least(day(born), day(last_day(make_date(year(today), month(born), 1)))) - 1) DAY)::DATE,
    (make_date(year(today) + 1, month(born), 1) + INTERVAL (least(day(born), day(last_day(make_date(year(today) + 1, month(born), 1)))) - 1) DAY)::DATE
]) AS day) WHERE day >= today)"""  # noqa: E501
"""The next birthday, today's included."""


def attribute(name: str, operator: str, value: Any = None) -> dict[str, Any]:
    condition = {"type": "attribute", "name": name, "operator": operator}
    if value is None:
        return condition
    return condition | {"value": read_attribute_operand(DEFINED[name], operator, value, phone_region="DE")}


def dated(name: str, operator: str, value: Any, **more: Any) -> dict[str, Any]:
    return {"type": "date", "attribute": name, "operator": operator, "value": value, **more}


CASES: tuple[tuple[dict[str, Any], str], ...] = (
    (attribute("born", "equals", "2004-02-29T00:00:00Z"), "born = DATE '2004-02-29'"),
    (attribute("born", "one_of", ["29.02.1988", "19640301"]), "born IN (DATE '1988-02-29', DATE '1964-03-01')"),
    (attribute("born", "not_equals", "2004-02-29"), "born IS DISTINCT FROM DATE '2004-02-29'"),
    (attribute("born", "less", "1964-02-29"), "born < DATE '1964-02-29'"),
    (attribute("born", "between", ["1964-01-01", "1988-02-29T23:00:00-05:00"]),
     "born BETWEEN '1964-01-01' AND '1988-02-29'"),
    (attribute("born", "contains", "-02-"), "month(born) = 2"),
    (attribute("born", "empty"), "born IS NULL AND NOT list_contains(unreadable, 'born')"),
    (attribute("joined", "at_least", "2026-03-01T06:00:00+06:00"), "joined >= TIMESTAMPTZ '2026-03-01 00:00:00+00'"),
    (attribute("joined", "equals", "2026-03-01"), "timezone('UTC', joined)::DATE = DATE '2026-03-01'"),
    (attribute("joined", "not_empty"), "joined IS NOT NULL OR list_contains(unreadable, 'joined')"),
    (attribute("spent", "equals", "1.234,56"), "spent = 1234.56"),
    (attribute("spent", "one_of", [5, "0,05", "1,000,000"]), "spent IN (5, 0.05, 1000000)"),
    (attribute("spent", "greater", "12,5"), "spent > 12.5"),
    (attribute("spent", "between", ["-12.345,67", "€ 0.00"]), "spent BETWEEN -12345.67 AND 0"),
    (attribute("spent", "not_equals", 12.5), "spent IS DISTINCT FROM 12.5"),
    (attribute("vip", "equals", "yes"), "vip"),
    (attribute("vip", "one_of", [False, "no"]), "NOT vip"),
    (attribute("vip", "not_equals", 1), "vip IS DISTINCT FROM true"),
    (attribute("colours", "equals", "GRÜN"), "list_contains(colours, 'Grün')"),
    (attribute("colours", "one_of", ["red", "a;b"]), "list_has_any(colours, ['red', 'a;b'])"),
    (attribute("colours", "contains", "dark"), "list_contains(colours, 'blue, dark')"),
    (attribute("colours", "not_equals", "red"), "NOT coalesce(list_contains(colours, 'red'), false)"),
    (attribute("size", "equals", "grosse"), "size = 'Große'"),
    (attribute("size", "not_one_of", ["s", "M"]), "size IS NULL OR size = 'Große'"),
    (attribute("phone", "equals", "0049 (0)30 123 45 67"), "phone = '+49301234567'"),
    (attribute("phone", "starts_with", "+49 170"), "starts_with(phone, '+49170')"),
    (attribute("phone", "not_contains", "415"), "phone IS NULL OR NOT contains(phone, '415')"),
    (dated("joined", "less_than_days_ago", 3), f"{HERE} BETWEEN today - 2 AND today"),
    (dated("joined", "exactly_days_ago", 0), f"{HERE} = today"),
    (dated("joined", "more_than_days_ahead", 1), f"{HERE} > today + 1"),
    (dated("joined", "on", "2026-03-01"), f"{HERE} = DATE '2026-03-01'"),
    (dated("joined", "before", "2026-10-25"), f"{HERE} < DATE '2026-10-25'"),
    (dated("born", "on", "1988-02-29"), "born = DATE '1988-02-29'"),
    (dated("born", "exactly_days_ahead", 0, yearly=True), f"{BIRTHDAY} = today"),
    (dated("born", "less_than_days_ahead", 4, yearly=True), f"{BIRTHDAY} < today + 4"),
    (dated("born", "exactly_days_ahead", 2, yearly=True), f"{BIRTHDAY} = today + 2"),
)  # fmt: skip


class Truth:
    """The intended values of each customer, in DuckDB."""

    def __init__(self, customers: list[Customer], zone: str) -> None:
        self._database = duckdb.connect()
        self._database.execute(
            "CREATE TABLE people (id INT, born DATE, joined TIMESTAMPTZ, spent DECIMAL(12, 2), vip BOOLEAN, "
            "colours TEXT[], size TEXT, phone TEXT, unreadable TEXT[])"
        )
        columns = ("id", *ATTRIBUTES, "unreadable")
        rows = [[_plain(getattr(known, column)) for column in columns] for known in customers]
        marks = ", ".join(f"({', '.join('?' * len(columns))})" for _ in rows)
        self._database.execute(f"INSERT INTO people VALUES {marks}", [each for row in rows for each in row])  # noqa: S608
        self._zone = zone

    def at(self, moments: list[datetime]) -> list[dict[str, set[int]]]:
        """Return the customers who match each case at each moment: one query, as planning it takes most of its time."""
        wheres = [where for _, where in CASES]
        verdicts = ", ".join(f"coalesce({where}, false)" for where in wheres)
        query = (
            f"SELECT moment, id, {verdicts} FROM "  # noqa: S608
            "(SELECT *, ? AS zone, timezone(?, moments[moment + 1])::DATE AS today "
            "FROM people, (SELECT ?::TIMESTAMPTZ[] AS moments), range(?) AS numbers(moment))"
        )
        found = self._database.execute(query, [self._zone, self._zone, moments, len(moments)]).fetchall()
        members: list[dict[str, set[int]]] = [{where: set() for where in wheres} for _ in moments]
        for moment, id_, *held in found:
            for where, holds in zip(wheres, held, strict=True):
                if holds:
                    members[moment][where].add(id_)
        return members


def _plain(value: Any) -> Any:
    return (
        sorted(value)
        if isinstance(value, frozenset | set)
        else list(value)
        if isinstance(value, tuple)
        else value
    )


def facts_of(known: Customer, rng: Random) -> Facts:
    condition = {name: Stamped(value, (0, "")) for name, value in sent(known, rng).items()}
    return Facts([ProfileState(str(known.id), attributes=condition)])


def instants(today: date) -> list[datetime]:
    return [datetime.combine(today, datetime.min.time(), UTC) + timedelta(hours=hours) for hours in HOURS]


@pytest.mark.parametrize(("zone", "today"), some_of(list(product(ZONES, DAYS)), one_in=5))
def test_attribute_conditions_find_the_same_customers_as_sql(zone: str, today: date) -> None:
    rng = Random(f"{zone} {today}")
    customers = [customer(id_, rng, today) for id_ in range(part_of(1000, one_in=20))]
    truth, days = Truth(customers, zone), LocalDays(ZoneInfo(zone), zone)
    nodes = [(compile_condition(condition, days, READER), where) for condition, where in CASES]
    facts = {known.id: facts_of(known, rng) for known in customers}
    moments = instants(today)
    for now, expected in zip(moments, truth.at(moments), strict=True):
        at = (now - EPOCH) // timedelta(milliseconds=1)
        for node, where in nodes:
            found = {id_ for id_, one in facts.items() if node.holds(one, at)}
            assert found == expected[where], (node.definition, now)


def test_most_cases_distinguish_customers() -> None:
    rng, today = Random(1), DAYS[0]
    customers = [customer(id_, rng, today) for id_ in range(200)]
    truth, telling = Truth(customers, ZONES[1]), set[str]()
    for members in truth.at(instants(today)):
        telling |= {where for where, found in members.items() if 0 < len(found) < len(customers)}
    assert {where for _, where in CASES} == telling
