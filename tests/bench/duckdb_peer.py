"""Recompute the twenty audiences by DuckDB, over a prepared table of all purchases."""

import time
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

import duckdb

from tests.bench.audiences import AUDIENCES, Audience
from tests.bench.figures import median
from tests.support.cdnow import Purchase

ROUNDS = 3
CHUNK = 1000
FOUND, BEFORE = "found", "before"


class Moved(NamedTuple):
    """A customer who has entered or left an audience, which is given by its index."""

    audience: int
    customer: str
    entered: bool


class DuckDBPeer:
    """All purchases by time, in memory, on one core."""

    def __init__(self, purchases: Sequence[Purchase]) -> None:
        self._database = duckdb.connect()
        self._database.execute("SET threads = 1")
        self._database.execute(
            "CREATE TABLE purchases (customer TEXT, day DATE, items INTEGER, amount DECIMAL(12, 2))"
        )
        ordered = sorted(purchases, key=lambda purchase: purchase.day)
        for start in range(0, len(ordered), CHUNK):
            self._insert(ordered[start : start + CHUNK])

    def members(self, audience: Audience, today: date) -> set[str]:
        """Return the customers in an audience at the end of a day."""
        return {customer for (customer,) in self._database.execute(audience.sql(today)).fetchall()}

    def recompute(self, today: date) -> float:
        """Return the seconds of CPU for all audiences, by one statement into one table: the median of some rounds."""
        return median(self._round(today) for _ in range(ROUNDS))

    def compare(self, yesterday: date, today: date) -> tuple[float, list[Moved]]:
        """Return the seconds of CPU (the median of some rounds) for determining the changes between two days, and the
        changes.
        """
        self._round(yesterday, BEFORE)
        self._round(today)
        spent: list[float] = []
        moved: list[Moved] = []
        for _ in range(ROUNDS):
            started = time.process_time()
            moved = [Moved(*row) for row in self._database.execute(_MOVED).fetchall()]
            spent.append(time.process_time() - started)
        return median(spent), moved

    def _round(self, today: date, name: str = FOUND) -> float:
        started = time.process_time()
        each = (f"SELECT {n}, customer FROM ({audience.sql(today)})" for n, audience in enumerate(AUDIENCES))  # noqa: S608
        self._database.execute(
            f"CREATE OR REPLACE TEMP TABLE {name}(audience, customer) AS {_UNION.join(each)}"
        )
        return time.process_time() - started

    def _insert(self, purchases: Sequence[Purchase]) -> None:
        rows = [(each.customer, date.fromisoformat(each.day), each.items, each.amount) for each in purchases]
        marks = ", ".join(["(?, ?, ?, ?)"] * len(rows))
        values = [value for row in rows for value in row]
        self._database.execute(f"INSERT INTO purchases VALUES {marks}", values)  # noqa: S608


_UNION = " UNION ALL "
_MOVED = f"""
    SELECT coalesce({FOUND}.audience, {BEFORE}.audience), coalesce({FOUND}.customer, {BEFORE}.customer),
           {FOUND}.customer IS NOT NULL
    FROM {FOUND} FULL JOIN {BEFORE}
         ON {FOUND}.audience = {BEFORE}.audience AND {FOUND}.customer = {BEFORE}.customer
    WHERE {FOUND}.customer IS NULL OR {BEFORE}.customer IS NULL"""  # noqa: S608
"""The statement that takes the least CPU of those that were tried."""
