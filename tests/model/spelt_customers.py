"""Customers with known attributes, each sent in one of the formats of other systems, for comparison with SQL."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

COLOURS = ("red", "Grün", "a;b", "blue, dark")
SIZES = ("S", "M", "Große")
PHONES = ("+49301234567", "+491701234567", "+14155552671")
_BOOLEANS: dict[bool, tuple[Any, ...]] = {
    True: (True, "true", "YES", " on ", 1, "1", 1.0),
    False: (False, "False", "no", "OFF", 0, "0 ", 0.0),
}
_ZONES = (ZoneInfo("America/Los_Angeles"), ZoneInfo("Asia/Kathmandu"), UTC)
_UNREADABLE: dict[str, tuple[Any, ...]] = {
    "born": ("soon", 1990, "31.02.1990", True, "05/12/1990"),
    "joined": ("later", 0, "2026-13-01T00:00:00Z", False),
    "spent": ("much", "1,234", True, "1_000", "12 34"),
    "vip": ("perhaps", 2, "ja, gern"),
    "colours": (7, [["red"]], {"red": True}),
    "size": ("XL", True, 3),
    "phone": ("call me", 12, "12"),
}


@dataclass(frozen=True)
class Customer:
    """The true attributes; None is unknown, and those in `unreadable` were sent in a format that cannot be read."""

    id: int
    born: date | None
    joined: datetime | None
    spent: Decimal | None
    vip: bool | None
    colours: tuple[str, ...] | None
    size: str | None
    phone: str | None
    unreadable: frozenset[str]


ATTRIBUTES = tuple(field.name for field in fields(Customer) if field.name not in ("id", "unreadable"))


def customer(id_: int, rng: Random, today: date) -> Customer:
    """Build a customer, born on any day of a leap year, often near today, who joined within days."""
    near = today + timedelta(days=rng.randint(-4, 4))
    born = rng.choice((near, date(2000, 2, 29), date(2000, 2, 29) + timedelta(days=rng.randint(-3, 366))))
    at = datetime.combine(today, datetime.min.time(), UTC) + timedelta(minutes=30 * rng.randint(-200, 200))
    given: dict[str, Any] = {
        "born": date(rng.choice((1948, 1964, 1988, 2004)), born.month, born.day),
        "joined": at,
        "spent": Decimal(rng.choice((0, 5, 1250, 123456, 100000000, -1234567))) / 100,
        "vip": rng.random() < 0.5,
        "colours": tuple(rng.sample(COLOURS, rng.randint(1, 3))),
        "size": rng.choice(SIZES),
        "phone": rng.choice(PHONES),
    }
    missing = {name for name in given if rng.random() < 0.1}
    unreadable = frozenset(name for name in given if name not in missing and rng.random() < 0.1)
    known = {name: None if name in missing | unreadable else value for name, value in given.items()}
    return Customer(id_, **known, unreadable=unreadable)


def sent(known: Customer, rng: Random) -> dict[str, Any]:
    """Return the attributes as systems send them."""
    found: dict[str, Any] = {}
    for name in ATTRIBUTES:
        value = getattr(known, name)
        if name in known.unreadable:
            found[name] = rng.choice(_UNREADABLE[name])
        elif value is not None:
            found[name] = _SPELLINGS[name](value, rng)
        elif rng.random() < 0.3:
            found[name] = rng.choice((None, " "))
    return found


def _date(day: date, rng: Random) -> Any:
    noon = datetime.combine(day, datetime.min.time(), UTC) + timedelta(minutes=rng.randint(0, 1439))
    seconds = int(noon.timestamp())
    text = day.isoformat()
    spellings = (
        text,
        f"{text}T00:00:00.000Z",
        f"{text}T{rng.randint(0, 23):02}:30:00{rng.choice(('+14:00', '-11:00', 'Z', ''))}",
        f"{text}{rng.choice(('Z', '+13:00', '-05:00'))}",
        day.strftime("%d.%m.%Y"),
        f"{day.day}.{day.month}.{day.year}",
        day.strftime("%Y%m%d"),
        int(day.strftime("%Y%m%d")),
    )
    # In milliseconds close to 1970 an epoch number cannot be told from one in seconds.
    counted = (seconds, str(seconds), seconds * 1000, f"{seconds}000") if abs(seconds) > 10**8 else ()
    return rng.choice((*spellings, *counted))


def _datetime(at: datetime, rng: Random) -> Any:
    local, seconds = at.astimezone(rng.choice(_ZONES)), int(at.timestamp())
    texts = (local.isoformat(), local.isoformat(" "), at.isoformat().replace("+00:00", "Z"))
    numbers = (seconds, float(seconds), f"{seconds}", seconds * 1000, f" {seconds}000")
    return rng.choice((*texts, at.replace(tzinfo=None).isoformat(), *numbers))


def _number(number: Decimal, rng: Random) -> Any:
    english = f"{number:,.2f}"
    german = english.translate(str.maketrans(",.", ".,"))
    texts = (english, german, english.replace(",", " "), english.replace(",", "'"))
    money = (f"€ {english}", f"{german} EUR") if number >= 0 else (f"-${english[1:]}",)
    return rng.choice((*texts, *money, float(number), str(number), f"{number}e0", f" {number:.2f}"))


def _list(entries: tuple[str, ...], rng: Random) -> Any:
    in_json = '["' + '","'.join(entries) + '"]'
    plain = [";".join(entries), " ; ".join(entries)] if not any(";" in entry for entry in entries) else []
    plain = plain if len(entries) > 1 or "," not in entries[0] else []
    return rng.choice(([*entries], [f" {entry} " for entry in entries], in_json, *plain))


def _phone(number: str, rng: Random) -> Any:
    if not number.startswith("+49"):
        return rng.choice((number, "+1 415 555 2671", "+1 (415) 555-2671", "001 415 5552671"))
    national = number[3:]
    local = (f"0{national}", f"0{national[:2]}/{national[2:]}", f"(0{national[:2]}) {national[2:]}")
    return rng.choice((number, f"+49 {national}", f"0049 (0){national}", *local))


_SPELLINGS: dict[str, Callable[[Any, Random], Any]] = {
    "born": _date,
    "joined": _datetime,
    "spent": _number,
    "vip": lambda value, rng: rng.choice(_BOOLEANS[value]),
    "colours": _list,
    "size": lambda value, rng: rng.choice((value, value.upper(), f" {value.lower()}")),
    "phone": _phone,
}
