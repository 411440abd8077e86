"""An export can be imported: each row is about the exported customer, and changes nothing."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from tests.support.dropped_files import counts, drop, person
from tests.support.shop import Shop, add_staff_work, profile, visit


@pytest.fixture
def customers(shop: Shop) -> int:
    """Create customers with values that are difficult in files; return their number."""
    add_staff_work(shop, visit(shop))
    awkward = {
        "company": '=HYPERLINK("http://x")',
        "description": 'two\nlines; and, "quotes"\n- dash;=1+1\n@at',
        "street": "'tis a trap;'=1",
        "loyalty_points": -12.5,
        "birthday": "1990-02-28",
        "organisations": ["Smith, Jones & Co", "Acme; Ltd", "x;=1+1", "-old"],
        "gender": "female",
        "website": "@home",
    }
    for number, (name, value) in enumerate(awkward.items()):
        shop.send("identify", userId=f"a{number}", traits={"email": f"a{number}@example.com", name: value})
    last = profile("user_id", "a7")
    for name in ("New, and old", "semi;colon", "VIP"):
        shop.ask("PUT", f"profiles/{last}/tags/{name}")
    shop.ask("PUT", f"profiles/{last}/consents/sms", {"state": "denied"})
    shop.ask("POST", "profiles", {"identities": {"email": "hand@example.com", "phone": "+34600999888"}})
    shop.ask("POST", "profiles", {"identities": {"loyalty_id": "L-77", "user_id": "00042"}})
    shop.send("identify", userId="a0", traits={"email": "second@example.com"})
    shop.send("identify", anonymousId="b-1", traits={"city": "Lugo"})
    return len(awkward) + 3


def exported(shop: Shop, **body: Any) -> bytes:
    begun = shop.ask("POST", "exports", {"all": True, **body}).body
    job = shop.ask("GET", f"exports/{begun['id']}").body
    assert job["state"] == "done"
    return shop.wire.bucket.files[f"exports/{job['id']}/{job['file']['name']}"]


def test_an_export_that_is_imported_again_changes_no_customer(shop: Shop, customers: int) -> None:
    before = exported(shop)
    job = drop(shop, "back.csv", before)
    assert counts(job) == {"rows": customers, "unchanged": customers}
    assert exported(shop) == before


def test_exported_anonymous_customers_can_be_imported(shop: Shop, customers: int) -> None:
    everybody = exported(shop, kind="any")
    rows = len(list(csv.reader(io.StringIO(everybody.decode("utf-8-sig"), newline="")))) - 1
    assert counts(drop(shop, "back.csv", everybody)) == {"rows": rows, "unchanged": rows}


def test_an_edited_row_changes_only_its_customer(shop: Shop, customers: int) -> None:
    edited = exported(shop).replace(b"female", b"other").replace(b"1990-02-28", b"1991-03-01")
    assert counts(drop(shop, "back.csv", edited)) == {
        "rows": customers,
        "unchanged": customers - 2,
        "updated": 2,
    }
    assert person(shop, "user_id", "a6")["attributes"]["gender"] == "other"
    assert person(shop, "user_id", "a4")["attributes"]["birthday"] == "1991-03-01"


def test_values_in_scientific_notation_are_unchanged(shop: Shop) -> None:
    traits = {"email": "ann@example.com", "account": 701234567890, "sku": "12E3", "share": 0.0000123456789}
    shop.send("identify", userId="u-1", traits=traits)
    before = exported(shop)
    text = before.decode("utf-8-sig").replace("701234567890", "7.01235E+11").replace("12E3", "1.20E+04")
    job = drop(shop, "back.csv", text.replace("0.0000123456789", "1.23457E-05"))
    assert (counts(job), job["result"]["warnings"]) == ({"rows": 1, "unchanged": 1}, {"damaged_value": 3})
    assert exported(shop) == before
    edited = before.decode("utf-8-sig").replace("701234567890", "7.1E+11").replace("12E3", "1.30E+04")
    assert counts(drop(shop, "edited.csv", edited)) == {"rows": 1, "updated": 1}
