"""An import mapping: how the files of one folder are read, under the folder's name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from crm.domain import stored_record
from crm.domain.consent_fields import ConsentEffect
from crm.domain.errors import InvalidInputError
from crm.domain.etag import etag_of
from crm.domain.imports import mapping_rules as rules
from crm.domain.imports.target import EVENTS, PROFILES, Target, valid_target

FILE, EXISTING, NEWER = "file", "existing", "newer"
BOTH, CREATE, UPDATE = "both", "create", "update"
KEEP, IGNORE_OTHERS = "keep", "ignore"

MappingColumns = tuple[tuple[str | int, Target], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportMapping:
    """An import mapping as it is stored. None means that the field is detected in each file.

    `columns`: by name or by position from 1, with the target of each. `other_columns`: `keep` recognises the others
    by their names and keeps unknown ones as attributes; `ignore` drops them: all that are not in `columns`, or,
    without `columns`, those that are not recognised. `tags` (names), `lists` and `segments` (names or ids) and
    `consents` (effects by key) apply to all rows. `conflict`: which value wins where the customer has another one:
    the file's, the existing, or the newer by the column `changed_at`. `write`: create customers, update them, or
    both. `event_name`: for files of events without a column for it. `created_at` in epoch milliseconds; `version` 0
    is not stored.
    """

    name: str
    kind: str = PROFILES
    description: str = ""
    encoding: str | None = None
    delimiter: str | None = None
    quote: str | None = None
    skip_lines: int | None = None
    header: bool | None = None
    columns: MappingColumns = ()
    other_columns: str = KEEP
    date_format: str | None = None
    decimal_mark: str | None = None
    phone_region: str | None = None
    time_zone: str | None = None
    tags: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    segments: tuple[str, ...] = ()
    consents: Mapping[str, ConsentEffect] = field(default_factory=dict)
    conflict: str = FILE
    write: str = BOTH
    event_name: str | None = None
    version: int = 0
    created_at: int = 0

    @property
    def etag(self) -> str:
        """Return the ETag of this version."""
        return etag_of(self.name, self.version)

    @property
    def dialect(self) -> dict[str, Any]:
        """Return the given fields of the dialect, for `crm.domain.delimited.detection.detect`."""
        given = {
            name: getattr(self, name) for name in ("encoding", "delimiter", "quote", "skip_lines", "header")
        }
        return {name: value for name, value in given.items() if value is not None}


DEFAULT = ImportMapping(name="")
"""The mapping of files outside all folders: everything is detected and recognised."""

_VALID: dict[str, Callable[[Any], Any]] = {
    "description": rules.description,
    "encoding": rules.encoding,
    "delimiter": rules.delimiter,
    "quote": rules.quote,
    "skip_lines": rules.skip_lines,
    "header": rules.one_of(True, False, None),
    "other_columns": rules.one_of(KEEP, IGNORE_OTHERS),
    "date_format": rules.date_format,
    "decimal_mark": rules.one_of(".", ",", None),
    "phone_region": rules.phone_region,
    "time_zone": rules.time_zone,
    "tags": rules.tags,
    "lists": rules.names_or_ids(rules.MAX_MAPPING_LISTS),
    "segments": rules.names_or_ids(rules.MAX_MAPPING_SEGMENTS),
    "consents": rules.consents,
    "conflict": rules.one_of(FILE, EXISTING, NEWER),
    "write": rules.one_of(BOTH, CREATE, UPDATE),
    "event_name": rules.event_name,
}
_OF_ONE_KIND = {"event_name": EVENTS, "lists": PROFILES, "segments": PROFILES}


def define(name: str, fields: Mapping[str, Any]) -> ImportMapping:
    """Define a mapping. `fields["columns"]`: a list of `{"column": name or place, "to": ..., "name"?, "yes"?}`.

    Raises InvalidInputError `invalid_mapping` with all `errors` in its details.
    """
    errors: list[rules.FieldError] = []
    named = rules.checked(errors, "name", rules.valid_mapping_name, name)
    kind = rules.checked(errors, "kind", rules.kind, fields.get("kind", PROFILES))
    return _with(ImportMapping(name=named or "", kind=kind or PROFILES), fields, errors)


def change(mapping: ImportMapping, fields: Mapping[str, Any]) -> ImportMapping:
    """Change the given fields; the kind is fixed. Raises InvalidInputError like `define`."""
    errors: list[rules.FieldError] = []
    if fields.get("kind", mapping.kind) != mapping.kind:
        errors.append({"field": "kind", "message": "cannot be changed: create another mapping"})
    return _with(mapping, fields, errors)


def to_record(mapping: ImportMapping) -> dict[str, Any]:
    """Convert a mapping to its stored form: plain JSON."""
    columns = [{"column": column, **target.to_record()} for column, target in mapping.columns]
    return stored_record.to_record(mapping) | {"columns": columns}


def from_record(record: Mapping[str, Any]) -> ImportMapping:
    """Restore a mapping from its stored form."""
    columns = [(entry["column"], entry) for entry in record["columns"]]
    return stored_record.from_record(ImportMapping, {**record, "columns": columns})


def _with(mapping: ImportMapping, fields: Mapping[str, Any], errors: list[rules.FieldError]) -> ImportMapping:
    given: dict[str, Any] = {
        name: rules.checked(errors, name, valid, fields[name])
        for name, valid in _VALID.items()
        if name in fields
    }
    if "columns" in fields:
        given["columns"] = _columns(mapping.kind, fields["columns"], errors)
    if errors:
        raise _invalid(errors)
    whole = replace(mapping, **given)
    _check_together(whole)
    return whole


def _columns(kind: str, entries: Any, errors: list[rules.FieldError]) -> MappingColumns:
    columns: dict[str | int, Target] = {}
    for index, entry in enumerate(rules.checked(errors, "columns", rules.columns, entries) or ()):
        at = f"columns.{index}"
        column = rules.checked(errors, at, rules.column, entry.get("column"))
        target = rules.checked(errors, at, lambda fields: valid_target(kind, fields), entry)
        if column in columns:
            errors.append({"field": at, "message": f"repeats the column {column}"})
        elif column is not None and target is not None:
            columns[column] = target
    return tuple(columns.items())


def _check_together(mapping: ImportMapping) -> None:
    errors = [
        {"field": name, "message": f"is only for mappings of {kind}"}
        for name, kind in _OF_ONE_KIND.items()
        if getattr(mapping, name) and mapping.kind != kind
    ]
    if errors:
        raise _invalid(errors)


def _invalid(errors: list[rules.FieldError]) -> InvalidInputError:
    message = "; ".join(f"{error['field']} {error['message']}" for error in errors)
    return InvalidInputError(message, code="invalid_mapping", details={"errors": errors})
