"""Replay purchases through the real handlers, and compare the profiles with the file."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from crm.storage.packed_fold import unpack
from tests.support.cdnow import Expected, Purchase, requests_of
from tests.support.dynamodb.item_size import Item
from tests.support.progress import with_progress
from tests.support.stage import TABLE, Stage

STATS = "/v1/stats"
OF_A_SOURCE = ("D#", "L#arrived#")
"""Keys of definitions and of a source's newest events, whose ids differ in each deployment."""


def replay(stage: Stage, purchases: Sequence[Purchase], *, request: int, stream: int, label: str) -> None:
    """Send all purchases in requests of equal numbers of events, and project the stream in batches."""
    calls = -(-len(purchases) // request)
    for messages in with_progress(requests_of(purchases, request), label, calls):
        stage.send(messages)
        stage.project(batch_size=stream)


def differences(stage: Stage, expected: dict[str, Expected], label: str) -> list[str]:
    """Return differences from the file: in the number of profiles and activities, and in orders and revenue."""
    found = [f"{stats} profiles" for stats in [stage.read(STATS)["total"]] if stats != len(expected)]
    orders = sum(each.orders for each in expected.values())
    stored = sum(1 for item in items_of(stage) if _is_activity(item))
    found += [f"{stored} activities for {orders} orders"] * (stored != orders)
    for user_id in with_progress(expected, label):
        totals = stage.read(f"/v1/identities/user_id/{user_id}")["totals"]
        found += [f"{user_id}: {totals}"] * (not _agree(totals, expected[user_id]))
    return found


def _agree(totals: dict[str, Any], expected: Expected) -> bool:
    revenue = Decimal(str(totals["revenue_by_currency"]["USD"]))
    return (totals["orders"], totals["activities"], revenue) == (
        expected.orders,
        expected.orders,
        expected.revenue,
    )


def fingerprint(items: Iterable[Item]) -> str:
    """Return a hash of all profiles and of the keys of all activities, which a second delivery must not change.

    Activities also hold the time of the last receipt, which a replay changes.
    """
    given = sorted(_as_text(item) for item in items if not str(item["pk"]["S"]).startswith(OF_A_SOURCE))
    return hashlib.sha256("\n".join(given).encode()).hexdigest()


def _as_text(item: Item) -> str:
    shown: Any = {name: item[name] for name in ("pk", "sk")} if _is_activity(item) else dict(item)
    if "doc" in shown:
        shown["doc"] = unpack(shown["doc"])
    return json.dumps(shown, sort_keys=True)


def items_of(stage: Stage) -> Iterable[Item]:
    """Return all items of the table."""
    return stage.store.tables[TABLE].items.values()


def _is_activity(item: Item) -> bool:
    return str(item["sk"]["S"]).startswith("A#")
