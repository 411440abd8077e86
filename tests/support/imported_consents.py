"""Read rows of contacts with columns of consents, and return their consents."""

from __future__ import annotations

from crm.domain.delimited.rows import Rows
from crm.domain.imports.mapping import DEFAULT, ImportMapping
from crm.domain.imports.plan import read_plan
from crm.domain.imports.read_rows import Read, RowReader
from crm.domain.standard_attributes import STANDARD

ConsentFields = dict[str, str]


def read(header: list[str], *rows: list[str], mapping: ImportMapping = DEFAULT) -> Read:
    """Read rows with these columns, after a first column of email addresses."""
    cells = [[f"user{number}@example.com", *row] for number, row in enumerate(rows)]
    names = ["Email Address", *header]
    plan = read_plan(mapping, names, cells, STANDARD, ())
    numbers = list(range(1, len(cells) + 1))
    return RowReader(plan, STANDARD).read(Rows(cells, numbers, numbers, []))


def states(read: Read) -> list[ConsentFields]:
    return [{key: effect["state"] for key, effect in row.consents.items()} for row in read.rows]


def states_of(column: str, *cells: str) -> list[str | None]:
    """Return the state of the email consent that each cell of a column gives."""
    return [each.get("email") for each in states(read([column], *([cell] for cell in cells)))]
