"""Ids, addresses and numbers that a deployment declares as placeholders (`PlaceholderIds`), in files."""

import pytest

from tests.support.declared_placeholders import PLACEHOLDER_BY_TYPE
from tests.support.dropped_files import counts, drop, person
from tests.support.shop import Shop

pytestmark = pytest.mark.usefixtures("declared_placeholders")


def test_placeholder_ids_identify_no_customer_row(shop: Shop) -> None:
    rows = [
        "user_id,email,phone,anonymous_id,first_name",
        f"{PLACEHOLDER_BY_TYPE['user_id']},ada@example.com,{PLACEHOLDER_BY_TYPE['phone']},kunde-0,Ada",
        f"ben,{PLACEHOLDER_BY_TYPE['email']},{PLACEHOLDER_BY_TYPE['phone']},,Ben",
        "cleo,Nobody <kein@shop.example>; cleo@example.com,,,Cleo",
        f"{PLACEHOLDER_BY_TYPE['user_id']},kein@shop.example,,,Nobody",
    ]
    job = drop(shop, "people.csv", "\n".join(rows))
    assert counts(job) == {"rows": 4, "created": 3, "rejected": 1}
    shown = [person(shop, *one)["identities"] for one in (("email", "ada@example.com"), ("user_id", "ben"))]
    assert [[identity["type"] for identity in of_one] for of_one in shown] == [["email"], ["user_id"]]
    assert {i["value"] for i in person(shop, "user_id", "cleo")["identities"]} == {"cleo", "cleo@example.com"}


def test_placeholder_ids_in_further_columns_identify_no_row(shop: Shop) -> None:
    rows = ["Email,Work email,Mobile,Name", "kein@shop.example,KEIN@shop.example,+49301234567,Nobody"]
    assert counts(drop(shop, "people.csv", "\n".join(rows))) == {"rows": 1, "rejected": 1}


def test_placeholder_ids_identify_no_event_row(shop: Shop) -> None:
    columns = [
        {"column": "customer", "to": "identity", "name": "user_id"},
        {"column": "date", "to": "time"},
    ]
    mapping = {"name": "visits", "kind": "events", "event_name": "Store Visited", "columns": columns}
    assert shop.world.request("POST", "/v1/import-mappings", mapping, key=shop.key).status == 201
    job = drop(shop, "visits/1.csv", "customer,date\nKUNDE-0,2026-11-01\nann,2026-11-01\n")
    assert counts(job) == {"rows": 2, "events": 1, "rejected": 1}
