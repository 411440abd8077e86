"""Real purchases as a file of events have the same results as through the tracking API."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Sequence
from io import StringIO
from typing import Any

import pytest

from crm.domain.commands.import_mappings import MappedColumn, NewImportMapping
from crm.domain.ledger.orders import orders_of
from crm.domain.profile import ProfileState
from crm.domain.stored_profile import loads
from crm.domain.trust import Rank
from crm.services.imports import import_mappings, stage_0_plan
from crm.storage.activity_key import RANK_SUFFIXES
from crm.storage.keys import FIRST_DELIVERY_PREFIX
from crm.storage.packed_fold import unpack
from tests.support import world
from tests.support.cdnow import LOG, Purchase, read_purchases, requests_of, shuffled
from tests.support.cdnow_replay import fingerprint
from tests.support.daily_counts import counted_days
from tests.support.dropped_files import counts, drop, person, report, timeline
from tests.support.shop import Shop
from tests.support.thoroughness import part_of

CUSTOMERS = part_of(200, least=15)
COLUMNS = ("customer", "time", "id", "order_id", "revenue", "currency", "quantity")
PROPERTIES: list[MappedColumn] = [{"column": name, "to": "property", "name": name} for name in COLUMNS[3:]]
MAPPING: NewImportMapping = {
    "name": "orders",
    "kind": "events",
    "event_name": "Order Completed",
    "columns": [
        {"column": "customer", "to": "identity", "name": "user_id"},
        {"column": "time", "to": "time"},
        {"column": "id", "to": "message_id"},
        *PROPERTIES,
    ],
}


@pytest.fixture
def open_shop(shop_on_wire: Callable[[], Shop], monkeypatch: pytest.MonkeyPatch) -> Callable[[], Shop]:
    """Return a function that opens shops with a mapping for files of orders."""
    monkeypatch.setattr(world, "BATCH", 1000)

    def opened() -> Shop:
        shop = shop_on_wire()
        import_mappings.create(MAPPING, now=shop.clock.now)
        return shop

    return opened


def csv_of(purchases: Sequence[Purchase]) -> str:
    text = StringIO()
    rows = csv.writer(text)
    rows.writerow(COLUMNS)
    for purchase in purchases:
        given = purchase.message()
        properties = [given["properties"][name] for name in COLUMNS[3:]]
        rows.writerow([purchase.user_id, given["timestamp"], given["messageId"], *properties])
    return text.getvalue()


def people_of(shop: Shop) -> list[Any]:
    """Return all stored data of customers, except what differs between files and pages.

    These are versions and blocks of counts, which depend on batches; ranks, since files are trusted and pages are not;
    and the records of files.
    """
    items = [dict(item) for item in shop.items() if item["pk"]["S"].startswith("P#")]
    items = [item for item in items if not item["sk"]["S"].startswith(FIRST_DELIVERY_PREFIX)]
    for item in items:
        if "doc" in item:
            del item["v"]
            document = json.loads(unpack(item["doc"]))
            document["D"] = repr(sorted(counted_days(loads("", unpack(item["doc"])).daily).items()))
            document.pop("b", None)
            document["O"] = _orders(loads("", unpack(item["doc"])))
            item["doc"] = {"S": json.dumps(document)}
        item["sk"] = {"S": item["sk"]["S"].removesuffix(RANK_SUFFIXES[Rank.PUBLIC])}
    return items


def _orders(profile: ProfileState) -> str:
    found = orders_of([profile])
    return repr(sorted((o.key, o.completed_at, o.gross, o.net, o.currency) for o in found))


@pytest.mark.skipif(not LOG.exists(), reason="the purchase log is not beside the repository")
def test_the_purchase_log_as_a_file_equals_its_replay(
    open_shop: Callable[[], Shop], monkeypatch: pytest.MonkeyPatch
) -> None:
    purchases = read_purchases(CUSTOMERS)
    replayed = open_shop()
    for messages in requests_of(purchases, 100):
        replayed.world.request("POST", "/v1/batch", {"batch": messages, "writeKey": replayed.write_key})
        replayed.world.settle()
    expected = fingerprint(people_of(replayed))
    shop = open_shop()
    job = drop(shop, "orders/cdnow.csv", csv_of(purchases))
    assert counts(job) == {"rows": len(purchases), "events": len(purchases)}
    assert fingerprint(people_of(shop)) == expected

    monkeypatch.setattr(stage_0_plan, "TARGET", 10_000)
    again = drop(shop, "orders/shuffled.csv", csv_of(shuffled(purchases)))
    assert counts(again) == {"rows": len(purchases), "repeated": len(purchases)}
    assert fingerprint(people_of(shop)) == expected


def test_a_repeated_event_without_an_id_counts_once(open_shop: Callable[[], Shop]) -> None:
    shop = open_shop()
    rows = "customer,time,id,order_id,revenue,currency,quantity\n"
    first = "u-1,2026-11-20T12:00:00Z,,o-1,5.5,EUR,1\n"
    job = drop(shop, "orders/one.csv", rows + first + first)
    assert counts(job) == {"rows": 2, "events": 1, "repeated": 1}
    drop(shop, "orders/two.csv", rows + first + "u-1,2026-11-20T12:00:00Z,,o-2,5.5,EUR,1\n")
    totals = person(shop, "user_id", "u-1")["totals"]
    assert (totals["orders"], totals["revenue_by_currency"]) == (2, {"EUR": 11.0})


def test_invalid_events_are_reported_with_their_reasons(open_shop: Callable[[], Shop]) -> None:
    shop = open_shop()
    rows = (
        "customer,time,id,order_id,revenue,currency,quantity\n,2026-11-20,,o,1,EUR,1\nu-1,soon,,o,1,EUR,1\n"
    )
    job = drop(shop, "orders/bad.csv", rows)
    assert (counts(job), job["result"]["reasons"]) == (
        {"rows": 2, "rejected": 2},
        {"invalid_time": 1, "no_identity": 1},
    )
    assert [row["import_line"] for row in report(shop, job)] == ["2", "3"]


def test_an_erased_event_is_not_imported_again(open_shop: Callable[[], Shop]) -> None:
    shop = open_shop()
    rows = "customer,time,id,order_id,revenue,currency,quantity\nu-1,2026-11-20T12:00:00Z,,o-1,5.5,EUR,1\n"
    drop(shop, "orders/one.csv", rows)
    shop.erase(person(shop, "user_id", "u-1")["id"])
    drop(shop, "orders/two.csv", rows + "u-2,2026-11-20T12:00:00Z,,o-2,5.5,EUR,1\n")
    assert [shop.status("user_id", user) for user in ("u-1", "u-2")] == [404, 200]


LINES: NewImportMapping = {
    "name": "lines",
    "kind": "events",
    "event_name": "Order Completed",
    "columns": [
        {"column": "order", "to": "message_id"},
        {"column": "email", "to": "identity", "name": "email"},
        {"column": "time", "to": "time"},
        {"column": "total", "to": "property", "name": "total"},
        {"column": "currency", "to": "property", "name": "currency"},
        {"column": "sku", "to": "line", "name": "sku"},
        {"column": "price", "to": "line", "name": "price"},
    ],
}
LINES_HEADER = "order,email,time,total,currency,sku,price\n"
ORDERS = (
    "1,ana@example.com,2026-11-20T12:00:00Z,30,EUR,A,10\n"
    "1,,,,,B,15\n"
    "1,ana@example.com,2026-11-20T12:00:00Z,,,C,5\n"
    "2,ben@example.com,2026-11-20T13:00:00Z,7,EUR,A,7\n"
)


def events_of(shop: Shop, email: str) -> list[dict[str, Any]]:
    """Return times and properties of a customer's events, newest first."""
    entries = timeline(shop, person(shop, "email", email)["id"])
    return [
        entry["properties"] | {"at": entry["occurred_at"]} for entry in entries if entry["type"] == "track"
    ]


@pytest.mark.parametrize("target", [1_000_000, 60, 120])
def test_rows_of_one_order_are_one_event_with_its_lines(
    open_shop: Callable[[], Shop], monkeypatch: pytest.MonkeyPatch, target: int
) -> None:
    shop = open_shop()
    import_mappings.create(LINES, now=shop.clock.now)
    monkeypatch.setattr(stage_0_plan, "TARGET", target)
    job = drop(shop, "lines/one.csv", LINES_HEADER + ORDERS)
    assert (job["state"], counts(job)) == ("done", {"rows": 4, "events": 2, "repeated": 2})
    (order,) = events_of(shop, "ana@example.com")
    lines = [{"sku": "A", "price": 10}, {"sku": "B", "price": 15}, {"sku": "C", "price": 5}]
    at = "2026-11-20T12:00:00.000Z"
    assert order == {"order_id": "1", "total": 30, "currency": "EUR", "products": lines, "at": at}
    totals = person(shop, "email", "ana@example.com")["totals"]
    assert (totals["orders"], totals["revenue_by_currency"]) == (1, {"EUR": 30.0})


def test_a_corrected_order_is_the_same_event(open_shop: Callable[[], Shop]) -> None:
    shop = open_shop()
    import_mappings.create(LINES, now=shop.clock.now)
    drop(shop, "lines/one.csv", LINES_HEADER + ORDERS)
    corrected = ORDERS.replace("30,EUR,A,10", "45,EUR,A,25").replace("20T12", "19T08")
    for name in ("two", "three"):
        job = drop(shop, f"lines/{name}.csv", LINES_HEADER + corrected + ("\n" if name == "three" else ""))
        assert counts(job) == {"rows": 4, "repeated": 4}
        (order,) = events_of(shop, "ana@example.com")
        assert (order["total"], order["at"]) == (45, "2026-11-19T08:00:00.000Z")
        assert order["products"][0] == {"sku": "A", "price": 25}
        totals = person(shop, "email", "ana@example.com")["totals"]
        assert (totals["orders"], totals["revenue_by_currency"]) == (1, {"EUR": 45.0})


def test_a_message_id_with_another_time_in_one_file_is_one_event(open_shop: Callable[[], Shop]) -> None:
    shop = open_shop()
    rows = "customer,time,id,order_id,revenue,currency,quantity\n"
    rows += "u-1,2026-11-20T12:00:00Z,m-1,o-1,5,EUR,1\nu-2,2026-11-20T12:00:00Z,m-1,o-1,5,EUR,1\n"
    rows += "u-1,2026-11-20T12:00:07Z,m-1,o-1,6,EUR,1\n"
    job = drop(shop, "orders/one.csv", rows)
    assert counts(job) == {"rows": 3, "events": 2, "repeated": 1}
    assert person(shop, "user_id", "u-1")["totals"]["revenue_by_currency"] == {"EUR": 6.0}
    assert person(shop, "user_id", "u-2")["totals"]["orders"] == 1


def test_order_lines_over_the_limit_are_left_out(open_shop: Callable[[], Shop]) -> None:
    shop = open_shop()
    import_mappings.create(LINES, now=shop.clock.now)
    rows = "".join(f"1,ana@example.com,2026-11-20T12:00:00Z,9,EUR,{'A' * 1000}{n},1\n" for n in range(50))
    job = drop(shop, "lines/one.csv", LINES_HEADER + rows)
    assert (counts(job), job["result"]["warnings"]) == (
        {"rows": 50, "events": 1, "repeated": 49},
        {"lines_left_out": 1},
    )
    (order,) = events_of(shop, "ana@example.com")
    assert len(order["products"]) + order["lines_left_out"] == 50
    assert order["lines_left_out"] == 19


def test_many_rows_of_one_message_id_are_one_event(
    open_shop: Callable[[], Shop], monkeypatch: pytest.MonkeyPatch
) -> None:
    """This happens if a column with the same value in each row was mapped by mistake."""
    shop = open_shop()
    import_mappings.create(LINES, now=shop.clock.now)
    number = part_of(20_000, one_in=10)
    monkeypatch.setattr(stage_0_plan, "TARGET", 10 * number)
    rows = "".join(f"1,ana@example.com,2026-11-20T12:00:00Z,{n},EUR,S{n},1\n" for n in range(number))
    job = drop(shop, "lines/one.csv", LINES_HEADER + rows)
    assert counts(job) == {"rows": number, "events": 1, "repeated": number - 1}
    (order,) = events_of(shop, "ana@example.com")
    assert (order["total"], order["products"][0]) == (number - 1, {"sku": "S0", "price": 1})
    assert len(order["products"]) + order["lines_left_out"] == number


def test_equal_rows_without_a_message_id_are_one_line(open_shop: Callable[[], Shop]) -> None:
    shop = open_shop()
    import_mappings.create(LINES, now=shop.clock.now)
    row = ",ana@example.com,2026-11-20T12:00:00Z,9,EUR,A,9\n"
    job = drop(shop, "lines/one.csv", LINES_HEADER + row + row)
    assert counts(job) == {"rows": 2, "events": 1, "repeated": 1}
    (order,) = events_of(shop, "ana@example.com")
    assert order["products"] == [{"sku": "A", "price": 9}]
