"""Find the beginning of the table: the lines before it, and whether its first row is a header."""

from collections.abc import Sequence
from typing import NamedTuple

from crm.domain.delimited.layout import Line, common_width
from crm.domain.delimited.values import EMAIL_KIND, main_kind, value_kind

_LEADING = 30
_MAX_COMPARED_ROWS = 50
_MAX_NAME_LENGTH = 255
"""Maximum characters of a name where nothing else distinguishes a header from a row: the wording of an agreement may
be one.
"""

_EMAIL_WEIGHT = 3  # a customer's address is in a header by mistake only


class Start(NamedTuple):
    """The record of the sample with which the table begins: its header, or its first row."""

    record: int
    header: bool


def start_of(lines: Sequence[Line], *, header: bool | None, skip: bool) -> Start:
    """Find the start by the first records; `header`, and that nothing is to be skipped, may be known."""
    width = min(common_width(lines), max(map(_width, lines)))
    if not skip:
        return Start(0, _names_columns(lines, 0, width) if header is None else header)
    named = None if header is False else _header_in(lines, width)
    if named is not None:
        return Start(named, True)
    return Start(_first_row(lines, width), bool(header))


def _header_in(lines: Sequence[Line], width: int) -> int | None:
    leading = _leading(lines, width)
    exact = [n for n in leading if width in (_width(lines[n]), len(lines[n].cells))]
    full = [n for n in exact if _filled(lines[n]) >= width / 2]
    near = [n for n in leading if n not in exact and _width(lines[n]) > width / 2]
    values_follow = any(map(value_kind, lines[leading[-1]].cells))
    order = [*(reversed(full) if width == 1 and values_follow else full[:1]), *near]
    return next((index for index in order if _names_columns(lines, index, width)), None)


def _leading(lines: Sequence[Line], width: int) -> list[int]:
    """Return the records up to the first that is certainly a row."""
    leading: list[int] = []
    for index, line in enumerate(lines[:_LEADING]):
        kinds = [value_kind(cell) for cell in line.cells]
        if len(line.cells) >= width and (EMAIL_KIND in kinds or (_filled(line) > width / 2 and any(kinds))):
            return [*leading, index]
        leading.append(index)
    return leading


def _names_columns(lines: Sequence[Line], index: int, width: int) -> bool:
    """Return whether this record is a header: it has names, and they differ from the values below them."""
    names = lines[index].cells
    if _filled(lines[index]) < max(1, min(width, len(names)) / 2):
        return False
    below = [line.cells for line in lines[index + 1 : index + 1 + _MAX_COMPARED_ROWS] if line.cells != names]
    columns = [[cells[n] for cells in below if n < len(cells)] for n in range(len(names))]
    votes = sum(map(_vote, names, columns))
    if votes:
        return votes > 0
    return (
        max(map(len, names)) <= _MAX_NAME_LENGTH
        and not any(map(value_kind, names))
        and not _recurs(names, columns)
    )


def _vote(name: str, column: list[str]) -> int:
    kind = main_kind(column)
    if kind is None or not name.strip():
        return 0
    weight = _EMAIL_WEIGHT if kind == EMAIL_KIND else 1
    return -weight if value_kind(name) == kind else weight


def _recurs(names: list[str], columns: list[list[str]]) -> bool:
    return any(name.strip() and name in column for name, column in zip(names, columns, strict=True))


def _first_row(lines: Sequence[Line], width: int) -> int:
    """Return the first record after lines with a single cell where rows have several."""
    index = 0
    while width > 1 and index < len(lines) - 1 and _is_title(lines[index]):
        index += 1
    return index


def _is_title(line: Line) -> bool:
    return _filled(line) <= 1 and not any(map(value_kind, line.cells))


def _filled(line: Line) -> int:
    return sum(1 for cell in line.cells if cell.strip())


def _width(line: Line) -> int:
    """Return the width of the record without the empty cells at its end."""
    return max((n for n, cell in enumerate(line.cells, 1) if cell.strip()), default=0)
