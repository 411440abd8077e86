"""Empty cells of a re-imported export that were not edited, so that they change nothing."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from crm.domain.delimited.rows import Rows
from crm.domain.exports.columns import export_row, own_columns
from crm.domain.imports.cells import read_profile_id
from crm.domain.imports.columns import target_slot
from crm.domain.imports.edited_cells import CELL_EDITED, DAMAGED, compared, exported_column
from crm.domain.imports.plan import ReadPlan
from crm.domain.imports.spreadsheet_damage import DAMAGED_ID
from crm.domain.imports.target import IDENTITY, PROFILE_ID
from crm.services.profiles.people import find_many
from crm.services.profiles.profile_view import views
from crm.settings import settings

DAMAGED_VALUE = "damaged_value"
"""Warning: a spreadsheet has altered a cell of an export; the stored value stays."""

_AT_ONCE = 500


class Edited(NamedTuple):
    """The rows with only their edited cells, and the number of damaged cells by code of warning."""

    rows: Rows
    warnings: Counter[str]


class _Compared(NamedTuple):
    """A column of the file by its index from 0, the matching column of an export, and the warning of damage."""

    place: int
    exported: str
    damage: str


def empty_unedited_cells(rows: Rows, plan: ReadPlan, *, now: int) -> Edited:
    """Empty every cell that equals what an export would contain now (epoch ms), in rows with a profile id."""
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
    """Return what an export would contain of these people, by the given ids."""
    found = find_many(ids, deleted=True)
    types = settings().custom_identity_types
    shown = views(list(found.values()), now=now)
    return {id_: export_row(view, types) for id_, view in zip(found, shown, strict=True)}


def _compared_columns(plan: ReadPlan) -> list[_Compared]:
    """Return the columns of the file that alone fill a column of an export."""
    own = own_columns(plan.custom_types)
    times = Counter(target_slot(column.target) for column in plan.columns)
    return [
        _Compared(column.index, exported, DAMAGED_ID if column.target.to == IDENTITY else DAMAGED_VALUE)
        for column in plan.columns
        if times[target_slot(column.target)] == 1 and (exported := exported_column(column.target, own))
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
        if became != CELL_EDITED:
            edited[column.place] = ""
        if became == DAMAGED:
            warnings[column.damage] += 1
    return edited
