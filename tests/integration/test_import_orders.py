"""Exports of orders and payments from shops: each order is one event of its customer, with its line items."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from crm.services.imports import import_mappings
from tests.support.dropped_files import counts, drop, person, timeline
from tests.support.shop import Shop
from tests.support.thoroughness import some_of

SHOPIFY = """\
Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Accepts Marketing,Currency,Subtotal,Shipping,\
Taxes,Total,Discount Code,Discount Amount,Shipping Method,Created at,Lineitem quantity,Lineitem name,Lineitem price,\
Lineitem compare at price,Lineitem sku,Lineitem requires shipping,Billing Name,Billing Zip,Billing Phone,Notes,\
Cancelled at,Payment Method,Refunded Amount,Vendor,Id,Tags,Phone
#1001,ann@example.com,paid,2026-11-18 10:00:05 +0100,fulfilled,,yes,EUR,50.00,4.90,8.77,54.90,SPRING,5.00,DHL,\
2026-11-18 10:00:00 +0100,2,"Mug, blue",15.00,,00123,true,Ann Roe,'07028,'+49 30 1,,,stripe,0.00,Acme,7.01235E+12,,
#1001,ann@example.com,,,,,,,,,,,,,,2026-11-18 10:00:00 +0100,1,Pot,20.00,,POT-1,true,,,,,,,,Acme,,,
#1002,ben@example.com,pending,,,,no,EUR,7.00,0.00,1.12,7.00,,0.00,DHL,2026-11-19 09:30:00 +0100,1,Lid,7.00,,L-2,true,\
Ben,28001,,,,manual,0.00,Acme,7.01235E+12,,
#1001,ann@example.com,,,,,,,,,,,,,,2026-11-18 10:00:00 +0100,1,Pot,5.00,,POT-2,true,,,,,,,,Acme,,,
"""
WOOCOMMERCE = """\
Order Number,Order Status,Order Date,First Name (Billing),Email (Billing),Phone (Billing),Payment Method Title,\
Order Subtotal Amount,Order Shipping Amount,Order Total Amount,Order Total Tax Amount,Order Currency,SKU,Item #,\
Item Name,Quantity (- Refund),Item Cost
501,Completed,2026-11-18 10:00,Ann,ann@example.com,,Card,30,4.9,34.9,5.57,EUR,A-1,1,Mug,2,10
501,,,,,,,,,,,,A-2,2,Pot,1,10
502,Cancelled,2026-11-18 11:00,Ben,ben@example.com,,Card,9,0,9,1,EUR,A-1,1,Mug,1,9
502,,,,,,,,,,,,A-2,2,Pot,1,0
503,Failed,2026-11-18 12:00,Cleo,cleo@example.com,,Card,9,0,9,1,EUR,A-1,1,Mug,1,9
"""
STRIPE = """\
id,Description,Seller Message,Created date (UTC),Amount,Amount Refunded,Currency,Converted Amount,Fee,Status,\
Customer ID,Customer Email,Captured,Card ID
ch_1,Order 7,Payment complete.,2026-11-18 10:00:00,34.90,0.00,eur,34.90,0.75,Paid,cus_A,ann@example.com,true,card_1
ch_2,Order 8,Declined,2026-11-18 11:00:00,9.00,0.00,eur,9.00,0.00,Failed,cus_B,ben@example.com,false,card_2
ch_3,Order 9,Payment complete.,2026-11-18 12:00:00,5.00,5.00,eur,5.00,0.30,Refunded,cus_A,ann@example.com,true,card_1
"""


def events(shop: Shop, email: str) -> list[dict[str, Any]]:
    entries = timeline(shop, person(shop, "email", email)["id"])
    return [entry for entry in entries if entry["type"] == "track"]


def test_a_shopify_order_is_one_event_with_its_lines(shop: Shop) -> None:
    job = drop(shop, "orders_export.csv", SHOPIFY)
    assert counts(job) == {"rows": 4, "events": 2, "repeated": 2}
    assert job["result"]["warnings"] == {"recognised_orders": 1}
    (order,) = events(shop, "ann@example.com")
    assert (order["name"], order["occurred_at"]) == ("Order Completed", "2026-11-18T09:00:00.000Z")
    assert order["properties"] == {
        "order_id": "#1001",
        "financial_status": "paid",
        "paid_at": "2026-11-18 10:00:05 +0100",
        "fulfillment_status": "fulfilled",
        "currency": "EUR",
        "subtotal": 50,
        "shipping": 4.9,
        "tax": 8.77,
        "total": 54.9,
        "coupon": "SPRING",
        "discount": 5,
        "payment_method": "stripe",
        "refunded": 0,
        "products": [
            {"name": "Mug, blue", "sku": "00123", "quantity": 2, "price": 15, "brand": "Acme"},
            {"name": "Pot", "sku": "POT-1", "quantity": 1, "price": 20, "brand": "Acme"},
            {"name": "Pot", "sku": "POT-2", "quantity": 1, "price": 5, "brand": "Acme"},
        ],
    }
    ann = person(shop, "email", "ann@example.com")
    assert (ann["totals"]["orders"], ann["totals"]["revenue_by_currency"]) == (1, {"EUR": 54.9})
    assert ann["attributes"] == {}


def test_lines_of_a_woocommerce_order_contain_no_customer_data(shop: Shop) -> None:
    job = drop(shop, "orders.csv", WOOCOMMERCE)
    assert counts(job) == {"rows": 5, "events": 3, "repeated": 2}
    ((ann,), (ben,), (cleo,)) = (events(shop, f"{name}@example.com") for name in ("ann", "ben", "cleo"))
    assert [one["name"] for one in (ann, ben, cleo)] == [
        "Order Completed",
        "Order Cancelled",
        "Payment Failed",
    ]
    assert [line["sku"] for line in ann["properties"]["products"]] == ["A-1", "A-2"]
    assert (ann["properties"]["total"], ann["properties"]["status"]) == (34.9, "Completed")
    assert person(shop, "email", "ben@example.com")["totals"]["orders"] == 0


def test_only_completed_payments_are_counted(shop: Shop) -> None:
    job = drop(shop, "payments.csv", STRIPE)
    assert counts(job) == {"rows": 3, "events": 3}
    ann, ben = (person(shop, "email", f"{name}@example.com")["totals"] for name in ("ann", "ben"))
    assert (ann["orders"], ann["revenue_by_currency"], ben["orders"]) == (2, {"EUR": 34.9}, 0)
    assert (ann["gross_revenue"], ann["refunded"], ann["refunds"]) == (39.9, 5.0, 1)
    assert events(shop, "ann@example.com")[-1]["occurred_at"] == "2026-11-18T10:00:00.000Z"
    again = drop(shop, "unified.csv", STRIPE.replace("34.90", "34.95"))
    assert counts(again) == {"rows": 3, "repeated": 3}
    assert person(shop, "email", "ann@example.com")["totals"]["revenue_by_currency"] == {"EUR": 34.95}


def test_an_order_cancelled_in_a_later_export_is_not_counted(shop: Shop) -> None:
    drop(shop, "orders_export.csv", SHOPIFY)
    cancelled = SHOPIFY.replace("'+49 30 1,,,stripe", "'+49 30 1,,2026-11-20 08:00:00 +0100,stripe")
    job = drop(shop, "orders_export_2.csv", cancelled.rpartition("#1001")[0])
    assert job["result"]["warnings"] == {"recognised_orders": 1}
    ann, ben = (person(shop, "email", f"{name}@example.com")["totals"] for name in ("ann", "ben"))
    assert (ann["orders"], ann["revenue_by_currency"], ben["orders"]) == (0, {}, 0)
    (order,) = events(shop, "ann@example.com")
    assert (order["name"], order["properties"]["cancelled_at"]) == (
        "Order Cancelled",
        "2026-11-20 08:00:00 +0100",
    )
    assert [line["name"] for line in order["properties"]["products"]] == ["Mug, blue", "Pot"]


@pytest.mark.parametrize(
    ("given", "refunded", "orders", "net", "refunds"),
    some_of(
        [
            ("paid", "0.00", 1, 54.9, 0),
            ("partially_refunded", "10.00", 1, 44.9, 1),
            ("refunded", "54.90", 1, 0, 1),
            ("refunded", "", 1, 0, 1),
            ("refunded", "0.00", 1, 0, 1),
            ("voided", "0.00", 0, 0, 0),
            ("pending", "0.00", 0, 0, 0),
            ("authorized", "0.00", 1, 54.9, 0),
        ],
        start=1,
        one_in=4,
    ),
)
def test_a_shopify_order_counts_after_its_refunds(
    shop: Shop, given: str, refunded: str, orders: int, net: float, refunds: int
) -> None:
    content = SHOPIFY.replace("paid,2026", f"{given},2026").replace(
        ",,,stripe,0.00,", f",,,stripe,{refunded},"
    )
    drop(shop, "orders_export.csv", content)
    ann = person(shop, "email", "ann@example.com")["totals"]
    assert (ann["orders"], ann["revenue"], ann["refunds"]) == (orders, net, refunds)


def test_an_imported_order_equals_the_tracked_one(shop: Shop) -> None:
    shop.send(
        "track",
        userId="ann",
        event="Order Completed",
        properties={"order_id": 1001, "revenue": 54.9, "currency": "EUR"},
        context={"traits": {"email": "ann@example.com"}},
    )
    drop(shop, "orders_export.csv", SHOPIFY.replace(",,,stripe,0.00,", ",,,stripe,4.90,"))
    ann = person(shop, "email", "ann@example.com")["totals"]
    assert (ann["orders"], ann["revenue"], ann["gross_revenue"]) == (1, 50, 54.9)


@pytest.mark.parametrize(
    ("status", "net", "refunds"), [("Refunded", 0, 1), ("wc-refunded", 0, 1), ("Completed", 34.9, 0)]
)
def test_a_woocommerce_order_counts_after_its_refunds(
    shop: Shop, status: str, net: float, refunds: int
) -> None:
    drop(shop, "orders.csv", WOOCOMMERCE.replace("501,Completed", f"501,{status}"))
    ann = person(shop, "email", "ann@example.com")["totals"]
    assert (ann["orders"], ann["revenue"], ann["refunds"]) == (1, net, refunds)


def test_a_mapping_of_profiles_imports_an_order_file_as_customers(shop: Shop) -> None:
    import_mappings.create({"name": "people"}, now=shop.clock.now)
    job = drop(shop, "people/orders_export.csv", SHOPIFY)
    assert counts(job)["created"] == 2
    assert not events(shop, "ann@example.com")


@pytest.mark.parametrize("content", [SHOPIFY, WOOCOMMERCE, STRIPE])
def test_the_proposed_mapping_imports_the_same_orders(shop: Shop, content: str) -> None:
    body = {"name": "orders.csv", "content": base64.b64encode(content.encode()).decode()}
    seen = shop.ask("POST", "imports/preview", body).body
    proposed = seen["mapping"]
    assert (proposed["kind"], proposed["event_name"]) == ("events", "Order Completed")
    assert "recognised_orders" in [problem["code"] for problem in seen["problems"]]
    first = drop(shop, "orders.csv", content)
    made = shop.ask("POST", "import-mappings", proposed | {"name": "shop"})
    assert made.status == 201, made.body
    second = drop(shop, "shop/orders.csv", content + "\n")
    assert counts(second) == {"rows": counts(first)["rows"], "repeated": counts(first)["rows"]}


@pytest.mark.parametrize(
    "header",
    [
        "Name,Email,Created at,Total",
        "id,Amount,Currency,Status,Customer Email",
        "Order Number,Email (Billing),Order Date",
        "First Name,Last Name,Email,Total Orders,Total Spent",
    ],
)
def test_other_files_are_imported_as_customers(shop: Shop, header: str) -> None:
    row = ",".join("ann@example.com" if "Email" in name else "7" for name in header.split(","))
    assert counts(drop(shop, "people.csv", f"{header}\n{row}\n"))["created"] == 1
