"""Files in the bucket of the stack become customers; repeated, corrected and invalid files are reported."""

import csv
import gzip
import io
from functools import partial
from typing import Any

import pytest
from xlsxwriter import Workbook

from tests.e2e.files import MANY_ROWS, Files, load, until
from tests.support.contacts import HEADER, REAL, as_csv, contact

CITY, MAIL = HEADER.index("city"), HEADER.index("email")
ADDED = 3
"""The number of columns of a report after those of the file."""


def test_a_repeated_import_updates_only_edited_rows(files: Files) -> None:
    rows = [contact(number, files.domain) for number in range(500)]
    first = files.drop("contacts.csv", as_csv(rows))
    assert (first["state"], first["error"]) == ("done", None)
    assert outcome(first) == {"rows": 500, "created": 500}
    cards = files.profiles_when(500, **{"email.ends_with": f"@{files.domain}"})
    assert {card["email"]: card["company"] for card in cards} == {row[MAIL]: row[2] for row in rows}
    assert {card["kind"] for card in cards} == {"recognised"}
    for row in rows[::100]:
        assert read_date(files.customer(row[MAIL])["attributes"]) == row

    again = files.drop("contacts-again.csv", as_csv(rows))
    assert (again["state"], again["report"]["duplicate_of"]) == ("done", first["id"])
    assert outcome(again) == {}

    before = [row[CITY] for row in rows]
    for row in rows[::50]:
        row[CITY] = "Vigo"
    edited = files.drop("contacts-edited.csv", as_csv(rows))
    assert outcome(edited) == {"rows": 500, "updated": 10, "unchanged": 490}
    for number, row in enumerate(rows[::50]):
        profile = until(partial(moved, files, row[MAIL]))
        *_, made, changed = files.stack.timeline(profile["id"])
        assert [made["type"], changed["type"]] == ["profile.imported"] * 2
        assert changed["properties"]["import"] == edited["id"]
        shown = {"city": {"from": before[50 * number], "to": "Vigo"}}
        assert changed["properties"]["attributes"] == shown
    untouched = files.customer(rows[1][MAIL])
    assert [each["type"] for each in files.stack.timeline(untouched["id"])] == ["profile.imported"]


@pytest.mark.skipif(not REAL.exists(), reason="the file of contacts is not beside the repository")
def test_a_public_file_of_five_hundred_contacts_is_imported(files: Files) -> None:
    done = files.drop("contacts-us-500.csv", REAL.read_bytes())
    if earlier := done["report"]["duplicate_of"]:  # this stack has had it before
        done = files.ask(f"/v1/imports/{earlier}")
    assert outcome(done) == {"rows": 500, "created": 500}
    with REAL.open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    for row in rows[::50]:
        profile = files.customer(row["email"])
        assert profile["kind"] == "recognised"
        assert read_date(profile["attributes"]) == list(row.values())


def test_rejected_rows_can_be_corrected_in_the_report_and_imported(files: Files) -> None:
    names = ("Žofie Šťastná", "Łukasz Źrebiec", "Jiří Dvořák", "Ágnes Őry", "Ľubica Ďurišová")
    rows = [[name, f"m{number}@{files.domain}", "Ústí"] for number, name in enumerate(names)]
    messy = [rows[0], rows[1][:2], [*rows[2], "ragged", "row"], [rows[3][0], "no address", "Ústí"], rows[4]]
    text = "".join(";".join(row) + "\r\n" for row in [["Name", "E-mail", "City"], *messy])
    text += f'"Nobody;n@{files.domain};Ústí\r\n'
    done = files.drop("messy.csv", text.encode("cp1250"))
    assert done["report"]["dialect"] | {"delimiter": ";", "encoding": "cp1250"} == done["report"]["dialect"]
    assert outcome(done) == {"rows": 6, "created": 2, "rejected": 4}
    assert done["report"]["reasons"] == {"wrong_column_count": 2, "invalid_email": 1, "unclosed_quote": 1}

    report = load(done["report_file"]["url"]).body.decode("utf-8-sig")
    header, *rejected = csv.reader(io.StringIO(report), delimiter=";")
    assert header == ["Name", "E-mail", "City", "import_line", "import_code", "import_error"]
    assert [row[-ADDED] for row in rejected] == ["3", "4", "5", "7"]
    corrected = [[*rows[int(row[-ADDED]) - 2], *row[-ADDED:]] for row in rejected[:-1]]
    repaired = files.drop("corrected.csv", as_csv(corrected, delimiter=";", header=header))
    assert outcome(repaired) == {"rows": 3, "created": 3}
    cards = files.profiles_when(5, **{"email.ends_with": f"@{files.domain}"})
    assert {card["name"] for card in cards} == set(names)


def test_a_compressed_file_is_imported(files: Files) -> None:
    rows = [contact(number, files.domain) for number in range(3)]
    done = files.drop("contacts.csv.gz", gzip.compress(as_csv(rows).encode("utf-16")))
    assert outcome(done) == {"rows": 3, "created": 3}
    assert read_date(files.customer(rows[2][MAIL])["attributes"]) == rows[2]


def test_the_mapping_of_a_folder_applies_to_its_files(files: Files) -> None:
    columns = [
        {"column": "Who", "to": "identity", "name": "user_id"},
        {"column": "Since", "to": "attribute", "name": "created_at"},
        {"column": 3, "to": "consent", "name": "email"},
    ]
    mapping = {
        "name": f"m-{files.name}",
        "columns": columns,
        "date_format": "DD.MM.YYYY",
        "tags": [files.name],
    }
    files.ask("/v1/import-mappings", mapping)
    preview = files.ask(
        "/v1/imports/preview", {"content": "V2hvCg==", "mapping": mapping["name"]}, method="POST"
    )
    assert [problem["code"] for problem in preview["problems"]]
    text = f"Who|Since|News\nu-{files.name}|03.02.2026|yes\n"
    done = files.drop("members.txt", text, folder=f"imports/{mapping['name']}")
    assert outcome(done) == {"rows": 1, "created": 1}
    profile = until(lambda: files.stack.owner_of("user_id", f"u-{files.name}"))
    assert profile["attributes"]["created_at"].startswith("2026-02-03")
    assert profile["consents"]["email"]["state"] == "granted"
    assert profile["tags"] == [files.name]


def test_orders_are_imported_as_activities(files: Files) -> None:
    columns = [
        {"column": "customer", "to": "identity", "name": "user_id"},
        {"column": "at", "to": "time"},
        {"column": "amount", "to": "property", "name": "revenue"},
    ]
    mapping = {
        "name": f"e-{files.name}",
        "kind": "events",
        "columns": columns,
        "event_name": "Order Completed",
    }
    files.ask("/v1/import-mappings", mapping)
    user = f"o-{files.name}"
    text = f"customer,at,amount\n{user},2026-01-05T12:00:00Z,12.5\n{user},2026-01-06T12:00:00Z,7.5\n"
    files.drop("orders.csv", text, folder=f"imports/{mapping['name']}")
    profile = files.stack.profile_when("user_id", user, activities=2)
    assert (profile["totals"]["orders"], profile["totals"]["revenue"]) == (2, 20)


@pytest.mark.parametrize("kind", ["a workbook", "nothing"])
def test_a_workbook_or_an_empty_file_is_rejected(files: Files, kind: str) -> None:
    done = files.drop("contacts.csv", workbook(files.domain) if kind == "a workbook" else b"")
    assert done["state"] == "failed"
    assert done["error"]["code"] == ("spreadsheet" if kind == "a workbook" else "empty_file")
    assert "CSV" in done["error"]["message"] or kind == "nothing"


def test_an_import_is_cancelled(files: Files) -> None:
    key = files.put("many.csv", MANY_ROWS)
    begun = until(
        lambda: next((i for i in files.ask("/v1/imports?limit=20")["imports"] if i["key"] == key), None)
    )
    assert files.ask(f"/v1/jobs/{begun['id']}/cancel", {})["state"] == "cancelled"
    assert files.ask(f"/v1/imports/{begun['id']}")["state"] == "cancelled"


def outcome(done: dict[str, Any]) -> dict[str, int]:
    """Return the counts of the rows' results that are not zero."""
    report: dict[str, Any] = done["report"]
    counted = ("rows", "created", "updated", "unchanged", "skipped", "rejected")
    return {name: report[name] for name in counted if report[name]}


def read_date(attributes: dict[str, Any]) -> list[str | None]:
    """Return a profile as the row of the file."""
    names = ("first_name", "last_name", "company", "street", "city", "county", "region", "zip")
    return [attributes.get(name) for name in (*names, "phone", "other_phone", "email", "website")]


def moved(files: Files, mail: str) -> dict[str, Any] | None:
    """Return the profile of the address, if its city is that of the edited row."""
    profile = files.customer(mail)
    return profile if profile["attributes"]["city"] == "Vigo" else None


def workbook(domain: str) -> bytes:
    content = io.BytesIO()
    with Workbook(content) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, contact(1, domain))
    return content.getvalue()
