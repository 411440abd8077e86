"""The mapping that a preview proposes: the given and the recognised fields, ready to be defined."""

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from crm.domain.attribute import Attribute
from crm.domain.imports.columns import Suggestion
from crm.domain.imports.mapping import ImportMapping, MappingColumns, to_record
from crm.domain.imports.mapping_rules import MAX_COLUMN_LENGTH, MAX_COLUMNS, RESERVED_FOLDERS
from crm.domain.imports.target import ATTRIBUTE

_MAX_NAME_LENGTH = 50
_NO_NAME = re.compile(r"[^a-z0-9_-]+")


def propose(
    given: ImportMapping,
    columns: Sequence[Suggestion],
    known: Mapping[str, Attribute],
    *,
    header: bool,
    folder: str | None,
    file_name: str | None,
    taken: Collection[str],
    largest: int,
) -> ImportMapping:
    """Propose a mapping under a name that is not `taken`: that of the file's folder, else one made from the file's.

    Undeclared attributes are left to `other_columns`. Without a header, columns are given by position. Columns that
    take more than `largest` bytes of JSON are left out.
    """
    whole = replace(
        given,
        name=_free(_wanted_name(given, folder, file_name), taken),
        columns=_columns(columns, known, header=header),
        header=given.header if header else False,
        version=0,
        created_at=0,
    )
    # They are recognised in each file with the same result.
    return whole if _size(whole) <= largest else replace(whole, columns=given.columns)


def _columns(
    columns: Sequence[Suggestion], known: Mapping[str, Attribute], *, header: bool
) -> MappingColumns:
    times = Counter(column.column.casefold() for column in columns)
    return tuple(
        (_named(place, column.column, times, header=header), column.target)
        for place, column in enumerate(columns[:MAX_COLUMNS], start=1)
        if column.target.to != ATTRIBUTE or column.target.name in known
    )


def _named(place: int, name: str, times: Counter[str], *, header: bool) -> str | int:
    unique = header and times[name.casefold()] == 1 and name != f"column {place}"
    return name if unique and 0 < len(name) <= MAX_COLUMN_LENGTH else place


def _wanted_name(given: ImportMapping, folder: str | None, file_name: str | None) -> str:
    wanted = (
        given.name or _slug(folder or "") or _slug((file_name or "").rpartition("/")[2].partition(".")[0])
    )
    return wanted if wanted and wanted not in RESERVED_FOLDERS else "new"


def _free(wanted: str, taken: Collection[str]) -> str:
    free, number = wanted, 1
    while free in taken:
        number += 1
        free = f"{wanted[: _MAX_NAME_LENGTH - 4]}-{number}"
    return free


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return _NO_NAME.sub("-", plain).strip("-_")[:_MAX_NAME_LENGTH].strip("-_")


def _size(mapping: ImportMapping) -> int:
    return len(json.dumps(to_record(mapping)))
