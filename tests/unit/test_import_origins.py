"""Exports of other systems with their real headers: the target of each column, and the resulting customers.

`tests/support/data/origins` has a file of each system with its expected result;
`tests/support/data/origins.json` has smaller ones.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from crm.domain.delimited.detection import detect
from crm.domain.delimited.rows import Rows, read_rows
from crm.domain.imports.mapping import DEFAULT, define
from crm.domain.imports.plan import ReadPlan, read_plan
from crm.domain.imports.read_rows import RowReader
from crm.domain.standard_attributes import STANDARD
from tests.support.thoroughness import some_of

FOLDER = Path(__file__).parents[1] / "support/data/origins"
ORIGINS = sorted(path.stem for path in FOLDER.glob("*.csv"))
SMALLER = json.loads(FOLDER.with_suffix(".json").read_text())


def read(content: bytes) -> tuple[ReadPlan, Rows]:
    found = detect(content, whole=True, given={})
    behind = content[content.index(b"\n") + 1 :]
    rows = read_rows(behind, found.dialect, columns=len(found.header), first_line=2, first_row=1)
    plan = read_plan(DEFAULT, found.header, found.rows, STANDARD, ())
    return replace(plan, today="2026-11-29"), rows


def filled(plan: ReadPlan) -> dict[str, str]:
    """Return the targets by column: `identity email`, `consent email denied`, `tags`; an attribute by its name."""
    columns = {}
    for column in plan.columns:
        target = column.target
        words = [
            *([target.to] if target.to != "attribute" else []),
            *([target.name] if target.name else []),
            *(["denied"] if target.yes == "denied" else []),
        ]
        columns[column.name] = " ".join(words)
    return columns


def customers(plan: ReadPlan, rows: Rows) -> dict[str, Any]:
    result = RowReader(plan, STANDARD).read(rows)
    found = [
        {
            "identities": {identity.type: identity.value for identity in row.identities},
            "attributes": row.attributes,
            "tags": list(row.tags),
            "consents": row.consents,
        }
        for row in result.rows
    ]
    return {
        "customers": [{name: value for name, value in customer.items() if value} for customer in found],
        "rejected": [bad.code for bad in result.bad],
        "warnings": dict(result.warnings),
        "unread": dict(result.unread),
    }


@pytest.mark.parametrize("origin", ORIGINS)
def test_an_export_is_read_as_expected(origin: str) -> None:
    expected = json.loads((FOLDER / f"{origin}.json").read_text())
    plan, rows = read((FOLDER / f"{origin}.csv").read_bytes())
    assert filled(plan) == expected["columns"]
    assert {"columns": expected["columns"], **customers(plan, rows)} == expected


@pytest.mark.parametrize("origin", some_of(list(SMALLER), one_in=3))
def test_a_small_export_is_read_as_expected(origin: str) -> None:
    expected = SMALLER[origin]
    plan, rows = read("\n".join(expected["lines"]).encode())
    found = {"lines": expected["lines"], "columns": filled(plan), **customers(plan, rows)}
    assert found == expected


@pytest.mark.parametrize("origin", some_of(ORIGINS, one_in=3))
def test_recognised_columns_are_read_as_mapped_columns(origin: str) -> None:
    content = (FOLDER / f"{origin}.csv").read_bytes()
    plan, rows = read(content)
    columns = [
        {"column": place, **column.target.to_record()}
        for place, column in enumerate(plan.columns, 1)
        if column.target.to != "attribute" or column.target.name in STANDARD
    ]
    found = detect(content, whole=True, given={})
    mapped = read_plan(define("same", {"columns": columns}), found.header, found.rows, STANDARD, ())
    assert customers(replace(mapped, today="2026-11-29"), rows) == customers(plan, rows)
