"""Random activities of one customer, within a few days, close to midnight and to changes of the clocks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from crm.domain.activity import Activity
from crm.domain.effect_fields import Effects
from crm.domain.identity import Identity
from tests.model.naive_attributes import PHONES
from tests.model.naive_people import EPOCH, first_instant
from tests.support.effects import effects_on

HOUR = 3_600_000
DAYS = 6
"""The number of days of a history."""


@dataclass(frozen=True)
class Place:
    """A time zone and the first day of a history."""

    name: str
    first: date

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.name)

    def begins(self, day: int) -> int:
        """Return the first instant of the day with this number in the time zone, epoch ms."""
        return first_instant(self.first + timedelta(days=day), self.zone)


PLACES = (
    Place("Europe/Berlin", date(2026, 3, 26)),
    Place("Europe/Berlin", date(2026, 10, 22)),
    Place("America/New_York", date(2026, 3, 5)),
    Place("America/New_York", date(2024, 10, 31)),
    Place("America/Santiago", date(2026, 9, 3)),  # clocks jump over midnight
    Place("America/Santiago", date(2026, 4, 2)),  # midnight comes twice
    Place("Australia/Lord_Howe", date(2026, 10, 1)),  # by half an hour
    Place("Asia/Kathmandu", date(2024, 2, 26)),  # 5:45 ahead; 29 February
)
USER, BROWSER = Identity("user_id", "u"), Identity("anonymous_id", "b")
_ORDERS: Sequence[dict[str, Any]] = (
    {"total": 5, "sku": "a1"},
    {"total": "2.5", "sku": ["A1", "É"], "items": [{"price": 1}, {"price": "20"}]},
    {"total": 7.5, "items": [{"price": 3}, {"name": "x"}]},
    {"items": [{"price": 5, "name": "a1"}, {"price": 1, "name": "É"}]},
    {"items": {"price": 5, "name": "Straße"}},
    {"total": -1, "sku": "e\u0301"},
    {"total": "much", "sku": "Straße", "items": []},
    {"total": "1.234,50", "sku": True, "items": [{"price": "12,5"}, {"price": "1,234"}]},
    {"total": "€ 7,50", "sku": "2026-03-27T23:30:00Z", "items": [{"price": "1e1"}]},
    {"sku": None},
    {},
)
_CONSENT_STATEMENTS: Sequence[tuple[str, str | None, dict[str, Any], dict[str, Any]]] = (
    *[("track", "Order Completed", properties, {}) for properties in _ORDERS],
    *[("track", "Viewed", properties, {}) for properties in _ORDERS],
    *[("track", "Order Completed", {"order_id": "1", **given}, {}) for given in _ORDERS[:5]],
    ("track", "Order Completed", {"order_id": "2", "revenue": 9, "total": 10}, {}),
    ("track", "Order Updated", {"order_id": "1", "total": 6}, {}),
    ("track", "Order Refunded", {"order_id": "1", "total": 2}, {}),
    ("track", "Order Refunded", {"order_id": "2"}, {}),
    ("track", "Order Cancelled", {"order_id": "1"}, {}),
    ("page", "Home", {"sku": "34"}, {"environment": {"browser": "Ärger"}}),
    ("page", None, {}, {"consent": {"categoryPreferences": {"email": True}}}),
    ("page", None, {}, {"consent": {"categoryPreferences": {"email": False, "sms": True}}}),
    ("form", "letter", {"total": 1}, {}),
    ("identify", None, {"city": "STRASSE", "age": "34", "colours": ["É", "a1"]}, {}),
    ("identify", None, {"city": "ärger", "age": 5, "vip": True}, {}),
    ("identify", None, {"city": None, "age": 20.5, "vip": "no"}, {}),
)
SPELT: dict[str, Sequence[Any]] = {
    "age": (
        "1.234,50",
        "1,234.50",
        "1 234",
        "€ 12,50",
        "1e1",
        "12,5",
        "1,234",
        "1.234",
        "much",
        True,
        2**60,
        "34",
    ),
    "vip": (True, "YES", " On ", 1, "0", 0, "No", "perhaps", 1.0, [True], "false"),
    "colours": ("S;M", "É, a1", '["x;y", "M"]', ["É", " a1", 5], 7, "", [], "S"),
    "size": ("m", "GROSSE", " S", "XL", ["S"], 5),
    "phone": (*PHONES, "call me", 5),
    "city": ("2026-03-27", "34", 34, 5.0, True, "  ", ["x"]),
}
"""Values of attributes as systems send them; some of them cannot be read."""

_EDITS: Sequence[Effects] = (
    {"tags": {"t1": True}},
    {"tags": {"t1": None, "t2": True}},
    {"classes": {"gold": True}},
    {"fields": {"list:l1": True, "responsible": "iris"}},
    {"fields": {"list:l1": None, "responsible": None}},
    *[
        effects_on(fields={f"segment:seg_{letter}": decided})
        for letter in "ab"
        for decided in (True, False, None)
    ],
    {"consents": {"sms": {"state": "denied"}}},
    {"consents": {"email": {"state": "denied"}, "sms": {"state": "granted"}}},
)
_HOURS = (0, 0, 1, -1, HOUR // 2, 5 * HOUR // 2, 12 * HOUR, 23 * HOUR)


def history(rng: Random, place: Place) -> list[Activity]:
    """Build activities of one person, in the logs of a user and of a browser."""
    days = [place.first + timedelta(days=n) for n in range(-1, DAYS + 3)]
    effects = (*_EDITS, *_dated(days), *_expiring(place) * 2)
    found: dict[Any, Activity] = {}
    for _ in range(rng.randint(0, 18)):
        at = place.begins(rng.randrange(DAYS)) + rng.choice(_HOURS)
        made = _edit(rng, at, rng.choice(effects)) if rng.random() < 0.3 else _event(rng, at)
        found.setdefault((made.identities, made.original_at, made.message_id), made)
    return list(found.values())


def _dated(days: Sequence[date]) -> list[Effects]:
    trials: list[Effects] = [{"attributes": {"trial": day.isoformat()}} for day in days[:4]]
    trials += [{"attributes": {"trial": f"{day.isoformat()}T04:30:00.000Z"}} for day in days[2:6:2]]
    middle = days[3]
    noon = f"{middle.isoformat()}T12:00:00"
    epoch = int(datetime.combine(middle, time(5, 30), UTC).timestamp())
    joined = (
        epoch,
        epoch * 1000,
        str(epoch),
        f"{epoch}000",
        epoch + 0.5,
        f"{noon}+05:45",
        f"{noon}-08:00",
        noon,
        middle.isoformat(),
        middle.strftime("%d.%m.%Y"),
        f"{middle.isoformat()}-04:00",
        1990,
        "later",
    )
    births = (
        "2000-02-29",
        "2000-02-29T00:00:00.000Z",
        f"{middle.replace(year=1990).isoformat()}T00:00:00.000Z",
        f"{middle.replace(year=1990).isoformat()}T23:30:00-05:00",
        f"{middle.replace(year=1990).isoformat()}+13:00",
        int(middle.replace(year=1991).strftime("%Y%m%d")),
        951_782_400_000,
        -58_060_800,
        "soon",
        34,
        "29.02.1996",
        "1999-03-01",
        "1968-03-27T23:30:00.000Z",
        days[3].replace(year=1987).isoformat(),
    )
    trials += [{"attributes": {"birthday": birth}} for birth in births]
    trials += [{"attributes": {"trial": "soon"}}]
    return trials + [{"attributes": {"joined": given}} for given in joined]


def _expiring(place: Place) -> list[Effects]:
    return [
        {"consents": {channel: {"state": "granted", "expires_at": _iso(place.begins(day) + 90 * 60_000)}}}
        for channel in ("email", "sms")
        for day in (DAYS - 1, DAYS, DAYS + 2)
    ]


def _iso(at: int) -> str:
    return (EPOCH + timedelta(milliseconds=at)).isoformat(timespec="milliseconds")


def _event(rng: Random, at: int) -> Activity:
    type_, name, properties, context = rng.choice(_CONSENT_STATEMENTS)
    if type_ == "identify":
        properties = properties | {name: rng.choice(SPELT[name]) for name in rng.sample(list(SPELT), 2)}
    return _activity(rng, at, type_, name, properties, context, None)


def _edit(rng: Random, at: int, effects: Effects) -> Activity:
    return _activity(rng, at, "profile.edited", None, {}, {}, effects)


def _activity(
    rng: Random,
    at: int,
    type_: str,
    name: str | None,
    properties: dict[str, Any],
    context: dict[str, Any],
    effects: Effects | None,
) -> Activity:
    return Activity(
        message_id=f"m{rng.randrange(3)}",
        type=type_,
        name=name,
        original_at=at,
        occurred_at=at,
        received_at=at,
        source_id=rng.choice(("shop", "app")),
        source_kind=rng.choice(("web", "web", "server")),
        identities=(rng.choice((USER, BROWSER)),),
        properties=properties,
        context=context,
        effects=effects,
    )
