"""Exports in many parts equal those in one part, in spite of deaths, changes and delays."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from crm.domain.exports import workbook
from crm.domain.exports.workbook import CUT
from crm.services.exports import job as export_job
from crm.services.selections import selections
from crm.settings import settings
from tests.support.shop import Shop, profile

CUSTOMERS = 9


@pytest.fixture(autouse=True)
def in_small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selections, "PART_SIZE", 2)
    monkeypatch.setattr(selections, "FILE_IDS", 4)
    monkeypatch.setattr(export_job, "PARTS_TOGETHER", 2)


@pytest.fixture
def crowd(shop: Shop) -> list[str]:
    return shop.prepared(nine_customers)


def nine_customers(shop: Shop) -> list[str]:
    """Create nine customers, each with a different attribute."""
    for number in range(CUSTOMERS):
        traits = {"email": f"c{number}@example.com", f"field {number}": f"={number}", "points": number / 2}
        shop.send("identify", userId=f"c{number}", traits=traits)
    return [profile("user_id", f"c{number}") for number in range(CUSTOMERS)]


def begin(shop: Shop, **body: Any) -> str:
    """Request an export, which then waits in its queue; return its id."""
    begun = shop.world.request("POST", "/v1/exports", {"all": True, **body}, key=shop.key)
    assert begun.status == 202, begun.body
    return str(begun.body["id"])


def reported(shop: Shop, id_: str) -> dict[str, Any]:
    return dict(shop.world.request("GET", f"/v1/exports/{id_}", key=shop.key).body)


def finish(shop: Shop, id_: str) -> bytes:
    """Complete the export, and return its file."""
    shop.world.settle()
    job = reported(shop, id_)
    assert job["state"] == "done", job
    return shop.wire.bucket.files[f"exports/{id_}/{job['file']['name']}"]


def read(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_parts_make_one_file_in_the_order_of_creation(shop: Shop, crowd: list[str]) -> None:
    rows = read(finish(shop, begin(shop)))
    assert [row["id"] for row in rows] == crowd
    assert [row["points"] for row in rows] == ["0", "0.5", "1", "1.5", "2", "2.5", "3", "3.5", "4"]
    own = [[row[f"field {number}"] for number in range(CUSTOMERS)] for row in rows]
    assert own == [[f"'={at}" if at == here else "" for at in range(CUSTOMERS)] for here in range(CUSTOMERS)]


def test_all_formats_contain_the_same_values(shop: Shop, crowd: list[str], tmp_path: Path) -> None:
    files = {format_: finish(shop, begin(shop, format=format_)) for format_ in ("csv", "xlsx", "jsonl")}
    lines = [json.loads(line) for line in files["jsonl"].splitlines()]
    (tmp_path / "book.xlsx").write_bytes(files["xlsx"])
    sheet = load_workbook(tmp_path / "book.xlsx")["Customers"]
    header, *values = [list(row) for row in sheet.iter_rows(values_only=True)]
    rows = read(files["csv"])
    assert list(rows[0]) == header == list(lines[0])
    assert [row["email"] for row in rows] == [line["email"] for line in lines]
    assert [dict(zip(header, row, strict=True)) for row in values] == lines
    assert (lines[3]["points"], lines[3]["field 3"], lines[3]["orders"]) == (1.5, "=3", 0)


def test_progress_is_updated_part_by_part(shop: Shop, crowd: list[str]) -> None:
    id_ = begin(shop)
    seen = []
    while shop.wire.queues["jobs"]:
        assert not shop.take_message("jobs")
        job = reported(shop, id_)
        seen.append((job["progress"]["done"], job["progress"]["total"], job["counts"].get("exported", 0)))
    assert seen[:6] == [(0, 8, 0), (1, 8, 2), (2, 8, 4), (3, 8, 6), (4, 8, 8), (5, 8, 9)]
    assert (seen[-1], job["selected"], job["file"]["rows"]) == ((8, 8, 9), 9, 9)


def test_repeated_and_reordered_messages_change_nothing(shop: Shop, crowd: list[str]) -> None:
    id_, calm = begin(shop), read(finish(shop, begin(shop)))
    while waiting := shop.wire.queues["jobs"]:
        waiting[:] = [*waiting[::-1], waiting[0]] if len(waiting) > 1 else waiting
        last = waiting[0]
        assert not shop.take_message("jobs")
        if shop.wire.queues["jobs"].count(last) == 0:
            waiting.append(last)
            shop.wire.queues["jobs"].insert(0, shop.wire.queues["jobs"].pop())
            assert not shop.take_message("jobs")
    assert read(finish(shop, id_)) == calm


def test_a_customer_merged_into_a_selected_one_is_in_the_file_once(shop: Shop, crowd: list[str]) -> None:
    id_ = begin(shop)
    assert not shop.take_message("jobs")  # all are selected
    waiting, shop.wire.queues["jobs"] = shop.wire.queues["jobs"], []
    shop.ask("POST", f"profiles/{crowd[1]}/merge", {"profiles": [crowd[6]]})
    shop.ask("POST", f"profiles/{crowd[8]}/merge", {"profiles": [crowd[3], crowd[4]]})
    shop.wire.queues["jobs"] = waiting
    rows = read(finish(shop, id_))
    kept = [crowd[at] for at in (0, 1, 2, 5, 7, 8)]
    assert sorted(row["id"] for row in rows) == sorted(kept)
    assert (reported(shop, id_)["counts"], reported(shop, id_)["file"]["rows"]) == (
        {"exported": 6, "left_out": 3},
        6,
    )


def test_customers_recognised_after_the_selection_are_exported_once(shop: Shop) -> None:
    for name in ("a", "b", "c"):
        shop.send("page", anonymousId=name)
    id_ = begin(shop, kind="any")
    assert not shop.take_message("jobs")
    waiting, shop.wire.queues["jobs"] = shop.wire.queues["jobs"], []
    for name in ("a", "c"):
        shop.send("identify", anonymousId=name, userId="one and the same")
    shop.wire.queues["jobs"] = waiting
    rows = read(finish(shop, id_))
    assert [row["user_id"] for row in rows] == ["one and the same", ""]


def test_hidden_activities_are_not_exported(
    shop: Shop, crowd: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.send("track", userId="c1", event="Order Completed", properties={"revenue": 5})
    shop.ask("PUT", f"profiles/{crowd[1]}/consents/processing", {"state": "granted"})
    monkeypatch.setenv("PROCESSING_CONSENT_REQUIRED", "true")
    settings.cache_clear()
    try:
        hidden, shown, *_ = read(finish(shop, begin(shop)))
    finally:
        monkeypatch.undo()
        settings.cache_clear()
    told_of = ("last_seen", "last_transaction_at", "activities", "orders", "revenue")
    assert [hidden[name] for name in told_of] == [""] * 5
    assert (shown["orders"], shown["revenue"], hidden["email"]) == ("1", "5", "c0@example.com")


def test_a_text_that_is_too_long_for_a_cell_is_reported(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "MAX_CELL_LENGTH", 40)
    shop.send("identify", userId="long", traits={"essay": "word " * 20, "email": "long@example.com"})
    id_ = begin(shop, format="xlsx", columns=["attribute:essay", "email"])
    (tmp_path / "book.xlsx").write_bytes(finish(shop, id_))
    row = [cell.value for cell in load_workbook(tmp_path / "book.xlsx")["Customers"][2]]
    assert row == [("word " * 20)[: 40 - len(CUT)] + CUT, "long@example.com"]
    assert reported(shop, id_)["result"]["warnings"] == {"texts_cut": 1}


@pytest.mark.parametrize(
    ("limit", "code", "body"),
    [
        ("MAX_ROWS", "too_many_rows", {"format": "xlsx"}),
        ("_MAX_COLUMNS", "too_many_columns", {}),
    ],
)
def test_an_export_over_the_limits_fails_with_advice(
    shop: Shop, crowd: list[str], monkeypatch: pytest.MonkeyPatch, limit: str, code: str, body: Any
) -> None:
    monkeypatch.setattr(export_job, limit, 3)
    id_ = begin(shop, **body)
    shop.world.settle()
    job = reported(shop, id_)
    assert (job["state"], job["error"]["code"], job["file"]) == ("failed", code, None)
    assert shop.wire.bucket.files == {}
    assert len(read(finish(shop, begin(shop, columns=["email"])))) == CUSTOMERS


def test_a_workbook_that_takes_too_long_fails_with_advice(
    shop: Shop, crowd: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_job, "WORKBOOK_RESERVE_MS", 1 << 40)
    id_ = begin(shop, format="xlsx")
    shop.world.settle()
    assert reported(shop, id_)["error"]["code"] == "too_many_cells"


def test_a_cancelled_export_leaves_no_files(shop: Shop, crowd: list[str]) -> None:
    id_ = begin(shop)
    for _ in range(3):
        assert not shop.take_message("jobs")
    assert shop.wire.bucket.files
    cancelled = shop.world.request("POST", f"/v1/jobs/{id_}/cancel", key=shop.key)
    assert cancelled.status == 200
    shop.world.settle()
    assert (reported(shop, id_)["state"], reported(shop, id_)["file"], shop.wire.bucket.files) == (
        "cancelled",
        None,
        {},
    )
