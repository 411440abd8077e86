"""Attributes: standard and declared ones, and typed values."""

import json
from collections.abc import Callable
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any, Unpack

from crm.domain import attribute as rules
from crm.domain.attribute import Attribute, looks_like_name, typed
from crm.domain.attribute_reader import AttributeReader
from crm.domain.commands.definitions import AttributeChanges, NewAttribute
from crm.domain.errors import ConflictError, InvalidInputError, NotFoundError, TooLargeError
from crm.domain.fold_rules import Declared
from crm.domain.standard_attributes import STANDARD
from crm.domain.stored_record import from_record, to_record
from crm.domain.tracking.traits import STANDARD_NAMES
from crm.services.definitions.recent import Recent
from crm.settings import settings
from crm.storage import left_out, lookups

if TYPE_CHECKING:
    from crm.services.ruleset.ruleset import Draft
    from crm.storage.definitions import Changes

ATTRIBUTE = "attribute"
MAX_DECLARED = 1_000
MAX_CHANGE_BYTES = 32_768
"""Bytes of JSON: the limit of a tracking message, so that an activity fits an item."""
MAX_LISTED_FIELDS = 100
"""Invalid fields that one response lists."""

_known: Recent[dict[str, Attribute]] = Recent(seconds=1)


def definitions() -> dict[str, Attribute]:
    """Return every attribute by name, with archived ones, standard ones first.

    Other containers' changes show within 1 s.
    """
    return _known.get(ATTRIBUTE, lambda _: _read_all())


def reader() -> AttributeReader:
    """Return the reader of values by all definitions, with archived ones."""
    return AttributeReader(definitions(), settings().phone_region)


def list_all(*, archived: bool = False) -> list[Attribute]:
    """Return standard attributes in their order, then the others by name; archived ones only on request."""
    return [attribute for attribute in _read_all().values() if archived or not attribute.archived]


def get(name: str) -> Attribute:
    """Return an attribute. Raises NotFoundError."""
    record = lookups.find(ATTRIBUTE, name) if looks_like_name(name) else None
    if record is not None:
        return _stored(record)
    if name in STANDARD:
        return STANDARD[name]
    raise NotFoundError("there is no attribute with this name", details={"name": name})


def create(**new: Unpack[NewAttribute]) -> Attribute:
    """Declare an attribute, before or after its first values. Raises InvalidInputError, ConflictError."""
    name = new["name"]
    declared = rules.define(name, {field: value for field, value in new.items() if field != "name"})
    known = _read_all()
    if name in known:
        raise ConflictError(
            f"the attribute {name} already exists" + (", archived" if known[name].archived else ""),
            code="attribute_exists",
            details={"name": name, "archived": known[name].archived},
        )
    if len(known) - len(STANDARD) >= MAX_DECLARED:
        raise ConflictError(f"at most {MAX_DECLARED} attributes can be declared", code="too_many_attributes")
    return _redeclare(None, declared, known)


def update(name: str, changes: AttributeChanges) -> Attribute:
    """Change the given fields. Raises NotFoundError, InvalidInputError, ConflictError."""
    before = get(name)
    after = rules.change(before, changes)
    if after == before:
        return before
    if rules.declared(after) != rules.declared(before) or rules.reads_otherwise(before, after):
        return _redeclare(before, after, _read_all())
    return _save(after)


def archive(name: str) -> None:
    """Archive the attribute: forms and edits can no longer fill it; values stay. Reversible. Raises NotFoundError."""
    update(name, {"archived": True})


def hint(name: str, known: dict[str, Attribute]) -> str:
    """Return advice about a name that is no known attribute."""
    if name in STANDARD_NAMES:
        return f"use its standard name, {STANDARD_NAMES[name]}"
    from difflib import get_close_matches  # needed for invalid requests only

    close = get_close_matches(name, [other for other, found in known.items() if not found.archived])
    declare = "declare it at /v1/attributes"
    return f"did you mean {' or '.join(close)}? If not, {declare}" if close else declare


def checked(values: dict[str, Any]) -> dict[str, Any]:
    """Return the values typed; None clears one. Raises InvalidInputError with all errors, and TooLargeError."""
    read, wrong = _read_values(values, definitions())
    if wrong:
        # Another container may have declared an unknown attribute a moment ago.
        clear_cache()
        read, wrong = _read_values(values, definitions())
    if wrong:
        raise _combined_error(wrong)
    if len(json.dumps(read).encode()) > MAX_CHANGE_BYTES:
        raise TooLargeError(f"attributes must have at most {MAX_CHANGE_BYTES} bytes of JSON per request")
    return read


def shown(attributes: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Return values typed where possible, else as they were sent; and the undeclared names, sorted."""
    read = reader() if attributes else AttributeReader({})
    values = {name: read.shown(name, value) for name, value in attributes.items()}
    present = {name: value for name, value in values.items() if value is not None}
    return present, sorted(name for name in present if name not in read.definitions)


def clear_cache() -> None:
    """Clear the cache of definitions."""
    _known.clear()


def _read_all() -> dict[str, Attribute]:
    found = {record["name"]: record for record in lookups.find_all(ATTRIBUTE)}
    return STANDARD | {name: _stored(record) for name, record in found.items()}


def _stored(record: dict[str, Any]) -> Attribute:
    attribute = from_record(Attribute, record)
    return rules.with_fixed_fields(attribute, STANDARD.get(attribute.name))


def _save(attribute: Attribute) -> Attribute:
    from crm.storage.definitions import one_transaction  # only changes of definitions need PynamoDB

    after = replace(attribute, version=attribute.version + 1)
    with one_transaction() as changes:
        _write(changes, after)
    clear_cache()
    return after


def _redeclare(before: Attribute | None, attribute: Attribute, known: dict[str, Attribute]) -> Attribute:
    """Save a change that affects how logs are folded or values are read.

    All containers follow within 2 s, and the next scheduled run has the affected profiles evaluated.
    """
    from crm.services.ruleset import ruleset

    was, now = rules.declared(before) if before else None, rules.declared(attribute)
    if was is None or now.bytes > was.bytes:
        rules.check_room((known | {attribute.name: attribute}).values())
    after = replace(attribute, version=attribute.version + 1)
    concerns_many = now.set_by != (was or Declared()).set_by or left_out.is_anything()

    def declare(draft: "Draft") -> Callable[["Changes"], None]:
        draft.declarations = draft.declarations.after(after.name, was, now, draft.version + 1)
        draft.ask_all |= concerns_many or (
            rules.reads_otherwise(before, after) and _is_in_a_segment(draft, after.name)
        )
        return lambda changes: _write(changes, after)

    ruleset.change(declare)
    clear_cache()
    return after


def _is_in_a_segment(draft: "Draft", name: str) -> bool:
    """Return whether a segment depends on an attribute."""
    from crm.domain.segments.ruleset import rule_set_of
    from crm.services.ruleset import ruleset

    compiled = rule_set_of(draft.definitions(), 0, ruleset.local_days(), {})
    return f"attribute:{name}" in compiled.by_facet


def _write(changes: "Changes", attribute: Attribute) -> None:
    if attribute.version == 1:
        changes.create(ATTRIBUTE, attribute.name, to_record(attribute))
    else:
        changes.replace(ATTRIBUTE, attribute.name, to_record(attribute), read_version=attribute.version - 1)


def _read_values(
    values: dict[str, Any], known: dict[str, Attribute]
) -> tuple[dict[str, Any], dict[str, InvalidInputError]]:
    read: dict[str, Any] = {}
    wrong: dict[str, InvalidInputError] = {}
    for name, value in values.items():
        try:
            read[name] = _checked_one(known, name, value)
        except InvalidInputError as error:
            wrong[name] = error
    return read, wrong


def _checked_one(known: dict[str, Attribute], name: str, value: Any) -> Any:
    attribute = known.get(name)
    # Values from events can always be cleared, whatever their names.
    if value is None and (attribute or rules.can_be_sent(name)):
        return None
    if attribute is None and not looks_like_name(name):
        raise InvalidInputError(
            f"an attribute's name must have 1 to {rules.MAX_NAME_LENGTH} printable characters",
            code="unknown_attribute",
        )
    if attribute is None:
        raise InvalidInputError(f"{name} is not an attribute: {hint(name, known)}", code="unknown_attribute")
    if attribute.archived:
        raise InvalidInputError(f"{name} is archived and accepts no values", code="archived_attribute")
    return typed(
        attribute, value, phone_region=settings().phone_region, placeholders=settings().placeholder_ids
    )


def _combined_error(wrong: dict[str, InvalidInputError]) -> InvalidInputError:
    first = next(iter(wrong.values()))
    errors = [
        {"field": name[: rules.MAX_NAME_LENGTH], "message": error.message}
        for name, error in islice(wrong.items(), MAX_LISTED_FIELDS)
    ]
    return InvalidInputError(first.message, code=first.code, details={**first.details, "errors": errors})
