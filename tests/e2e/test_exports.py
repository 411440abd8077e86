"""Exports of the stack: loaded by a link, read by programs, imported again without a change."""

import csv
import io
import json
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.e2e.files import Files, load
from tests.e2e.stack import call
from tests.support.contacts import HEADER, as_csv, contact

CUSTOMERS = 30
COLUMNS = ["email", "first_name", "last_name", "company", "city", "phone", "tags"]
FORMULA = '=HYPERLINK("http://thief.example","Click")'


@pytest.fixture
def tag(files: Files) -> str:
    """Create a tag and customers with it; the company of one is a formula."""
    rows = [[*contact(number, files.domain), files.name] for number in range(CUSTOMERS)]
    rows[7][HEADER.index("company_name")] = FORMULA
    done = files.drop("tagged.csv", as_csv(rows, header=[*HEADER, "tags"]))
    assert done["report"]["created"] == CUSTOMERS
    files.profiles_when(CUSTOMERS, tag=files.name)
    return files.name


def test_an_export_can_be_imported_without_changes(files: Files, tag: str) -> None:
    text = exported(files, tag, "csv").decode("utf-8-sig")
    header, *rows = csv.reader(io.StringIO(text))
    assert header == COLUMNS
    found = sorted(row[:4] for row in rows)
    assert [row[0] for row in found] == sorted(contact(n, files.domain)[10] for n in range(CUSTOMERS))
    assert [row[3] for row in found if "HYPERLINK" in row[3]] == [f"'{FORMULA}"]

    back = files.drop("back.csv", text)
    assert (back["report"]["unchanged"], back["report"]["rejected"]) == (CUSTOMERS, 0)
    assert back["report"]["rows"] == CUSTOMERS


def test_workbook_and_jsonl_exports_contain_the_same_rows(files: Files, tag: str) -> None:
    sheet: Any = load_workbook(io.BytesIO(exported(files, tag, "xlsx")), read_only=True).active
    header, *rows = sheet.iter_rows(values_only=True)
    assert list(header) == COLUMNS
    lines = [json.loads(line) for line in exported(files, tag, "jsonl").decode().splitlines()]
    assert sorted(row[0] for row in rows) == sorted(line["email"] for line in lines)
    assert len(lines) == CUSTOMERS


def test_selected_customers_are_exported(files: Files, tag: str) -> None:
    picked = [card["id"] for card in files.profiles(tag=tag)[:3]]
    done = files.work("/v1/exports", {"ids": picked, "columns": ["id", "email"]}, "/v1/exports")
    rows = list(csv.reader(io.StringIO(load(done["file"]["url"]).body.decode("utf-8-sig"))))[1:]
    assert sorted(row[0] for row in rows) == sorted(picked)


def test_exports_need_their_scope(files: Files, tag: str) -> None:
    key = files.ask("/v1/api-keys", {"name": "Reader", "scopes": ["profiles:read"]})
    headers = {"authorization": f"Bearer {key['key']}"}
    answer = call(f"{files.stack.api_url}/v1/exports", method="POST", json_body={"tag": tag}, headers=headers)
    assert answer.status == 403
    assert call(f"{files.stack.api_url}/v1/exports", headers=headers).status == 403


def exported(files: Files, tag: str, format: str) -> bytes:
    """Return the content of an export of all customers with the tag."""
    body: dict[str, Any] = {"tag": tag, "format": format, "columns": COLUMNS}
    done = files.work("/v1/exports", body, "/v1/exports")
    assert (done["state"], done["selected"]) == ("done", CUSTOMERS), done
    answer = load(done["file"]["url"])
    assert done["file"]["name"] in answer.headers["content-disposition"]
    assert len(answer.body) == done["file"]["bytes"]
    return answer.body
