"""Replay the purchases of CDNOW in order, with a clock and segments, and query the file with SQL for comparison."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import duckdb

from crm.domain.activity import Activity
from crm.domain.identity import Identity
from crm.domain.local_days import LocalDays
from crm.domain.memberships import SEGMENT_GROUP, memberships_of
from crm.domain.segments.definition import DYNAMIC, Build, Segment
from crm.domain.segments.ruleset import Definitions, RuleSet, rule_set_of
from crm.services.projection.projector import Projector
from tests.model.cdnow_conditions import Case
from tests.model.cdnow_segments import CASES, segment_id
from tests.model.naive_people import EPOCH, local_day
from tests.model.scenes import MINUTE, profile_id
from tests.support.cdnow import Purchase
from tests.support.memory_store import MemoryStore

ZONE = "Europe/Berlin"
INSTANTS = (
    "2021-01-20T12:00",  # a purchase of this very instant counts
    "2021-02-14T22:59",  # a minute before midnight in Berlin
    "2021-04-01T00:00",
    "2021-06-15T21:59",  # a minute before midnight, in summer
    "2021-09-15T22:30",  # already tomorrow in Berlin
    "2022-01-01T11:00",
    "2022-07-01T05:00",
    "2023-01-02T23:30",  # long after the last purchase
)


def rule_set() -> RuleSet:
    """Build a rule set in which each case is an active segment."""
    segments = [
        Segment(
            id=segment_id(number),
            name=case.name,
            type=DYNAMIC,
            created_at=0,
            updated_at=0,
            serving=Build(1, 1, case.condition),
        )
        for number, case in enumerate(CASES)
    ]
    return rule_set_of(Definitions(segments, []), 1, LocalDays(ZoneInfo(ZONE), ZONE), {})


def activity_of(purchase: Purchase) -> Activity:
    """Build an `Order Completed` at noon UTC."""
    message = purchase.message()
    at = (datetime.fromisoformat(message["timestamp"]) - EPOCH) // timedelta(milliseconds=1)
    return Activity(
        message_id=message["messageId"],
        type="track",
        name=message["event"],
        original_at=at,
        occurred_at=at,
        received_at=at,
        source_id="shop",
        source_kind="server",
        identities=(Identity("user_id", message["userId"]),),
        properties=message["properties"] | spell_numbers(purchase),
        context={},
    )


def spell_numbers(purchase: Purchase) -> dict[str, Any]:
    """Write the numbers of a purchase in the formats of different shops."""
    amount, items = purchase.amount, purchase.items
    amounts = (
        float(amount),
        f"{amount:.2f}",
        f"{amount:,.2f}",
        f"{amount:,.2f}".translate(str.maketrans(",.", ".,")),
        f"{amount:.2f} USD".replace(".", ","),
        f"$ {amount:.2f}",
        f"{amount:.2f}e0",
    )
    numbers = (items, float(items), f" {items}", f"{items}.0", f"{items},00")
    return {"revenue": amounts[purchase.line % 7], "quantity": numbers[purchase.line % 5]}


class Replay:
    """Purchases that arrive when they happened. As time passes, only the due profiles are evaluated."""

    def __init__(self, purchases: Iterable[Purchase]) -> None:
        self.store = MemoryStore(rng=Random(4711))
        self._catalogue = rule_set()
        self._coming = sorted(map(activity_of, purchases), key=lambda a: a.occurred_at, reverse=True)
        self.customers = {profile_id(a.identities[0]): a.identities[0].value for a in self._coming}
        self.looked_at = 0

    def advance(self, now: int) -> None:
        """Move the clock to an instant, epoch ms."""
        while self._coming and self._coming[-1].occurred_at <= now:
            arrived = self._coming.pop()
            self.store.now = arrived.occurred_at
            self.store.append([arrived])
            self._project(profile_id(arrived.identities[0]), {arrived.original_at // MINUTE})
        self.store.now = now
        for id_ in self.store.due(now):
            self.looked_at += 1
            self._project(id_, set())

    def _project(self, id_: str, minutes: set[int]) -> None:
        projector = Projector(
            self.store, profile_id, rule_set=lambda _v: self._catalogue, now=lambda: self.store.now
        )
        projector.project(id_, minutes)

    def members(self) -> dict[str, set[str]]:
        """Return the listed user ids by segment, after the stream is read."""
        found: dict[str, set[str]] = {asked.segment.id: set() for asked in self._catalogue.builds}
        profiles = self.store.profiles()
        for id_, memberships in self.store.groups.items():
            assert memberships == memberships_of(profiles[id_].card)
            for kind, group in memberships:
                if kind == SEGMENT_GROUP:
                    found[group.partition(".")[0]].add(self.customers[id_])
        return found


class Oracle:
    """The purchases in DuckDB, queried in SQL for the members of all cases at all instants."""

    def __init__(self, purchases: Sequence[Purchase]) -> None:
        self._database = duckdb.connect()
        self._insert(
            "lines (customer TEXT, day DATE, items INT, amount DECIMAL(12,2), line INT)",
            [(p.user_id, date.fromisoformat(p.day), p.items, p.amount, p.line) for p in purchases],
        )
        self._insert(
            "instants (text TEXT, moment TIMESTAMP, today DATE, last DATE)",
            [_instant_row(text) for text in INSTANTS],
        )
        self._members = self._query()

    def _insert(self, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
        self._database.execute(f"CREATE TABLE {table}")
        marks = ", ".join("?" * len(rows[0]))
        for start in range(0, len(rows), 1000):
            chunk = rows[start : start + 1000]
            values = ", ".join([f"({marks})"] * len(chunk))
            self._database.execute(
                f"INSERT INTO {table.split(maxsplit=1)[0]} VALUES {values}",  # noqa: S608
                [value for row in chunk for value in row],
            )

    def _query(self) -> dict[tuple[str, str], set[str]]:
        """Return the members by instant and condition.

        One query for everything: planning it takes most of its time. A customer at an instant is a customer of its own.
        """
        self._database.execute(
            "CREATE TEMP TABLE p AS SELECT text || '/' || customer AS customer, day, items, amount, line, today, "
            "date_diff('day', day, today) AS ago, moment - (day + INTERVAL 12 HOUR) AS age "
            "FROM lines, instants WHERE day <= last"
        )
        verdicts = ", ".join(f"coalesce({case.having}, false)" for case in CASES)
        found = self._database.execute(f"SELECT customer, {verdicts} FROM p GROUP BY customer").fetchall()  # noqa: S608
        members: dict[tuple[str, str], set[str]] = {
            (at, case.having): set() for at in INSTANTS for case in CASES
        }
        for key, *held in found:
            at, _, customer = key.partition("/")
            for case, holds in zip(CASES, held, strict=True):
                if holds:
                    members[at, case.having].add(customer)
        return members

    def members(self, case: Case, at: str) -> set[str]:
        """Return the members at one of `INSTANTS`, from the purchases until then."""
        return self._members[at, case.having]


def _instant_row(text: str) -> tuple[str, datetime, date, date]:
    """Return an instant, its day in the time zone, and the last day whose purchases, at noon, have happened."""
    moment = EPOCH + timedelta(milliseconds=instant(text))
    last = moment.date() if moment.hour >= 12 else moment.date() - timedelta(days=1)
    return text, moment.replace(tzinfo=None), local_day(instant(text), ZoneInfo(ZONE)), last


def instant(text: str) -> int:
    """Return the epoch ms of a UTC time like `2021-09-15T22:30`."""
    return (datetime.fromisoformat(text).replace(tzinfo=UTC) - EPOCH) // timedelta(milliseconds=1)
