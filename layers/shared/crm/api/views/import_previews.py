"""Build the responses for previews of files."""

from collections.abc import Iterable, Sequence
from heapq import merge
from itertools import islice
from operator import attrgetter

from crm.api.views.imports import mapping_body, target_view
from crm.domain.delimited.dialect import Dialect
from crm.domain.delimited.rows import BadRow
from crm.domain.imports.columns import Suggestion
from crm.domain.imports.preview import Preview
from crm.domain.imports.read_rows import ImportRow
from crm.domain.imports.target import EVENTS
from crm.domain.times import iso
from crm.domain.views.import_previews import DialectView, PreviewedColumnView, PreviewedRowView, PreviewView

SHOWN_ROWS = 20
SHOWN_CELLS = 5


def preview_view(preview: Preview) -> PreviewView:
    """Build the model `Preview`."""
    file, read = preview.file, preview.read
    return {
        "file": {"key": file.key, "name": file.name, "size": file.size},
        "dialect": _dialect(preview.detected.dialect),
        "columns": [
            _column(place, column, preview.detected.rows)
            for place, column in enumerate(preview.columns, start=1)
        ],
        "rows": _rows(preview),
        "rows_read": len(read.rows) + len(read.bad),
        "rows_rejected": len(read.bad),
        "problems": [
            {"code": problem.code, "message": problem.message, "rows": problem.rows}
            for problem in preview.problems
        ],
        "mapping": mapping_body(preview.mapping),
    }


def _column(place: int, column: Suggestion, rows: Sequence[Sequence[str]]) -> PreviewedColumnView:
    cells = (row[place - 1] for row in rows if row[place - 1].strip())
    return {
        "column": column.column,
        "place": place,
        "samples": list(islice(cells, SHOWN_CELLS)),
        "target": target_view(column.target),
        "confidence": column.confidence,
        "why": column.why,
    }


def _rows(preview: Preview) -> list[PreviewedRowView]:
    in_order: Iterable[ImportRow | BadRow] = merge(
        preview.read.rows, preview.read.bad, key=attrgetter("number")
    )
    return [
        _bad_row(row) if isinstance(row, BadRow) else _row(row, preview)
        for row in islice(in_order, SHOWN_ROWS)
    ]


def _row(row: ImportRow, preview: Preview) -> PreviewedRowView:
    happened = preview.mapping.kind == EVENTS
    return {
        "row": row.number,
        "line": row.line,
        "cells": preview.rows.cells[row.place],
        "identities": [{"type": identity.type, "value": identity.value} for identity in row.identities],
        "attributes": row.attributes,
        "tags": list(row.tags),
        "consents": {key: {**effect} for key, effect in row.consents.items()},
        "changed_at": None if row.changed_at is None else iso(row.changed_at),
        "event": row.event if happened else None,
        "time": iso(row.at) if happened else None,
        "message_id": row.message_id,
        "properties": row.properties,
        "problems": [],
    }


def _bad_row(row: BadRow) -> PreviewedRowView:
    return {
        "row": row.number,
        "line": row.line,
        "cells": list(row.cells or []),
        "identities": [],
        "attributes": {},
        "tags": [],
        "consents": {},
        "changed_at": None,
        "event": None,
        "time": None,
        "message_id": None,
        "properties": {},
        "problems": [{"code": row.code, "message": row.message}],
    }


def _dialect(dialect: Dialect) -> DialectView:
    return {
        "encoding": dialect.encoding,
        "bom": dialect.bom,
        "delimiter": dialect.delimiter,
        "quote": dialect.quote,
        "skip_lines": dialect.skip_lines,
        "header": dialect.header,
        "skip_initial_space": dialect.skip_initial_space,
    }
