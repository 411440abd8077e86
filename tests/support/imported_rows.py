"""Read rows of a file with the default mapping."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from crm.domain.delimited.rows import Rows
from crm.domain.imports.mapping import DEFAULT
from crm.domain.imports.plan import read_plan
from crm.domain.imports.read_rows import Read, RowReader
from crm.domain.standard_attributes import STANDARD


def read(header: str, *rows: list[str], **more: Any) -> Read:
    names = header.split(",")
    plan = read_plan(DEFAULT, names, rows, STANDARD, (), **more)
    numbers = list(range(1, len(rows) + 1))
    return RowReader(replace(plan, today="2026-11-29"), STANDARD).read(Rows(list(rows), numbers, numbers, []))


def value_of(column: str, cell: str, name: str) -> Any:
    (row,) = read(f"email,{column}", ["a@example.com", cell]).rows
    return row.attributes.get(name)
