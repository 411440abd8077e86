"""Rows that identify a customer only by the phone number of a household."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.dropped_files import counts, csv_of, drop, person, timeline
from tests.support.shop import Shop

pytestmark = pytest.mark.usefixtures("large_batches")

PHONE = "+4930123456"
ANN = {"user_id": "ann", "phone": PHONE, "first_name": "Ann", "city": "Kiel"}
BOB = {"phone": PHONE, "first_name": "Bob", "birthday": "1990-05-04", "loyalty_points": "7"}
ANNS = {"phone": PHONE, "first_name": "ANN", "birthday": "1980-01-02", "loyalty_points": "9"}


def attributes(shop: Shop) -> dict[str, Any]:
    return {
        name: value for name, value in person(shop, "user_id", "ann")["attributes"].items() if name != "phone"
    }


def test_a_row_of_another_customer_changes_no_one_else(shop: Shop) -> None:
    drop(shop, "accounts.csv", csv_of(ANN))
    job = drop(shop, "till.csv", csv_of(BOB))
    assert (counts(job), job["result"]["warnings"]) == ({"rows": 1, "updated": 1}, {"other_name": 1})
    assert attributes(shop) == {"first_name": "Ann", "city": "Kiel"}
    (shown, _) = timeline(shop, person(shop, "user_id", "ann")["id"])
    assert shown["properties"]["attributes"]["first_name"] == {"to": "Bob"}

    again = drop(shop, "till-again.csv", csv_of(BOB | {"zip": ""}))
    assert counts(again) == {"rows": 1, "unchanged": 1}, "what a number said with a name is said once"


def test_the_customers_own_row_fills_what_is_missing(shop: Shop) -> None:
    drop(shop, "accounts.csv", csv_of(ANN))
    job = drop(shop, "till.csv", csv_of(BOB | {"city": "Bonn"}, ANNS | {"city": "Bonn"}))
    assert job["result"]["warnings"] == {"other_name": 1, "stronger_kept": 1}
    filled = {"first_name": "Ann", "city": "Kiel", "birthday": "1980-01-02", "loyalty_points": 9}
    assert attributes(shop) == filled
    drop(shop, "later.csv", csv_of(ANNS | {"loyalty_points": "12"}))
    assert attributes(shop) == filled | {"loyalty_points": 12}


def test_imported_values_are_kept_when_an_account_is_added(shop: Shop) -> None:
    drop(shop, "till.csv", csv_of(ANNS))
    drop(shop, "accounts.csv", csv_of({"user_id": "ann", "phone": PHONE}))
    drop(shop, "till2.csv", csv_of(BOB))
    assert attributes(shop) == {"first_name": "ANN", "birthday": "1980-01-02", "loyalty_points": 9}


def test_two_rows_with_one_phone_and_two_names_are_two_people(shop: Shop) -> None:
    drop(shop, "till.csv", csv_of(BOB, ANNS))
    drop(shop, "accounts.csv", csv_of(ANN))
    assert attributes(shop) == {
        "first_name": "Ann",
        "city": "Kiel",
        "birthday": "1980-01-02",
        "loyalty_points": 9,
    }
