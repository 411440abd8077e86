"""Files of all kinds in the bucket: each is read, or refused with a message about the remedy."""

from __future__ import annotations

import gzip
import io
import zipfile
from typing import Any

import pytest

from crm.domain.delimited import detection
from crm.services.imports import detect_format
from tests.support.dropped_files import counts, csv_of, drop, event_of, newest, person, put, report_text
from tests.support.shop import Shop
from tests.support.world import invoke

ROWS = ({"email": "ana@example.com", "city": "Łódź"}, {"email": "ben@example.com", "city": "Köln"})
TEXT = csv_of(*ROWS)


def workbook() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("[Content_Types].xml", "<Types/>")
    return content.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("plain.csv", TEXT.encode()),
        ("marked.txt", TEXT.encode("utf-8-sig")),
        ("wide.csv", TEXT.encode("utf-16")),
        ("big.tsv", TEXT.replace(",", "\t").encode("utf-16-be")),
        ("packed.csv.gz", gzip.compress(TEXT.encode(), mtime=0)),
        ("packed-wide.csv.gz", gzip.compress(TEXT.replace(",", ";").encode("utf-16"), mtime=0)),
        ("polish.csv", TEXT.replace("Köln", "Łódź").encode("cp1250")),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_every_file_format_is_imported(shop: Shop, name: str, content: bytes) -> None:
    job = drop(shop, name, content)
    assert (job["state"], counts(job)) == ("done", {"rows": 2, "created": 2})
    assert person(shop, "email", "ana@example.com")["attributes"]["city"] == "Łódź"
    assert not [key for key in shop.wire.bucket.files if key.startswith("work/")]


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("folder/", b"", "directory_marker"),
        ("empty.csv", b"", "empty_file"),
        ("blank.csv", b"\n\n", "empty_file"),
        ("book.csv", workbook(), "spreadsheet"),
        ("picture.csv", b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "not_text"),
        ("broken.csv.gz", gzip.compress(TEXT.encode(), mtime=0)[:-9], "broken_gzip"),
        ("nobody.csv", b"city,company\nLugo,Acme\nVigo,Acme\n", "no_identity_column"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_unreadable_file_fails_with_its_reason(shop: Shop, name: str, content: bytes, code: str) -> None:
    job = drop(shop, name, content)
    assert (job["state"], job["error"]["code"]) == ("failed", code)
    assert len(job["error"]["message"]) > 20
    assert not [key for key in shop.wire.bucket.files if key.startswith("work/")]


def test_a_header_without_rows_creates_no_customer(shop: Shop) -> None:
    job = drop(shop, "header.csv", "email,city\n")
    assert (job["state"], counts(job)) == ("done", {})


def test_a_report_is_not_imported(shop: Shop) -> None:
    invoke("import_csv", event_of("imports/reports/people-12345678.csv", b"email\n"))
    assert shop.world.request("GET", "/v1/jobs", key=shop.key).body["jobs"] == []


def test_a_folder_without_a_mapping_is_read_with_a_warning(shop: Shop) -> None:
    job = drop(shop, "partners/people.csv", TEXT)
    assert (counts(job), job["result"]["warnings"]) == ({"rows": 2, "created": 2}, {"unknown_mapping": 1})


def test_a_file_replaced_before_its_import_is_refused(shop: Shop) -> None:
    put(shop, "people.csv", TEXT)
    shop.wire.bucket.files["imports/people.csv"] = TEXT.replace("ana", "eve").encode()
    shop.world.settle()
    job = newest(shop)
    assert (job["state"], job["error"]["code"]) == ("failed", "file_changed")
    assert shop.status("email", "eve@example.com") == 404


def test_a_file_replaced_during_its_import_changes_no_customer(shop: Shop) -> None:
    put(shop, "people.csv", TEXT)
    shop.take_message("jobs")
    shop.wire.bucket.files["imports/people.csv"] = TEXT.replace("ana", "eve").encode()
    shop.world.settle()
    job = newest(shop)
    assert (job["state"], job["error"]["code"]) == ("failed", "file_changed")
    assert [shop.status("email", f"{name}@example.com") for name in ("ana", "eve")] == [404, 404]


def test_a_deleted_file_is_reported(shop: Shop) -> None:
    put(shop, "people.csv", TEXT)
    shop.wire.bucket.files.clear()
    shop.world.settle()
    assert newest(shop)["error"]["code"] == "file_gone"


def test_a_cancelled_import_changes_no_further_customers(shop: Shop) -> None:
    put(shop, "people.csv", TEXT)
    shop.take_message("jobs")
    shop.take_message("jobs")
    shop.ask("POST", f"jobs/{newest(shop)['id']}/cancel")
    job = newest(shop)
    assert (job["state"], counts(job)) == ("cancelled", {"rows": 2})
    assert shop.status("email", "ana@example.com") == 404
    assert not [key for key in shop.wire.bucket.files if key.startswith("work/")]
    assert counts(drop(shop, "people2.csv", TEXT)) == {"rows": 2, "created": 2}


def test_no_job_quotes_the_file(shop: Shop) -> None:
    job = drop(shop, "people.csv", TEXT + "secret-nobody,Rome\n")
    assert counts(job) == {"rows": 3, "created": 2, "rejected": 1}
    held = [str(item) for item in shop.items() if item["pk"]["S"].startswith("J#")]
    assert len(held) == 1
    assert not [word for word in ("ana@", "secret", "Rome") if word in held[0]]


def test_unreadable_rows_are_reported_unchanged(shop: Shop) -> None:
    content = TEXT.encode() + b'c\xff@example.com,Rome\nd@example.com,"never closed\n'
    job = drop(shop, "people.csv", content)
    assert job["result"]["reasons"] == {"unclosed_quote": 1, "unreadable_bytes": 1}
    lines: list[Any] = report_text(shop, job).splitlines()
    assert lines[1].startswith("c\ufffd@example.com,Rome,4,unreadable_bytes,")
    assert lines[2].startswith('d@example.com,"""never closed",5,unclosed_quote,')


def test_text_after_the_sample_decides_the_encoding(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(detect_format, "SAMPLE", 200)
    monkeypatch.setattr(detection, "SAMPLE", 200)
    plain = "".join(f"p{number}@example.com,Rome\n" for number in range(20))
    content = ("email,city\n" + plain).encode() + "late@example.com,Münster\nq@example.com,Málaga\n".encode(
        "cp1252"
    )
    job = drop(shop, "people.csv", content)
    assert counts(job) == {"rows": 22, "created": 22}
    assert job["result"]["dialect"]["encoding"] == "cp1252"
    assert person(shop, "email", "late@example.com")["attributes"]["city"] == "Münster"
