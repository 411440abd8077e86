"""Pages of counts in the crash matrix: late events in them, and a log that is folded again."""

from __future__ import annotations

from functools import partial
from typing import Any

from crm.domain.identity import Identity
from crm.domain.times import DAY_MS, iso
from crm.services.access import api_keys, sources
from crm.services.projection.deployment import id_of
from crm.storage.keys import PAGE_PREFIX
from tests.support.stage import TABLE
from tests.support.world import World

NOW = 1_795_289_400_000
ANA = Identity("user_id", "ana")
NOTE = "so many words that few days of them are kept inline in the profile of whoever says them, as often as "
FIRST = {"event": "Order Completed", "function": "first", "property": "note", "window": {"within_days": 365}}
SPENT = {"event": "Order Completed", "function": "sum", "property": "total", "window": {"within_days": 365}}
Known = tuple[str, str]


def year_of_purchases(world: World) -> Known:
    """Create a customer with orders on many days, most of them in pages; return a write key and an admin's key."""
    write_key = sources.create(name="Shop", now=NOW).write_key
    key = api_keys.create("admin", ["admin"], now=NOW)[1]
    for name, aggregate in (("first_note", FIRST), ("spent", SPENT)):
        made = world.request("POST", "/v1/aggregates", {"name": name, **aggregate}, key=key)
        assert made.status == 201, made
    world.settle()
    buy(world, write_key, *range(350, 0, -16), *range(341, 0, -16))
    items = world.wire.store.tables[TABLE].items.values()
    pages = [item["sk"]["S"] for item in items if item["sk"]["S"].startswith(PAGE_PREFIX)]
    assert sum("#o" in key for key in pages) > 3
    assert sum("#o" not in key for key in pages) > 3
    return write_key, key


def buy(world: World, write_key: str, *days_ago: int) -> None:
    batch = [
        {
            "type": "track",
            "event": "Order Completed",
            "userId": ANA.value,
            "messageId": f"m{ago}",
            "timestamp": iso(NOW - ago * DAY_MS),
            "properties": {
                "total": 10.1,
                "note": f"{NOTE}{ago}",
                "order_id": f"o-{ago}" if ago % 4 == 2 else None,
            },
        }
        for ago in days_ago
    ]
    answer = world.request("POST", "/v1/batch", {"batch": batch, "writeKey": write_key})
    assert answer.status == 200, answer
    world.settle()


def add_late_purchases(world: World, known: Known) -> Any:
    """Send a late event into a page, fold the log again by a job, and send late events into the new pages."""
    write_key, key = known
    ask = partial(world.request, key=key)
    published = []
    buy(world, write_key, 300)
    published.append(seen(world, key))
    refund(world, write_key, 350, 334)
    published.append(seen(world, key))
    job = ask("POST", "/v1/jobs", {"kind": "reproject", "profile_id": id_of(ANA)})
    assert job.status == 202, job
    world.settle()
    published.append(seen(world, key))
    buy(world, write_key, 301, 299)
    return [*published, seen(world, key)]


def refund(world: World, write_key: str, *days_ago: int) -> None:
    """Send refunds of old orders, which are in pages."""
    batch = [
        {
            "type": "track",
            "event": "Order Refunded",
            "userId": ANA.value,
            "messageId": f"r{ago}",
            "timestamp": iso(NOW),
            "properties": {"total": 1.1, "order_id": f"o-{ago}"},
        }
        for ago in days_ago
    ]
    answer = world.request("POST", "/v1/batch", {"batch": batch, "writeKey": write_key})
    assert answer.status == 200, answer
    world.settle()


def seen(world: World, key: str) -> Any:
    profile = world.request("GET", f"/v1/profiles/{id_of(ANA)}", key=key).body
    return profile["totals"], profile["aggregates"]


def responses_only(answers: Any, _stored: dict[str, Any], published: set[str]) -> Any:
    """Return the responses only, since names of pages are random, and orphaned pages go with the next fold."""
    return answers, published
