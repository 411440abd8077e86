"""Rows that continue the event of the row before: empty cells for its customer, name and time mean the same ones."""

from collections.abc import Sequence

from crm.domain.imports.cells import is_blank
from crm.domain.imports.event_fillers import paid_columns
from crm.domain.imports.plan import ReadPlan
from crm.domain.imports.target import EVENT, EVENTS, IDENTITY, MESSAGE_ID, STATE, TIME

_Cells = list[str]


def may_continue(plan: ReadPlan, cells: Sequence[_Cells]) -> bool:
    """Return whether the first of these rows may continue a row before them."""
    return bool(cells) and any(is_blank(cells[0][place]) for place in _places(plan))


def continued(plan: ReadPlan, cells: Sequence[_Cells], before: _Cells | None = None) -> list[_Cells]:
    """Fill in the empty cells of rows that share the message id of the row before.

    `before`: the row before the first one.
    """
    places, message_id = _places(plan), plan.filling(MESSAGE_ID)
    if not places or not message_id:
        return list(cells)
    filled: list[_Cells] = []
    for row in cells:
        same = before is not None and before[message_id[0].index].strip() == row[message_id[0].index].strip()
        if before is not None and same and not is_blank(row[message_id[0].index]):
            row = _with(row, before, places)  # noqa: PLW2901 - the next row continues the whole row
        filled.append(row)
        before = row
    return filled


def _places(plan: ReadPlan) -> list[int]:
    """Return the positions of the columns that a row requires."""
    if plan.kind != EVENTS or not plan.filling(MESSAGE_ID):
        return []
    return [column.index for column in (*plan.filling(IDENTITY, TIME, EVENT, STATE), *paid_columns(plan))]


def _with(row: _Cells, before: _Cells, places: Sequence[int]) -> _Cells:
    missing = [place for place in places if is_blank(row[place]) and not is_blank(before[place])]
    if not missing:
        return row
    whole = list(row)
    for place in missing:
        whole[place] = before[place]
    return whole
