"""Declare, change and archive attributes; what the rule set depends on makes a new version of it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Unpack

from crm.domain import attribute as rules
from crm.domain.attribute import Attribute
from crm.domain.commands.definitions import AttributeChanges, NewAttribute
from crm.domain.errors import ConflictError
from crm.domain.etag import ensure_etag
from crm.domain.fold_rules import Declared
from crm.domain.segments.ruleset import rule_set_of
from crm.domain.standard_attributes import STANDARD
from crm.domain.stored_record import to_record
from crm.services.definitions import attributes
from crm.services.ruleset import ruleset
from crm.services.ruleset.draft import Draft
from crm.storage import left_out
from crm.storage.definitions import Changes, one_transaction

MAX_DECLARED = 1_000


def create(**new: Unpack[NewAttribute]) -> Attribute:
    """Declare an attribute, before or after its first values. Raises InvalidInputError, ConflictError."""
    name = new["name"]
    declared = rules.define(name, {field: value for field, value in new.items() if field != "name"})
    known = attributes.read_all()
    if name in known:
        raise ConflictError(
            f"the attribute {name} already exists" + (", archived" if known[name].archived else ""),
            code="attribute_exists",
            details={"name": name, "archived": known[name].archived},
        )
    if len(known) - len(STANDARD) >= MAX_DECLARED:
        raise ConflictError(f"at most {MAX_DECLARED} attributes can be declared", code="too_many_attributes")
    return _redeclare(None, declared, known)


def update(name: str, changes: AttributeChanges, *, expected: str | None = None) -> Attribute:
    """Change the given fields. `expected` is the etag that the caller has read.

    Raises NotFoundError, InvalidInputError, ConflictError, PreconditionFailedError, VersionConflictError.
    """
    before = attributes.get(name)
    ensure_etag(expected, before.etag, "attribute", name=name, version=before.version)
    after = rules.change(before, changes)
    if after == before:
        return before
    if rules.declared(after) != rules.declared(before) or rules.is_read_differently(before, after):
        return _redeclare(before, after, attributes.read_all())
    return _save(after)


def archive(name: str, *, expected: str | None = None) -> None:
    """Archive the attribute: forms and edits can no longer fill it; values stay. Reversible.

    Raises NotFoundError, PreconditionFailedError, VersionConflictError.
    """
    update(name, {"archived": True}, expected=expected)


def _save(attribute: Attribute) -> Attribute:
    after = replace(attribute, version=attribute.version + 1)
    with one_transaction() as changes:
        _write(changes, after)
    attributes.clear_cache()
    return after


def _redeclare(before: Attribute | None, attribute: Attribute, known: dict[str, Attribute]) -> Attribute:
    """Save a change that affects how logs are folded or values are read.

    All containers follow within 2 s, and the next scheduled run has the affected profiles evaluated.
    """
    was, now = rules.declared(before) if before else None, rules.declared(attribute)
    if was is None or now.bytes > was.bytes:
        rules.check_room((known | {attribute.name: attribute}).values())
    after = replace(attribute, version=attribute.version + 1)
    concerns_many = now.set_by != (was or Declared()).set_by or left_out.is_anything()

    def declare(draft: Draft) -> Callable[[Changes], None]:
        draft.declarations = draft.declarations.after(after.name, was, now, draft.version + 1)
        draft.evaluate_all |= concerns_many or (
            rules.is_read_differently(before, after) and _is_in_a_segment(draft, after.name)
        )
        return lambda changes: _write(changes, after)

    ruleset.change_definitions(declare)
    attributes.clear_cache()
    return after


def _is_in_a_segment(draft: Draft, name: str) -> bool:
    """Return whether a segment depends on an attribute."""
    compiled = rule_set_of(draft.definitions(), 0, ruleset.local_days(), {})
    return f"attribute:{name}" in compiled.by_facet


def _write(changes: Changes, attribute: Attribute) -> None:
    if attribute.version == 1:
        changes.create(attributes.ATTRIBUTE_KIND, attribute.name, to_record(attribute))
    else:
        changes.replace(
            attributes.ATTRIBUTE_KIND,
            attribute.name,
            to_record(attribute),
            read_version=attribute.version - 1,
        )
