"""A file of customers in the bucket: it creates customers, and changes existing ones with a timeline entry."""

from __future__ import annotations

from typing import Any

import pytest

from crm.services.imports import dropped_file
from tests.support.dropped_files import counts, csv_of, drop, event_of, newest, person, report, timeline
from tests.support.shop import Shop

pytestmark = pytest.mark.usefixtures("large_batches")

ANA = {"email": "ana@example.com", "first_name": "Ana", "city": "Lugo"}
BEN = {"email": "ben@example.com", "first_name": "Ben", "city": "Vigo"}


def test_rows_become_customers(shop: Shop) -> None:
    job = drop(shop, "people.csv", csv_of(ANA, BEN))
    assert (job["state"], counts(job)) == ("done", {"rows": 2, "created": 2})
    assert job["result"]["report"] is None
    assert [column["target"] for column in job["result"]["columns"]][1:] == [
        {"to": "attribute", "name": "first_name"},
        {"to": "attribute", "name": "city"},
    ]
    ana = person(shop, "email", "ana@example.com")
    assert (ana["kind"], ana["attributes"]) == ("recognised", ANA)


def test_changes_by_a_row_are_in_the_timeline(shop: Shop) -> None:
    drop(shop, "people.csv", csv_of(ANA, BEN))
    job = drop(shop, "people2.csv", csv_of(ANA | {"city": "Vigo", "tags": "vip"}, BEN | {"tags": ""}))
    assert counts(job) == {"rows": 2, "updated": 1, "unchanged": 1}
    ana = person(shop, "email", "ana@example.com")
    assert (ana["attributes"]["city"], ana["tags"]) == ("Vigo", ["vip"])
    edit, creation = timeline(shop, ana["id"])
    assert (edit["type"], edit["category"], edit["source"]) == (
        "profile.imported",
        "edits",
        f"import:{job['id']}",
    )
    assert edit["properties"] == {
        "import": job["id"],
        "row": 1,
        "attributes": {"city": {"from": "Lugo", "to": "Vigo"}},
        "tags": {"added": ["vip"]},
    }
    assert creation["properties"]["attributes"] == {name: {"to": value} for name, value in ANA.items()}
    assert len(timeline(shop, person(shop, "email", "ben@example.com")["id"])) == 1


def test_imported_denials_keep_their_time_and_reason(shop: Shop) -> None:
    job = drop(
        shop,
        "unsubscribed_members_export.csv",
        "Email Address,First Name,UNSUB_TIME,UNSUB_REASON\nana@example.com,Ana,2024-05-06 07:08:09,NORMAL\n",
    )
    assert counts(job) == {"rows": 1, "created": 1}
    ana = person(shop, "email", "ana@example.com")
    (consent,) = ana["consents"].values()
    assert (consent["state"], consent["at"]) == ("denied", "2024-05-06T07:08:09.000Z")
    (given,) = shop.ask("GET", f"profiles/{ana['id']}/consents").body["ledger"]
    assert given["proof"] == "UNSUB_TIME: 2024-05-06 07:08:09; UNSUB_REASON: NORMAL"


def test_ambiguous_words_of_consents_are_reported(shop: Shop) -> None:
    drop(shop, "list.csv", "Email,Status\na@example.com,Subscribed\nb@example.com,Archived\n")
    (entries,) = shop.ask("GET", "imports").body["imports"]
    assert entries["report"]["warnings"] == {"unreadable_consent": 1}
    assert entries["report"]["unread_consents"] == {"Status: Archived": 1}


def test_a_repeated_file_is_reported_and_changes_nothing(shop: Shop) -> None:
    first = drop(shop, "people.csv", csv_of(ANA, BEN))
    before = len(shop.items())
    again = drop(shop, "other-name.csv", csv_of(ANA, BEN))
    assert (again["state"], counts(again), again["result"]["duplicate_of"]) == ("done", {}, first["id"])
    assert len(shop.items()) == before + 1  # the job


def test_a_repeated_file_is_imported_again_on_request(shop: Shop) -> None:
    content = csv_of(ANA, BEN)
    drop(shop, "people.csv", content)
    ana = person(shop, "email", ANA["email"])["id"]
    shop.ask("PATCH", f"profiles/{ana}/attributes", {"city": "Porto"})
    shop.wait()
    etag = event_of("imports/people.csv", content.encode())["detail"]["object"]["etag"]
    asked: dict[str, Any] = {
        "by": "key:1",
        "now": shop.clock.now,
        "etag": etag,
        "size": len(content),
        "again": True,
    }
    assert dropped_file.start("imports/people.csv", **asked).state == "queued"
    shop.world.settle()
    assert counts(newest(shop)) == {"rows": 2, "updated": 1, "unchanged": 1}
    assert person(shop, "email", ANA["email"])["attributes"]["city"] == "Lugo"
    assert [entries["type"] for entries in timeline(shop, ana)] == [
        "profile.imported",
        "profile.edited",
        "profile.imported",
    ]


def test_rejected_rows_are_reported_with_their_reasons(shop: Shop) -> None:
    content = (
        "Exported on Monday\n\nemail;first_name;city\nana@example.com;Ana;Lugo\nnobody;=1+1;X\n"
        'ben@example.com;Ben\ncarl@example.com;Carl;"Vi;go"\n'
    )
    job = drop(shop, "people.csv", content)
    assert counts(job) == {"rows": 4, "created": 2, "rejected": 2}
    assert job["result"]["reasons"] == {"invalid_email": 1, "wrong_column_count": 1}
    lines = shop.wire.bucket.files[job["result"]["report"]].decode().splitlines()
    assert job["result"]["report"] == f"imports/reports/people-{job['id'][:8]}.csv"
    assert lines[0] == "\ufeffExported on Monday"
    assert lines[1] == "email;first_name;city;import_line;import_code;import_error"
    assert lines[2].startswith("nobody;'=1+1;X;5;invalid_email;")
    assert lines[3].startswith("ben@example.com;Ben;6;wrong_column_count;")


def test_a_report_contains_no_formula_for_any_delimiter(shop: Shop) -> None:
    content = "=1+1,=2+2\n\nemail;@home;city\nnobody;=1+1,=2+2;X\nana@example.com;Ana;Lugo\n"
    job = drop(shop, "people.csv", content)
    assert counts(job) == {"rows": 2, "created": 1, "rejected": 1}
    lines = shop.wire.bucket.files[job["result"]["report"]].decode().splitlines()
    assert lines[0] == "\ufeff'=1+1,'=2+2"
    assert lines[1].startswith("email;'@home;city;")
    assert lines[2].startswith("nobody;'=1+1,'=2+2;X;")
    corrected = "\n".join(lines).replace("nobody", "ben@example.com")
    assert counts(drop(shop, "corrected.csv", corrected)) == {"rows": 1, "created": 1}
    assert "=1+1,=2+2" in person(shop, "email", "ben@example.com")["attributes"].values()


def test_a_corrected_report_can_be_imported(shop: Shop) -> None:
    job = drop(shop, "people.csv", csv_of(ANA, BEN | {"email": "ben"}))
    (rejected,) = report(shop, job)
    corrected = drop(shop, "corrected.csv", csv_of(rejected | {"email": "ben@example.com"}))
    assert counts(corrected) == {"rows": 1, "created": 1}
    assert person(shop, "email", "ben@example.com")["attributes"] == BEN


def test_rows_about_one_person_are_applied_in_order(shop: Shop) -> None:
    phone = {"phone": "+34600123456"}
    rows = [
        ANA | {"phone": ""},
        BEN | {"phone": ""},
        ANA | {"city": "Vigo", **phone},
        {"email": "", "first_name": "", "city": "Madrid", **phone},
        ANA | {"city": "", "phone": "", "first_name": "Ana"},
    ]
    job = drop(shop, "people.csv", csv_of(*rows))
    assert counts(job) == {"rows": 5, "created": 2, "updated": 2, "unchanged": 1}
    ana = person(shop, "phone", phone["phone"])
    assert ana["attributes"] == ANA | {"city": "Vigo"} | phone, "an address is stronger than a number"
    assert job["result"]["warnings"] == {"stronger_kept": 1}
    assert [entries["properties"]["row"] for entries in timeline(shop, ana["id"])] == [4, 3, 1]
    assert timeline(shop, ana["id"])[0]["properties"]["attributes"] == {"city": {"to": "Madrid"}}


def test_a_shared_switchboard_number_merges_no_customers(shop: Shop) -> None:
    rows = [{"email": f"p{number}@example.com", "phone": "+34600123456"} for number in range(30)]
    job = drop(shop, "staff.csv", csv_of(*rows, {"email": "", "phone": "+34600123456"}))
    assert counts(job) == {"rows": 31, "created": 31}
    assert job["result"]["warnings"] == {"shared_identity": 30}
    first = person(shop, "email", "p0@example.com")
    assert first["attributes"]["phone"] == "+34600123456"
    assert [identity["type"] for identity in first["identities"]] == ["email"]
    assert len(timeline(shop, first["id"])) == 1
    assert person(shop, "phone", "+34600123456")["kind"] == "anonymous"


def test_a_phone_shared_by_a_few_identifies_the_first(shop: Shop) -> None:
    rows = [{"email": f"p{number}@example.com", "phone": "+34600123456"} for number in range(3)]
    job = drop(shop, "family.csv", csv_of(*rows))
    assert (counts(job), job["result"]["warnings"]) == ({"rows": 3, "created": 3}, {})
    assert person(shop, "phone", "+34600123456")["id"] == person(shop, "email", "p0@example.com")["id"]
