"""Imports through the API: started, shown while they run and afterwards, with the rejected rows as a file."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from crm.api.models.imports import Import, ImportPage
from crm.domain.job import ERASE, IMPORT, Job, done, failed, running
from crm.domain.views.jobs import JobErrorView
from crm.services.access import api_keys
from crm.storage import bucket as files
from crm.storage import jobs as storage
from tests.support.gateway import Answer, Client
from tests.support.shop import Shop

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

NOW = 1_795_255_200_000
DAY = 86_400_000
KEY = "imports/fair/Gäste 2026.csv"
REPORT = "imports/reports/Gäste 2026-00000000.csv"
COUNTS = {"rows": 1000, "created": 700, "updated": 200, "unchanged": 60, "skipped": 10, "rejected": 30}
RESULT: dict[str, Any] = {
    "rows": 1000,
    "report": REPORT,
    "mapping": "fair",
    "dialect": {
        "encoding": "utf-8",
        "bom": 3,
        "delimiter": ";",
        "quote": '"',
        "skip_lines": 0,
        "header": True,
    },
    "columns": [
        {"column": "E-mail", "target": {"to": "identity", "name": "email"}},
        {"column": "Opted out", "target": {"to": "consent", "name": "email", "yes": "denied"}},
        {"column": "Notes", "target": {"to": "ignore"}},
    ],
    "warnings": {"phone_without_country": 3},
    "reasons": {"invalid_email": 30, "erased": 10},
    "content": "0" * 64,
}


@pytest.fixture
def key(api_key: Callable[..., str], bucket: str, queue: dict[str, str], now: list[int]) -> str:
    return api_key("profiles:import")


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The clock of requests, in epoch ms."""
    clock = [NOW]
    monkeypatch.setattr("crm.http.request.time.time_ns", lambda: clock[0] * 1_000_000)
    return clock


@pytest.fixture
def ask(client: Client, key: str) -> Callable[..., Answer]:
    """Return `ask("POST", "imports", {...})`, which sends a request."""
    return lambda method, path, body=None, **more: client(method, f"/v1/{path}", body, key=key, **more)


def job(number: int = 0, **changes: Any) -> Job:
    """An import of an earlier time."""
    at = NOW - 60_000 + number
    given = {"kind": IMPORT, "subject": {"key": KEY, "mapping": None}, "started_by": "bucket"} | changes
    return storage.create(
        Job(id=f"00000000-0000-0000-0000-00000000000{number}", created_at=at, updated_at=at, **given)
    )


def finished(number: int = 0, **result: Any) -> Job:
    begun = storage.save(running(job(number), NOW - 50_000, total=3, counts=COUNTS))
    return storage.save(done(begun, NOW - 40_000, RESULT | result))


UNDETECTED: dict[str, Any] = {"decimal_mark": None, "date_format": None, "words": {}}
"""The formats in reports of earlier versions, which did not show them."""


def test_a_waiting_import_is_shown(ask: Callable[..., Answer]) -> None:
    answer = ask("GET", f"imports/{job().id}")
    Import.model_validate(answer.body)
    shown = answer.body
    assert (shown["state"], shown["key"], shown["file_name"]) == ("queued", KEY, "Gäste 2026.csv")
    assert shown["progress"] == {"done": 0, "total": None, "seconds_left": None, "rows_per_second": None}
    assert (shown["mapping"], shown["report_file"], shown["error"]) == (None, None, None)
    assert {shown["report"][name] for name in COUNTS} == {0}


def test_a_running_import_shows_its_speed_and_remaining_time(ask: Callable[..., Answer]) -> None:
    begun = storage.save(running(job(), NOW - 50_000, total=8))
    storage.save(running(begun, NOW - 40_000, total=8, done=2, counts={"rows": 500, "created": 400}))
    shown = ask("GET", f"imports/{begun.id}").body
    assert shown["progress"] == {"done": 2, "total": 8, "seconds_left": 30, "rows_per_second": 50.0}
    assert (shown["report"]["rows"], shown["report"]["created"], shown["report"]["updated"]) == (500, 400, 0)


def test_a_finished_import_has_its_report(ask: Callable[..., Answer]) -> None:
    answer = ask("GET", f"imports/{finished().id}")
    Import.model_validate(answer.body)
    report = answer.body["report"]
    assert {name: report[name] for name in COUNTS} == COUNTS
    assert report["reasons"] == {"invalid_email": 30, "erased": 10}
    assert report["warnings"] == {"phone_without_country": 3}
    assert report["dialect"] == RESULT["dialect"]
    assert report["columns"] == [
        {"column": "E-mail", "target": {"to": "identity", "name": "email", "yes": None}, **UNDETECTED},
        {"column": "Opted out", "target": {"to": "consent", "name": "email", "yes": "denied"}, **UNDETECTED},
        {"column": "Notes", "target": {"to": "ignore", "name": None, "yes": None}, **UNDETECTED},
    ]
    assert (answer.body["mapping"], report["duplicate_of"]) == ("fair", None)


def test_rejected_rows_are_downloadable(ask: Callable[..., Answer]) -> None:
    files.write(REPORT, b"E-mail;import_error\n")
    shown = ask("GET", f"imports/{finished().id}").body["report_file"]
    assert (shown["key"], shown["expires_at"]) == (REPORT, "2026-12-21T09:59:20.000Z")
    assert "X-Amz-Expires=900" in shown["url"]
    assert "G%C3%A4ste%202026-00000000.csv" in shown["url"]


def test_an_import_without_rejected_rows_has_no_file(ask: Callable[..., Answer]) -> None:
    assert ask("GET", f"imports/{finished(report=None).id}").body["report_file"] is None


def test_an_expired_report_has_no_file(ask: Callable[..., Answer], now: list[int]) -> None:
    id_ = finished().id
    now[0] += 30 * DAY
    assert ask("GET", f"imports/{id_}").body["report_file"] is None


def test_a_repeated_file_names_the_first_import(ask: Callable[..., Answer]) -> None:
    first = finished()
    second = storage.save(done(job(1), NOW, {"duplicate_of": first.id}))
    shown = ask("GET", f"imports/{second.id}")
    Import.model_validate(shown.body)
    assert shown.body["report"]["duplicate_of"] == first.id
    assert shown.body["report"]["dialect"] is None


def test_a_failed_import_shows_its_error(ask: Callable[..., Answer]) -> None:
    error: JobErrorView = {"code": "spreadsheet", "message": "this is an Excel workbook: save it as CSV"}
    id_ = storage.save(failed(job(), NOW, error)).id
    assert ask("GET", f"imports/{id_}").body["error"] == error


def test_imports_are_listed_newest_first(ask: Callable[..., Answer]) -> None:
    for number in range(3):
        finished(number)
    job(3)
    job(4, kind=ERASE, subject={})
    page = ask("GET", "imports", query={"limit": 2}).body
    ImportPage.model_validate(page)
    assert [shown["id"][-1] for shown in page["imports"]] == ["3", "2"]
    rest = ask("GET", "imports", query={"limit": 2, "cursor": page["next_cursor"]}).body
    assert [shown["id"][-1] for shown in rest["imports"]] == ["1", "0"]
    assert [t["id"][-1] for t in ask("GET", "imports", query={"state": "queued"}).body["imports"]] == ["3"]


@pytest.mark.parametrize("query", [{"state": "tired"}, {"limit": "0"}, {"cursor": "x"}])
def test_an_invalid_parameter_is_refused(ask: Callable[..., Answer], query: dict[str, str]) -> None:
    assert ask("GET", "imports", query=query).status == 400


def test_a_job_of_another_kind_is_not_found(ask: Callable[..., Answer]) -> None:
    other = job(4, kind=ERASE, subject={})
    for id_ in (other.id, "00000000-0000-0000-0000-000000000009", "%ED%A0%80", "%00"):
        answer = ask("GET", f"imports/{id_}")
        assert (answer.status, answer.body["code"]) == (404, "not_found")


def test_a_limited_key_cannot_import(client: Client, key: str) -> None:
    limited = api_keys.create("seller", ["profiles:import"], classes=["b2b"], now=1)[1]
    for method, path in (
        ("POST", "imports/preview"),
        ("POST", "imports"),
        ("GET", "imports"),
        ("GET", "imports/1"),
    ):
        assert client(method, f"/v1/{path}", {}, key=limited).status == 403


def test_a_file_of_the_bucket_is_imported(ask: Callable[..., Answer], queue: dict[str, str]) -> None:
    files.write(KEY, b"E-mail\nada@example.com\n")
    answer = ask("POST", "imports", {"key": KEY})
    assert answer.status == 202
    Import.model_validate(answer.body)
    assert (answer.body["key"], answer.body["state"]) == (KEY, "queued")
    assert answer.body["started_by"].startswith("key:")
    assert answer.body["started_by_name"] == "test"
    assert ask("GET", f"imports/{answer.body['id']}").body == answer.body
    assert waiting(queue) == 1


def waiting(queue: dict[str, str]) -> int:
    sqs: SQSClient = boto3.client("sqs")
    return len(sqs.receive_message(QueueUrl=queue["jobs"], MaxNumberOfMessages=10).get("Messages", []))


def test_a_file_can_be_imported_by_another_mapping(
    ask: Callable[..., Answer], client: Client, api_key: Any
) -> None:
    files.write(KEY, b"E-mail\nada@example.com\n")
    client("POST", "/v1/import-mappings", {"name": "guests"}, key=api_key("definitions:write"))
    answer = ask("POST", "imports", {"key": KEY, "mapping": "guests", "again": True})
    assert (answer.status, answer.body["mapping"]) == (202, "guests")


def test_an_unknown_mapping_is_refused(ask: Callable[..., Answer]) -> None:
    files.write(KEY, b"E-mail\nada@example.com\n")
    answer = ask("POST", "imports", {"key": KEY, "mapping": "guests"})
    assert (answer.status, answer.body["code"]) == (400, "unknown_mapping")
    assert "/v1/import-mappings" in answer.body["message"]


def test_an_unknown_file_is_not_found(ask: Callable[..., Answer]) -> None:
    for path in ("imports", "imports/preview"):
        answer = ask("POST", path, {"key": "imports/nothing.csv"})
        assert (answer.status, answer.body["code"]) == (404, "file_not_found")
        assert answer.body["details"] == {"key": "imports/nothing.csv"}


@pytest.mark.parametrize(
    "name",
    [
        "customers.csv",
        "people/1/export.json",
        "exports/1/customers.csv",
        "imports/",
        "imports/fair/",
        "imports/reports/a.csv",
        "imports//a.csv",
        "imports/../people/1/export.json",
        "imports/./a.csv",
        "imports/a\x00.csv",
        "imports/a\n.csv",
        "imports/\ud800.csv",
        "imports/" + "ä" * 600,
        "",
        5,
        None,
        ["imports/a.csv"],
    ],
)
def test_files_outside_the_import_folder_are_refused(ask: Callable[..., Answer], name: Any) -> None:
    for path in ("imports", "imports/preview"):
        assert ask("POST", path, {"key": name}).status == 400


@pytest.mark.parametrize(
    "body",
    [
        None,
        {},
        [],
        "x",
        {"key": KEY, "again": "yes"},
        {"key": KEY, "again": None},
        {"key": KEY, "mapping": ""},
        {"key": KEY, "mapping": "a/b"},
        {"key": KEY, "mapping": "\ud800"},
        {"key": KEY, "mapping": {"name": "x"}},
        {"key": KEY, "surprise": 1},
        b"\xff",
        '{"key": NaN}',
        "[" * 100_000,
    ],
)
def test_invalid_bodies_are_refused(ask: Callable[..., Answer], body: Any) -> None:
    files.write(KEY, b"E-mail\nada@example.com\n")
    answer = ask("POST", "imports", body)
    assert answer.status == 400
    assert set(answer.body) == {"code", "message", "details"}


def test_a_repeated_request_starts_one_import(ask: Callable[..., Answer], queue: dict[str, str]) -> None:
    files.write(KEY, b"E-mail\nada@example.com\n")
    shown = [ask("POST", "imports", {"key": KEY}, headers={"idempotency-key": "1"}) for _ in range(2)]
    assert [answer.status for answer in shown] == [202, 202]
    assert shown[0].body == shown[1].body


def test_a_file_is_imported_and_its_rejected_rows_corrected(shop: Shop) -> None:
    dropped = shop.wire.bucket.files
    dropped["imports/guests.csv"] = b"E-mail,First name\nada@example.com,Ada\nalan@example,Alan\n"
    begun = shop.ask("POST", "imports", {"key": "imports/guests.csv"}).body
    shown = shop.ask("GET", f"imports/{begun['id']}").body
    Import.model_validate(shown)
    assert (shown["state"], shown["report"]["rows"], shown["report"]["created"]) == ("done", 2, 1)
    assert shown["report"]["reasons"] == {"invalid_email": 1}
    assert shown["report"]["columns"][0]["target"] == {"to": "identity", "name": "email", "yes": None}
    rejected = dropped[shown["report_file"]["key"]].decode("utf-8-sig")
    assert "alan@example,Alan,3,invalid_email," in rejected

    dropped["imports/guests corrected.csv"] = rejected.replace("alan@example,", "alan@example.com,").encode()
    again = shop.ask("POST", "imports", {"key": "imports/guests corrected.csv"}).body
    report = shop.ask("GET", f"imports/{again['id']}").body["report"]
    assert (report["created"], report["rejected"]) == (1, 0)
    found = [shop.ask("GET", f"identities/email/{name}@example.com") for name in ("ada", "alan")]
    assert [answer.body["attributes"]["first_name"] for answer in found] == ["Ada", "Alan"]


def test_a_repeated_file_is_reported_and_changes_nothing(shop: Shop) -> None:
    shop.wire.bucket.files["imports/a.csv"] = shop.wire.bucket.files["imports/b.csv"] = (
        b"E-mail\nada@example.com\n"
    )
    first, second = (shop.ask("POST", "imports", {"key": f"imports/{name}.csv"}).body["id"] for name in "ab")
    shown = shop.ask("GET", f"imports/{second}").body
    assert (shown["state"], shown["report"]["duplicate_of"], shown["report"]["rows"]) == ("done", first, 0)
    third = shop.ask("POST", "imports", {"key": "imports/b.csv", "again": True}).body["id"]
    report = shop.ask("GET", f"imports/{third}").body["report"]
    assert (report["duplicate_of"], report["unchanged"]) == (None, 1)


def test_a_file_that_is_no_table_fails_with_advice(shop: Shop) -> None:
    shop.wire.bucket.files["imports/a.csv"] = b"%PDF-1.7 and so on"
    begun = shop.ask("POST", "imports", {"key": "imports/a.csv"}).body["id"]
    shown = shop.ask("GET", f"imports/{begun}").body
    assert (shown["state"], shown["error"]["code"]) == ("failed", "not_text")
    assert (shown["report"]["rows"], shown["report_file"]) == (0, None)
