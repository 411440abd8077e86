"""An export that is imported again after edits, or after damage by a spreadsheet."""

from __future__ import annotations

import csv
import io

import pytest

from tests.support.dropped_files import counts, drop, person, report, timeline
from tests.support.exporting_shop import CUSTOMER, ExportingShop
from tests.support.shop import Shop, profile


def exported_customer(shop: Shop) -> tuple[str, bytes]:
    """Create a customer, and return the id and the file of an export."""
    exporting = ExportingShop(shop)
    (id_,) = exporting.create([CUSTOMER])
    return id_, exporting.export([id_])


def edited(content: bytes, **cells: str) -> bytes:
    """Replace these cells in each row of a file."""
    rows = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, rows.fieldnames or ())
    writer.writeheader()
    writer.writerows(
        row | {name.replace("_dollar_", "$"): cell for name, cell in cells.items()} for row in rows
    )
    return text.getvalue().encode()


def test_edited_cells_keep_their_types_and_names(exporting: ExportingShop) -> None:
    (id_,) = exporting.create([CUSTOMER])
    before = exporting.attributes(id_)
    cells = {
        "favoriteColor": "blue",
        "_dollar_region": "south",
        "visits": "8",
        "loyal": "false",
        "shoe_size": "42",
    }
    job = drop(exporting.shop, "edited.csv", edited(exporting.export([id_]), **cells))
    assert (counts(job), job["result"]["warnings"]) == ({"rows": 1, "updated": 1}, {})
    after = {"favoriteColor": "blue", "$region": "south", "visits": 8, "loyal": False, "shoe_size": 42}
    assert exporting.attributes(id_) == before | after
    assert timeline(exporting.shop, id_)[0]["properties"]["attributes"].keys() == after.keys()


@pytest.mark.parametrize(
    ("cells", "warnings"),
    [
        ({"user_id": "LOST"}, {"damaged_id": 1}),
        ({"user_id": "1.00E+05"}, {"damaged_id": 1}),
        ({"phone": "3460PHONE"}, {"damaged_id": 1}),
        ({"zip": "1067"}, {"damaged_value": 1}),
        ({"card": "7.01235E+15"}, {"damaged_value": 1}),
        ({"card": "7012345678901230"}, {"damaged_value": 1}),
        ({"birthday": "28.02.1990"}, {}),
        ({"birthday": "2/28/1990"}, {}),
        ({"member": "TRUE", "loyal": "WAHR"}, {}),
        ({"shoe_size": "41,00", "visits": "7.0"}, {}),
        ({"user_id": "somebody-else"}, {"id_kept": 1}),
    ],
)
def test_values_damaged_by_a_spreadsheet_change_no_customer(
    shop: Shop, cells: dict[str, str], warnings: dict[str, int]
) -> None:
    exporting = ExportingShop(shop)
    id_, exported = shop.prepared(exported_customer)
    row = next(csv.DictReader(io.StringIO(exported.decode("utf-8-sig"))))
    cells = {n: c.replace("LOST", row["user_id"].lstrip("0")) for n, c in cells.items()}
    cells = {n: c.replace("3460PHONE", row["phone"].lstrip("+")) for n, c in cells.items()}
    job = drop(exporting.shop, "damaged.csv", edited(exported, **cells))
    assert (counts(job), job["result"]["warnings"]) == ({"rows": 1, "unchanged": 1}, warnings)
    assert exporting.export([id_]) == exported


def test_a_profile_id_identifies_the_customer_of_a_row(exporting: ExportingShop) -> None:
    first, second = exporting.create([CUSTOMER, CUSTOMER])
    body = f"id,user_id,email,city\n{first},4711,new@example.com,Lugo\n{second},,,Vigo\n"
    job = drop(exporting.shop, "people.csv", body)
    assert (counts(job), job["result"]["warnings"]) == ({"rows": 2, "updated": 2}, {"id_kept": 1})
    assert exporting.shop.status("user_id", "4711") == 404
    assert person(exporting.shop, "email", "new@example.com")["id"] == first
    assert exporting.attributes(first)["email"] == "new@example.com"
    assert [exporting.attributes(id_)["city"] for id_ in (first, second)] == ["Lugo", "Vigo"]


def test_an_unknown_profile_id_alone_creates_no_customer(exporting: ExportingShop) -> None:
    (id_,) = exporting.create([CUSTOMER])
    other = profile("user_id", "never-seen")
    exporting.shop.erase(gone := exporting.create([CUSTOMER])[0])
    body = f"id,city\n{other},Lugo\n{gone},Lugo\n{id_},Lugo\n,Lugo\n"
    job = drop(exporting.shop, "cities.csv", body)
    assert counts(job) == {"rows": 4, "skipped": 2, "rejected": 1, "updated": 1}
    assert job["result"]["reasons"] == {"no_identity": 1, "unknown_profile": 2}
    again = drop(exporting.shop, "again.csv", f"id,email,city\n{other},new@example.com,Lugo\n")
    assert counts(again) == {"rows": 1, "created": 1}


def test_a_customer_erased_since_the_export_stays_erased(exporting: ExportingShop) -> None:
    (id_,) = exporting.create([CUSTOMER])
    exported = exporting.export([id_], columns=["id", "attribute:visits"])
    drop(exporting.shop, "first.csv", exported)
    exporting.shop.erase(id_)
    exporting.shop.ask("POST", "imports", {"key": "imports/first.csv", "again": True})
    (job, *_) = exporting.shop.ask("GET", "jobs", query={"kind": "import"}).body["jobs"]
    assert (counts(job), job["result"]["reasons"]) == ({"rows": 1, "skipped": 1}, {"erased": 1})


def test_two_rows_with_one_id_are_one_customer(exporting: ExportingShop) -> None:
    (id_,) = exporting.create([CUSTOMER])
    body = f"id,user_id,city\n{id_},42,Lugo\n{id_},1E+05,Vigo\n"
    job = drop(exporting.shop, "twice.csv", body)
    assert (counts(job), job["result"]["warnings"]) == (
        {"rows": 2, "updated": 2},
        {"damaged_id": 1, "id_kept": 1},
    )
    assert exporting.attributes(id_)["city"] == "Vigo"


def test_the_report_has_rejected_rows_unchanged(exporting: ExportingShop) -> None:
    (id_,) = exporting.create([CUSTOMER])
    job = drop(exporting.shop, "wrong.csv", edited(exporting.export([id_]), shoe_size="large"))
    assert (counts(job), job["result"]["reasons"]) == ({"rows": 1, "rejected": 1}, {"invalid_value": 1})
    (row,) = report(exporting.shop, job)
    assert (row["id"], row["zip"], row["favoriteColor"], row["shoe_size"]) == (id_, "01067", "red", "large")


@pytest.mark.parametrize("columns", ["user id,email", "user id,phone"])
def test_an_id_without_leading_zeros_is_recognised_by_email_or_phone(
    exporting: ExportingShop, columns: str
) -> None:
    (id_,) = exporting.create([CUSTOMER])
    found = exporting.shop.ask("GET", f"profiles/{id_}").body
    held = {one["type"]: one["value"] for one in found["identities"]}
    address = held[columns.partition(",")[2]]
    rows = f"{columns},city\n{held['user_id'].lstrip('0')},{address},Lugo\n"
    job = drop(exporting.shop, "crm.csv", rows)
    assert (counts(job), job["result"]["warnings"]) == ({"rows": 1, "updated": 1}, {"damaged_id": 1})
    assert exporting.attributes(id_)["city"] == "Lugo"
    assert exporting.shop.status("user_id", held["user_id"].lstrip("0")) == 404
