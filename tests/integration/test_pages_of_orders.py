"""Customers with more orders than a profile holds: refunds of old ones, merges and erasures work as without pages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from crm.domain.errors import VersionConflictError
from crm.domain.ledger import book, page_budget
from crm.domain.profile import ProfileState
from crm.domain.times import DAY_MS, iso
from crm.services.access import sources
from crm.services.projection import fold_log, projector
from crm.services.projection.deployment import deployed_projector
from crm.storage.keys import PAGE_PREFIX
from crm.storage.profiles import ProfileTable
from tests.support.segmented_shop import BOUGHT, Segmented
from tests.support.shop import ID, Shop, profile

YEAR: dict[str, Any] = {"window": {"within_days": 365}}
VISITOR = "b-visitor"


@pytest.fixture(autouse=True)
def _few_inline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(book, "INLINE", 3)


def send_orders(shop: Shop, event: str, numbers: Iterable[int], key: str | None = None, **given: Any) -> None:
    """Send an event about each of these orders, whose number is also their age in days."""
    now = shop.clock.now
    batch = [
        {
            "type": "track",
            "userId": ID[1],
            "event": event,
            "messageId": f"{event}-{number}-{key}",
            "timestamp": iso(now - number * DAY_MS),
            "properties": {"order_id": f"o-{number}"} | given,
        }
        for number in numbers
    ]
    body = {"batch": batch, "sentAt": iso(now), "writeKey": key or shop.write_key}
    assert shop.world.request("POST", "/v1/batch", body).status == 200
    shop.world.settle()


def pages(shop: Shop) -> list[str]:
    found = (item["sk"]["S"] for item in shop.items() if item["sk"]["S"].startswith(PAGE_PREFIX))
    return [key for key in found if "#o" in key]


def totals(shop: Shop) -> tuple[int, float, float]:
    found = shop.ask("GET", f"profiles/{profile(*ID)}").body["totals"]
    return found["orders"], found["gross_revenue"], found["revenue"]


def server_key(shop: Shop) -> str:
    return sources.create(name="Backend", kind="server", now=shop.clock.now).write_key


def test_refunds_and_changes_of_old_orders_are_counted(shop: Shop, segmented: Segmented) -> None:
    spent = {"function": "sum", "property": "total", "operator": "at_least", "value": 95}
    segment = segmented.make("Spends", BOUGHT | spent | YEAR)
    for number in range(20, 10, -1):
        send_orders(shop, "Order Completed", [number], total=10)
    assert len(pages(shop)) > 3
    assert (totals(shop), segmented.of(segment)) == ((10, 100, 100), {profile(*ID)})
    send_orders(shop, "Order Refunded", [20], total=6)
    assert (totals(shop), segmented.of(segment)) == ((10, 100, 94), set())
    send_orders(shop, "Order Completed", [19, 18], key=server_key(shop), total=15)
    assert (totals(shop), segmented.of(segment)) == ((10, 110, 104), {profile(*ID)})
    send_orders(shop, "Order Cancelled", [17])
    assert (totals(shop), segmented.of(segment)) == ((9, 100, 94), set())
    previewed = shop.ask("POST", "segments/preview", {"condition": BOUGHT | {"value": 9} | YEAR}).body
    assert previewed["count"] == 1


def test_folding_the_log_again_creates_new_pages(shop: Shop) -> None:
    send_orders(shop, "Order Completed", range(30, 10, -1), total=10)
    send_orders(shop, "Order Refunded", range(30, 20, -1), total=1)
    names = set(pages(shop))
    assert names
    deployed_projector().project(profile(*ID), None)
    assert totals(shop) == (20, 200, 190)
    assert len(pages(shop)) == len(names)
    assert not names & set(pages(shop))


def test_many_events_about_orders_at_once_fold_the_log_again(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fold_log, "MAX_LEDGER_PAGES", 2)
    send_orders(shop, "Order Completed", range(20, 10, -1), total=10)
    send_orders(shop, "Order Refunded", range(20, 10, -1), total=1)
    assert totals(shop) == (10, 100, 90)


def test_an_erasure_deletes_the_pages(shop: Shop) -> None:
    send_orders(shop, "Order Completed", range(20, 10, -1), total=10)
    assert pages(shop)
    assert shop.erase(profile(*ID))["state"] == "done"
    assert pages(shop) == []


def test_orders_of_a_merged_visitor_and_a_server_are_combined(shop: Shop) -> None:
    send_orders(shop, "Order Completed", range(20, 10, -1), key=server_key(shop), total=10)
    for number in range(20, 5, -1):
        shop.send(
            "track",
            anonymousId=VISITOR,
            event="purchase",
            messageId=f"v-{number}",
            timestamp=iso(shop.clock.now - number * DAY_MS),
            properties={"transaction_id": f"o-{number}", "value": 7},
        )
    assert totals(shop) == (10, 100, 100)
    shop.send("identify", userId=ID[1], anonymousId=VISITOR)
    assert totals(shop) == (15, 135, 135)


def test_pages_are_kept_when_the_response_of_a_save_is_lost(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    send_orders(shop, "Order Completed", range(20, 10, -1), total=10)
    save = ProfileTable.save

    def answer_lost(table: ProfileTable, profiles: list[ProfileState]) -> None:
        save(table, profiles)
        raise VersionConflictError("the client sent it again, and found its own version")

    with monkeypatch.context() as lost:
        lost.setattr(ProfileTable, "save", answer_lost)
        lost.setattr(projector, "PROJECTION_ATTEMPTS", 1)
        with pytest.raises(VersionConflictError):
            deployed_projector().project(profile(*ID), None)
    assert totals(shop) == (10, 100, 100)


def test_public_orders_that_fill_a_page_do_not_block_a_customer(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(book, "LEDGER_PAGES", 1)
    monkeypatch.setattr(page_budget, "PUBLIC_BYTES", 1_000)
    backend = server_key(shop)
    send_orders(shop, "Order Completed", range(300, 306), key=backend, total=10)
    for hundred in range(0, 200, 50):
        send_orders(shop, "Order Completed", range(hundred, hundred + 50), total=1)
    orders, gross, _ = totals(shop)
    assert 6 < orders < 40
    assert gross == 60 + (orders - 6)
    send_orders(shop, "Order Refunded", [300], key=backend)
    assert totals(shop)[2] == gross - 10
    send_orders(shop, "Order Completed", [900], key=backend, total=5)
    assert totals(shop)[1] >= gross + 4
