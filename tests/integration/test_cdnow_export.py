"""Exports of real customers, read by Python's csv, openpyxl and DuckDB, equal the purchase log."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from openpyxl import load_workbook

from tests.support import world
from tests.support.cdnow import LOG, Expected, expectations, read_purchases, requests_of
from tests.support.shop import Shop

CUSTOMERS = 200
TOGETHER = 500
COLUMNS = ["user_id", "orders", "revenue", "last_transaction_at"]

pytestmark = pytest.mark.skipif(not LOG.exists(), reason="the purchase log is not beside the repository")

Row = tuple[str, int, Decimal, str]


@pytest.fixture(scope="module")
def shop(shop_on_wire: Callable[[], Shop]) -> Shop:
    """A shop with the first customers of the log."""
    opened = shop_on_wire()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(world, "BATCH", 1000)
        for messages in requests_of(read_purchases(CUSTOMERS), TOGETHER):
            opened.post("batch", {"batch": messages})
    return opened


@pytest.fixture(scope="module")
def expected() -> list[Row]:
    """Return the expected rows by user id."""
    purchases = read_purchases(CUSTOMERS)
    last = {purchase.user_id: purchase.message()["timestamp"] for purchase in purchases}
    return sorted(_row(id_, one, last[id_]) for id_, one in expectations(purchases).items())


def _row(user_id: str, given: Expected, last: str) -> Row:
    return user_id, given.orders, given.revenue, last


def exported(shop: Shop, folder: Path, format: str, columns: list[str] | None = None) -> Path:
    """Return the file of an export of all customers."""
    begun = shop.ask("POST", "exports", {"all": True, "format": format, "columns": columns or []}).body
    job = shop.ask("GET", f"exports/{begun['id']}").body
    assert (job["state"], job["file"]["rows"]) == ("done", CUSTOMERS)
    (content,) = [made for key, made in shop.wire.bucket.files.items() if begun["id"] in key]
    path = folder / str(job["file"]["name"])
    path.write_bytes(content)
    return path


def as_rows(found: list[Any]) -> list[Row]:
    return sorted((row[0], int(row[1]), Decimal(str(row[2])), str(row[3])) for row in found)


def test_the_exported_files_equal_the_log(shop: Shop, expected: list[Row], tmp_path: Path) -> None:
    with exported(shop, tmp_path, "csv", COLUMNS).open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file)
    assert (header, as_rows(rows)) == (COLUMNS, expected)

    sheet = load_workbook(exported(shop, tmp_path, "xlsx", COLUMNS))["Customers"]
    titles, *cells = sheet.iter_rows(values_only=True)
    assert (list(titles), as_rows(cells)) == (COLUMNS, expected)

    text = exported(shop, tmp_path, "jsonl", COLUMNS).read_text()
    lines = [json.loads(line) for line in text.splitlines()]
    assert as_rows([[line[name] for name in COLUMNS] for line in lines]) == expected


@pytest.mark.parametrize(("format_", "reader"), [("csv", "read_csv"), ("jsonl", "read_json")])
def test_duckdb_reads_the_exported_files(
    shop: Shop, expected: list[Row], tmp_path: Path, format_: str, reader: str
) -> None:
    path = exported(shop, tmp_path, format_)
    sql = f"""SELECT user_id, orders, printf('%.2f', revenue::DOUBLE),
                     strftime(last_transaction_at::TIMESTAMP, '%Y-%m-%dT%H:%M:%S.%gZ')
              FROM {reader}('{path}')"""  # noqa: S608
    with duckdb.connect() as database:
        database.execute("SET TimeZone = 'UTC'")
        assert as_rows(database.execute(sql).fetchall()) == expected
        columns = database.execute(f"DESCRIBE SELECT * FROM {reader}('{path}')").fetchall()  # noqa: S608
    assert [column[0] for column in columns][:3] == ["id", "kind", "user_id"]
