"""Replaying purchases through the real handlers, and comparing what comes out with what the file says."""

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
"""Keys of definitions and of the newest events of a source, whose id is another one in each deployment."""


def replay(stage: Stage, purchases: Sequence[Purchase], *, request: int, stream: int, label: str) -> None:
    """Send everything in requests of so many events, and project the stream in batches of so many records."""
    calls = -(-len(purchases) // request)
    for messages in with_progress(requests_of(purchases, request), label, calls):
        stage.send(messages)
        stage.project(batch_size=stream)


def differences(stage: Stage, expected: dict[str, Expected], label: str) -> list[str]:
    """What is not as the file says: the number of profiles and activities, and each customer's orders and revenue."""
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
    """A hash over all profiles and the keys of all activities: all that must not change by a second delivery.

    Activities themselves say when they were received last, which is the one thing that a replay changes.
    """
    given = sorted(_as_text(item) for item in items if not str(item["pk"]["S"]).startswith(OF_A_SOURCE))
    return hashlib.sha256("\n".join(given).encode()).hexdigest()


def _as_text(item: Item) -> str:
    shown: Any = {name: item[name] for name in ("pk", "sk")} if _is_activity(item) else dict(item)
    if "doc" in shown:
        shown["doc"] = unpack(shown["doc"])
    return json.dumps(shown, sort_keys=True)


def items_of(stage: Stage) -> Iterable[Item]:
    """Everything in the table."""
    return stage.store.tables[TABLE].items.values()


def _is_activity(item: Item) -> bool:
    return str(item["sk"]["S"]).startswith("A#")
