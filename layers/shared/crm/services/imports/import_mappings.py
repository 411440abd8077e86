"""Import mappings: how files of one origin are read, stored under the name of their folder."""

import json
from collections.abc import Iterator
from dataclasses import replace

from crm.domain.commands.import_mappings import DraftMapping, ImportMappingChanges, NewImportMapping
from crm.domain.errors import (
    ConflictError,
    InvalidInputError,
    NotFoundError,
    TooLargeError,
)
from crm.domain.etag import ensure_etag
from crm.domain.identity import identity_types
from crm.domain.imports import mapping as rules
from crm.domain.imports.mapping import ImportMapping, from_record, to_record
from crm.domain.imports.mapping_rules import valid_mapping_name
from crm.domain.imports.target import ATTRIBUTE, IDENTITY, Target
from crm.services.definitions import attributes
from crm.services.imports import memberships
from crm.settings import settings
from crm.storage import definitions, lookups

MAPPING = "mapping"
MAX_MAPPINGS = 100
LARGEST = 50_000
"""Bytes of JSON of one mapping: all of them fit one response."""


def create(new: NewImportMapping, *, now: int) -> ImportMapping:
    """Create a mapping from its `name` and the other fields. `now` in epoch milliseconds.

    Raises InvalidInputError, TooLargeError, ConflictError.
    """
    mapping = replace(valid_mapping(new), version=1, created_at=now)
    names = [known.name for known in list_all()]
    if mapping.name in names:
        raise ConflictError(
            f"the mapping {mapping.name} already exists: update it, or use another name",
            code="mapping_exists",
            details={"name": mapping.name},
        )
    if len(names) >= MAX_MAPPINGS:
        raise ConflictError(f"there can be at most {MAX_MAPPINGS} mappings", code="too_many_mappings")
    with definitions.one_transaction() as changes:
        changes.create(MAPPING, mapping.name, to_record(mapping))
    return mapping


def get(name: str) -> ImportMapping:
    """Return the mapping of this name. Raises NotFoundError."""
    record = lookups.find(MAPPING, name) if _can_be(name) else None
    if record is None:
        raise NotFoundError("there is no import mapping with this name", details={"name": name})
    return from_record(record)


def list_all() -> list[ImportMapping]:
    """Return every mapping, by name."""
    return [from_record(record) for record in definitions.find_all(MAPPING)]


def update(name: str, changes: ImportMappingChanges, *, expected: str | None = None) -> ImportMapping:
    """Change the given fields: the new version applies to the next files.

    `expected` is the etag that the caller has read. Raises NotFoundError, InvalidInputError, TooLargeError,
    PreconditionFailedError, VersionConflictError.
    """
    before = _expected(name, expected)
    changed = rules.change(before, changes)
    if changed == before:
        return before
    after = replace(changed, version=before.version + 1)
    _check(after, before)
    with definitions.one_transaction() as writes:
        writes.replace(MAPPING, after.name, to_record(after), read_version=before.version)
    return after


def delete(name: str, *, expected: str | None = None) -> None:
    """Delete the mapping: files of its folder are no longer read by it.

    Raises NotFoundError, PreconditionFailedError.
    """
    mapping = _expected(name, expected)
    with definitions.one_transaction() as changes:
        changes.delete(MAPPING, mapping.name, read_version=mapping.version)


def valid_mapping(draft: NewImportMapping | DraftMapping, *, name: str = "") -> ImportMapping:
    """Return the mapping of these fields, without storing it. `name`: of a draft without one.

    Raises InvalidInputError, TooLargeError.
    """
    fields = {field: value for field, value in draft.items() if field != "name"}
    mapping = rules.define(draft.get("name", name), fields)
    _check(mapping, None)
    return mapping


def _can_be(name: str) -> bool:
    try:
        valid_mapping_name(name)
    except InvalidInputError:
        return False
    return True


def _expected(name: str, expected: str | None) -> ImportMapping:
    mapping = get(name)
    ensure_etag(expected, mapping.etag, "mapping", name=mapping.name, version=mapping.version)
    return mapping


def _check(mapping: ImportMapping, before: ImportMapping | None) -> None:
    if len(json.dumps(to_record(mapping))) > LARGEST:
        raise TooLargeError(f"a mapping can have at most {LARGEST:,} bytes of JSON")
    kept = {target for _, target in before.columns} if before else set()
    if errors := [*_unfit_columns(mapping, kept), *memberships.unknown_name_errors(mapping, before)]:
        first = errors[0]
        message = f"{first['field']}: {first['message']}"
        raise InvalidInputError(message, code="invalid_mapping", details={"errors": errors})


def _unfit_columns(mapping: ImportMapping, kept: set[Target]) -> Iterator[dict[str, str]]:
    for index, (_, target) in enumerate(mapping.columns):
        problem = None if target in kept else _problem_of(target)
        if problem:
            yield {"field": f"columns.{index}.name", "message": problem}


def _problem_of(target: Target) -> str | None:
    name = target.name or ""
    if target.to == IDENTITY and name not in (types := identity_types(settings().custom_identity_types)):
        return f"must be one of {', '.join(types)} for an identity"
    if target.to != ATTRIBUTE:
        return None
    known = attributes.definitions()
    if name not in known:
        return f"{name} is not an attribute: {attributes.hint(name, known)}"
    return f"{name} is archived and accepts no values" if known[name].archived else None
