"""Events about one order count as one order, for any sender, order of arrival and log."""

from __future__ import annotations

from datetime import UTC
from itertools import permutations
from typing import Any

import pytest

from crm.domain.activity import Activity
from crm.domain.business_keys import business_key_of
from crm.domain.fold import fold_all
from crm.domain.ledger.book import Ledger
from crm.domain.ledger.entry import MAX_PLACES
from crm.domain.local_days import LocalDays
from crm.domain.metrics.counting import Counting
from crm.domain.metrics.metric import SUM, Metric
from crm.domain.metrics.selector import Selector
from crm.domain.person_description import describe
from crm.domain.profile import ProfileState
from crm.domain.stored_profile import dumps, loads
from tests.model.scenes import ANA, LAPTOP, activity

Properties = dict[str, Any]
ID = {"order_id": "1001"}


def sent(minute: float, name: str, by: str = "server", who: Any = ANA, **properties: Any) -> Activity:
    kinds = {"page": "web", "server": "server", "hand": "server"}
    source = {"hand": "key:1"}.get(by, by)
    message_id = f"{minute}{name}{by}"
    return activity(
        minute,
        who,
        name=name,
        properties=properties,
        message_id=message_id,
        source_kind=kinds[by],
        source_id=source,
    )


def completed(minute: float = 0, by: str = "server", who: Any = ANA, **properties: Any) -> Activity:
    return sent(minute, "Order Completed", by, who, **ID | {"total": 50, "currency": "EUR"} | properties)


def refunded(minute: float = 5, by: str = "server", **properties: Any) -> Activity:
    return sent(minute, "Order Refunded", by, **ID | properties)


def updated(minute: float = 5, by: str = "server", **properties: Any) -> Activity:
    return sent(minute, "Order Updated", by, **ID | properties)


def cancelled(minute: float = 5, by: str = "server") -> Activity:
    return sent(minute, "Order Cancelled", by, **ID)


def folded(*log: Activity) -> ProfileState:
    state = ProfileState("ana")
    fold_all(state, sorted(log, key=lambda one: (one.original_at, one.message_id)))
    return loads("ana", dumps(state))


def totals(*log: Activity) -> Properties:
    return dict(describe([folded(*log)])["totals"])


def orders_and_money(*log: Activity) -> tuple[int, float, float, int]:
    found = totals(*log)
    return found["orders"], found["gross_revenue"], found["revenue"], found["refunds"]


PAGE = "page"
CASES: dict[str, tuple[list[Activity], tuple[int, float, float, int]]] = {
    "a page and a server": ([completed(by=PAGE), completed(1)], (1, 50, 50, 0)),
    "the server outranks the page": ([completed(by=PAGE, total=5), completed(1)], (1, 50, 50, 0)),
    "also where the page is later": ([completed(), completed(1, PAGE, total=5)], (1, 50, 50, 0)),
    "people outrank both": ([completed(), updated(by="hand", total=40)], (1, 40, 40, 0)),
    "a partial refund": ([completed(), refunded(total=20)], (1, 50, 30, 1)),
    "partial refunds add up": ([completed(), refunded(total=20), refunded(6, total=5)], (1, 50, 25, 1)),
    "never beyond the order": ([completed(), refunded(total=40), refunded(6, total=40)], (1, 50, 0, 1)),
    "a refund without an amount": ([completed(), refunded()], (1, 50, 0, 1)),
    "a refund before its order": ([completed(7), refunded(5, total=20)], (1, 50, 30, 1)),
    "a refund without its order": ([refunded(total=20)], (0, 0, 0, 1)),
    "a negative refund": ([completed(), refunded(total=-20)], (1, 50, 30, 1)),
    "a refund of products": (
        [completed(), refunded(products=[{"price": 5, "quantity": 2}, {"price": "3"}])],
        (1, 50, 37, 1),
    ),
    "products without prices": ([completed(), refunded(products=[{"sku": "a"}])], (1, 50, 50, 1)),
    "another currency": ([completed(), refunded(total=20, currency="USD")], (1, 50, 50, 1)),
    "refunds of a page and a server": (
        [completed(), refunded(total=20), refunded(6, PAGE, total=20)],
        (1, 50, 30, 1),
    ),
    "a page completes, a server refunds": ([completed(by=PAGE), refunded(total=20)], (1, 50, 30, 1)),
    "a page cannot refund what a server said": ([completed(), refunded(by=PAGE)], (1, 50, 50, 0)),
    "a page cannot cancel what a server said": ([completed(), cancelled(by=PAGE)], (1, 50, 50, 0)),
    "cancelled": ([completed(), cancelled()], (0, 0, 0, 0)),
    "cancelled after a partial refund": ([completed(), refunded(total=20), cancelled(9)], (0, 0, 0, 1)),
    "cancelled before it was completed": ([completed(7), cancelled(5)], (0, 0, 0, 0)),
    "updated": ([completed(), updated(total=80)], (1, 80, 80, 0)),
    "an update older than the completion": ([completed(7), updated(5, total=80)], (1, 50, 50, 0)),
    "an update without an amount": ([completed(), updated(status="packed")], (1, 50, 50, 0)),
    "an update alone": ([updated(total=80)], (0, 0, 0, 0)),
    "updated and refunded": ([completed(), updated(total=80), refunded(6, total=20)], (1, 80, 60, 1)),
    "an update that says what was refunded": ([completed(), updated(refunded=20)], (1, 50, 30, 1)),
    "an update that says it was refunded": (
        [completed(), updated(financial_status="refunded")],
        (1, 50, 0, 1),
    ),
    "an update that says it was cancelled": ([completed(), updated(status="Cancelled")], (0, 0, 0, 0)),
    "GA4": (
        [
            sent(0, "purchase", PAGE, transaction_id="1001", value=50, currency="EUR"),
            sent(5, "refund", PAGE, transaction_id="1001", value=20),
        ],
        (1, 50, 30, 1),
    ),
    "GA4 in the browser, the shop's own name on the server": (
        [sent(0, "purchase", PAGE, transaction_id=1001, value=5), completed(1)],
        (1, 50, 50, 0),
    ),
    "other spellings": (
        [
            completed(),
            sent(1, "order_completed", order_id="#1001", total=50),
            sent(2, "ORDER COMPLETED", orderId=1001),
        ],
        (1, 50, 50, 0),
    ),
    "two orders": ([completed(), completed(1, order_id="1002")], (2, 100, 100, 0)),
    "no ids": ([completed(order_id=None), completed(1, order_id="")], (2, 100, 100, 0)),
    "placeholders": ([completed(order_id="unknown"), completed(1, order_id="unknown")], (2, 100, 100, 0)),
    "a refund without an id": ([completed(), sent(5, "Order Refunded", total=20)], (1, 50, 50, 1)),
    "amounts in other spellings": (
        [
            sent(0, "Order Completed", Order_ID="1001", Revenue="50"),
            sent(5, "Order Refunded", orderId="1001", refundAmount=20),
            sent(6, "Order Refunded", orderId="1001", Total=5),
        ],
        (1, 50, 25, 1),
    ),
    "a refund that calls its amount what is refunded": (
        [completed(), refunded(refunded=5), refunded(6, total_refunded=5)],
        (1, 50, 40, 1),
    ),
    "GA4's data layer": (
        [
            sent(0, "purchase", PAGE, ecommerce={"transaction_id": "1001", "value": 50}),
            sent(5, "refund", PAGE, ecommerce={"transaction_id": "1001", "value": 20}),
        ],
        (1, 50, 30, 1),
    ),
    "items of GA4's data layer": (
        [
            completed(by=PAGE),
            sent(5, "refund", PAGE, ecommerce={"transaction_id": "1001", "items": [{"price": 20}]}),
        ],
        (1, 50, 30, 1),
    ),
    "Shopify's pixel": (
        [
            sent(
                0,
                "checkout_completed",
                PAGE,
                data={
                    "checkout": {"order": {"id": "1001"}, "totalPrice": {"amount": 50, "currencyCode": "EUR"}}
                },
            ),
        ],
        (1, 50, 50, 0),
    ),
    "an order as an object": (
        [
            sent(0, "Order Completed", order={"id": 1001, "total_price": "50.00", "currency": "EUR"}),
            sent(5, "Order Refunded", order={"id": 1001, "total_price": "50.00"}, products=[{"Price": 10}]),
            sent(6, "Order Refunded", order={"id": 1001, "total_price": "50.00"}, refund={"amount": 5}),
        ],
        (1, 50, 35, 1),
    ),
    "a refund of an order as an object": (
        [completed(), sent(5, "Order Refunded", order={"id": 1001, "total": 50})],
        (1, 50, 0, 1),
    ),
    "a state in an order as an object": (
        [completed(), sent(5, "Order Updated", order={"id": 1001, "status": "cancelled"})],
        (0, 0, 0, 0),
    ),
    "a partial refund that does not say how much": (
        [completed(), sent(5, "Order Partially Refunded", **ID), refunded(6, status="partially_refunded")],
        (1, 50, 50, 1),
    ),
    "an update that says yes, it was refunded": ([completed(), updated(refunded=True)], (1, 50, 0, 1)),
    "an update that says no, it was not": ([completed(), updated(refunded=False)], (1, 50, 50, 0)),
    "other names without ids": (
        [
            sent(0, "purchase", PAGE, value=20),
            sent(1, "order_completed", amount=30),
            sent(2, "refund", PAGE),
            sent(3, "Booking Confirmed", total=5),
        ],
        (2, 50, 50, 1),
    ),
}


@pytest.mark.parametrize("case", list(CASES))
def test_an_order_is_counted_once(case: str) -> None:
    log, expected = CASES[case]
    assert orders_and_money(*log) == expected


def test_currencies_are_counted_separately() -> None:
    found = totals(completed(), completed(1, order_id="1002", currency="USD"), refunded(total=20))
    assert found["revenue_by_currency"] == {"EUR": 30, "USD": 50}
    assert found["gross_revenue_by_currency"] == {"EUR": 50, "USD": 50}
    assert (found["refunded"], found["average_order"]) == (20, 40)


def test_orders_of_members_are_merged_by_id() -> None:
    page = completed(by=PAGE, who=LAPTOP, total=5)
    members = [folded(completed(1), refunded(total=20)), folded(page)]
    members[1].id = "laptop"
    for order in permutations(members):
        assert describe(list(order))["totals"]["revenue"] == 30
    assert describe(members[1:])["totals"]["revenue"] == 5


def test_the_last_transaction_is_of_an_order_that_was_not_cancelled() -> None:
    state = folded(completed(), completed(90, order_id="1002"), sent(95, "Order Cancelled", order_id="1002"))
    assert describe([state])["last_transaction_at"] == "2026-05-01T00:00:00.000Z"


@pytest.mark.parametrize(
    ("name", "properties"),
    [
        ("Booking Confirmed", {"booking_id": "b-1"}),
        ("Reservation Made", {"reservationId": "b-1"}),
        ("Invoice Paid", {"invoice_number": "2026-7"}),
        ("Payment Succeeded", {"payment_intent_id": "pi_1"}),
        ("Subscription Started", {"subscription_id": "sub_1"}),
        ("ticket_created", {"Ticket ID": 7}),
        ("checkout_completed", {"checkout": {"order": {"id": "gid://1"}}}),
        ("purchase", {"ecommerce": {"transaction_id": "T1"}}),
    ],
)
def test_events_with_an_order_id_have_a_key(name: str, properties: Properties) -> None:
    one, other = sent(0, name, **properties), sent(9, name, PAGE, **properties)
    assert business_key_of(one) == business_key_of(other) is not None


@pytest.mark.parametrize(
    ("name", "properties"),
    [
        ("Order Completed", {}),
        ("Order Completed", {"order_id": "{{order_id}}"}),
        ("Order Completed", {"order_id": "ORDER_ID"}),
        ("Order Completed", {"transaction_id": "Transaction ID"}),
        ("Order Completed", {"order_id": True}),
        ("Order Completed", {"order_id": ["1"]}),
        ("Order Completed", {"order_id": "9" * 201}),
        ("Product Viewed", {"order_id": "1001"}),
        ("Order Completed" + " " * 60, {"order_id": "1001"}),
        ("Invoice Paid", {"order_id": "1001"}),
    ],
)
def test_events_without_an_order_id_have_no_key(name: str, properties: Properties) -> None:
    assert business_key_of(sent(0, name, **properties)) is None


def test_the_days_kept_for_an_order_are_limited() -> None:
    flood = [refunded(day * 1440, PAGE, total=1) for day in range(3 * MAX_PLACES)]
    state = folded(*flood, completed(4 * MAX_PLACES * 1440))
    ((entry,),) = [state.ledger.entries.values()]
    assert len(entry) == MAX_PLACES
    assert describe([state])["totals"]["revenue"] == 50


def test_an_empty_ledger_is_not_stored() -> None:
    assert '"O"' not in dumps(folded(completed(order_id=None)))
    assert folded(completed(order_id=None)).ledger == Ledger()


def test_an_entry_follows_later_events_about_its_order() -> None:
    state = folded(completed())
    assert describe([state])["totals"]["revenue"] == 50
    fold_all(state, [completed(), refunded(amount=20)])
    assert describe([state])["totals"]["revenue"] == 30
    again = loads("ana", dumps(state))
    assert describe([again])["totals"]["revenue"] == 30
    assert dumps(again) == dumps(state) == dumps(folded(completed(), refunded(amount=20)))


def test_metrics_without_a_definition_are_pruned_from_entries() -> None:
    spent = Metric(SUM, Selector(event="Order Completed"), "total")
    state = ProfileState("ana")
    fold_all(state, [completed()], Counting([spent], LocalDays(UTC, "UTC")))
    state = loads("ana", dumps(state))
    assert spent.id in dumps(state)
    state.ledger.prune({})
    assert spent.id not in dumps(state)
