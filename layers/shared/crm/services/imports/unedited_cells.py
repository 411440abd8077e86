"""Rows of an export of ours that came back: cells that were not edited are emptied, and so change nothing."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from crm.domain.delimited.rows import Rows
from crm.domain.exports.columns import own_columns, row_of
from crm.domain.imports.cells import read_profile_id
from crm.domain.imports.columns import slot_of
from crm.domain.imports.plan import ReadPlan
from crm.domain.imports.spreadsheet_damage import DAMAGED_ID
from crm.domain.imports.target import IDENTITY, PROFILE_ID
from crm.domain.imports.unedited import DAMAGED, EDITED, compared, exported_column
from crm.services.profiles.people import find_many
from crm.services.profiles.showing import views
from crm.settings import settings

DAMAGED_VALUE = "damaged_value"
"""Warning: a spreadsheet has changed a cell of an export of ours by itself; what is known stays."""

_AT_ONCE = 500


class Edited(NamedTuple):
    """The rows with their edited cells alone, and how many cells were damaged, by code of warning."""

    rows: Rows
    warnings: Counter[str]


class _Compared(NamedTuple):
    """A column of the file by its place from 0, the column of an export that it is, and the warning of damage."""

    place: int
    exported: str
    damage: str


def edited_alone(rows: Rows, plan: ReadPlan, *, now: int) -> Edited:
    """Empty every cell that says what an export would say now (epoch ms), in the rows that have an id of ours."""
    ids = plan.filling(PROFILE_ID)
    if not ids:
        return Edited(rows, Counter())
    columns, warnings = _compared_columns(plan), Counter[str]()
    cells: list[list[str]] = []
    for start in range(0, len(rows.cells), _AT_ONCE):
        some = rows.cells[start : start + _AT_ONCE]
        about = [read_profile_id(row[ids[0].index]) for row in some]
        exported = _exported({id_ for id_ in about if id_}, now)
        cells += [
            _edited(row, exported[id_], columns, warnings) if id_ in exported else row
            for id_, row in zip(about, some, strict=True)
        ]
    return Edited(rows._replace(cells=cells), warnings)


def _exported(ids: Collection[str], now: int) -> dict[str | None, Mapping[str, Any]]:
    """What an export would say of the people with these ids, by the ids that were asked for."""
    found = find_many(ids, deleted=True)
    types = settings().custom_identity_types
    shown = views(list(found.values()), now=now)
    return {id_: row_of(view, types) for id_, view in zip(found, shown, strict=True)}


def _compared_columns(plan: ReadPlan) -> list[_Compared]:
    """Of the file's columns those that alone fill what a column of an export holds."""
    own = own_columns(plan.custom_types)
    times = Counter(slot_of(column.target) for column in plan.columns)
    return [
        _Compared(column.index, exported, DAMAGED_ID if column.target.to == IDENTITY else DAMAGED_VALUE)
        for column in plan.columns
        if times[slot_of(column.target)] == 1 and (exported := exported_column(column.target, own))
    ]


def _edited(
    row: Sequence[str],
    exported: Mapping[str, Any],
    columns: Iterable[_Compared],
    warnings: Counter[str],
) -> list[str]:
    edited = list(row)
    for column in columns:
        if not row[column.place]:
            continue
        became = compared(row[column.place], exported.get(column.exported))
        if became != EDITED:
            edited[column.place] = ""
        if became == DAMAGED:
            warnings[column.damage] += 1
    return edited
