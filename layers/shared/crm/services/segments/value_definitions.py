"""Definitions of aggregates, scores and expressions: create, change, delete.

Segments that use one follow its changes.
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from crm.domain.api_key import PROFILES_READ, Principal
from crm.domain.commands.values import NewValue, ValueChanges
from crm.domain.conditions.value_conditions import AGGREGATE, EXPRESSION, SCORE
from crm.domain.errors import ConflictError, InvalidInputError, NotFoundError
from crm.domain.etag import ensure_etag
from crm.domain.expressions import language
from crm.domain.expressions.trial import trial
from crm.domain.json_text import JsonObject
from crm.domain.metrics.metric import FIRST, LAST
from crm.domain.metrics.selector import SELECTOR_FIELDS
from crm.domain.named import valid_description
from crm.domain.segments.value_definition import (
    MAX_DEFINITIONS,
    PLURALS,
    VALUE_ID_FORMATS,
    ValueDefinition,
    valid_value_name,
)
from crm.services.definitions import attributes
from crm.services.ruleset import ruleset
from crm.services.ruleset.draft import Draft
from crm.services.ruleset.ruleset import value_id
from crm.services.segments import builds
from crm.services.segments.event_condition_validation import read_selection

_FIELDS = {
    AGGREGATE: (*SELECTOR_FIELDS, "function", "property", "window"),
    SCORE: ("rules",),
    EXPRESSION: ("text",),
}
_READS_PROFILES = "segments over a definition reveal its values"
_KINDS_READ = {"aggregates": AGGREGATE, "scores": SCORE}
"""The maps that an expression reads in addition to attributes, and the kind of each."""


def list_all(kind: str) -> list[ValueDefinition]:
    """Return all definitions of a kind, by name."""
    found = [value for value in ruleset.read_draft().values.values() if value.kind == kind]
    return sorted(found, key=lambda value: value.name)


def get(kind: str, name_or_id: str) -> ValueDefinition:
    """Return a definition. Raises NotFoundError."""
    return _find(ruleset.read_draft(), kind, name_or_id)


def create(kind: str, new: NewValue, *, by: Principal, now: int) -> ValueDefinition:
    """Create a definition; it has values once every log is counted for it. Raises InvalidInputError, ConflictError."""
    made = ValueDefinition(
        id=VALUE_ID_FORMATS[kind].make(secrets.token_bytes(6)),
        kind=kind,
        name=valid_value_name(new["name"]),
        description=valid_description(new.get("description", "")),
        definition={},
        created_at=now,
        updated_at=now,
    )
    job_id = builds.new_job_id()

    def make(draft: Draft) -> None:
        if sum(value.kind == kind for value in draft.values.values()) >= MAX_DEFINITIONS:
            raise ConflictError(
                f"there can be at most {MAX_DEFINITIONS} {PLURALS[kind]}: delete one first",
                code=f"too_many_{PLURALS[kind]}",
            )
        _check_name(draft, made)
        definition = _read(draft, kind, _given(kind, new))
        draft.values[kind, made.id] = replace(made, definition=definition, job=job_id)

    after = ruleset.change_definitions(make)
    builds.start(after, job_id, by=by.id, now=now)
    return after.values[kind, made.id]


def update(
    kind: str,
    name_or_id: str,
    changes: ValueChanges,
    *,
    by: Principal,
    now: int,
    expected: str | None = None,
) -> ValueDefinition:
    """Change the given fields. Segments that use it keep the previous definition until all customers are evaluated.

    Raises NotFoundError, InvalidInputError, ConflictError, PreconditionFailedError, ForbiddenError.
    """
    if changes.keys() & set(_FIELDS[kind]):
        by.require(PROFILES_READ, _READS_PROFILES)
    job_id = builds.new_job_id()
    ids: list[str] = []

    def make(draft: Draft) -> None:
        before = _expected(draft, kind, name_or_id, expected)
        ids[:] = [before.id]
        after = _changed(draft, before, changes)
        if after == before:
            return
        after = replace(after, version=before.version + 1, updated_at=now)
        if after.definition != before.definition:
            draft.values[kind, before.id] = replace(after, ready=False, job=job_id)
            builds.start_build(draft, [(kind, before.id)], job_id, now)
        else:
            draft.values[kind, before.id] = after

    after = ruleset.change_definitions(make)
    if after.values[kind, ids[0]].job == job_id:
        builds.start(after, job_id, by=by.id, now=now)
    return after.values[kind, ids[0]]


def delete(kind: str, name_or_id: str, *, by: Principal, now: int, expected: str | None = None) -> None:
    """Delete a definition. Raises NotFoundError, PreconditionFailedError, and ConflictError while it is used."""

    def make(draft: Draft) -> None:
        found = _expected(draft, kind, name_or_id, expected)
        builds.ensure_not_used(draft, (kind, found.id), found.name)
        del draft.values[kind, found.id]

    ruleset.change_definitions(make)


def _changed(draft: Draft, before: ValueDefinition, changes: ValueChanges) -> ValueDefinition:
    after = before
    if "name" in changes and changes["name"] != before.name:
        builds.ensure_not_used(
            draft, (before.kind, before.id), before.name
        )  # expressions read it by its name
        after = replace(after, name=valid_value_name(changes["name"]))
        _check_name(draft, after)
    if "description" in changes:
        after = replace(after, description=valid_description(changes["description"]))
    if given := _given(before.kind, changes):
        shown = {name: value for name, value in before.definition.items() if name in _FIELDS[before.kind]}
        after = replace(after, definition=_read(draft, before.kind, shown | given))
    return after


def _given(kind: str, fields: Mapping[str, Any]) -> JsonObject:
    return {name: fields[name] for name in _FIELDS[kind] if name in fields}


def _read(draft: Draft, kind: str, given: JsonObject) -> JsonObject:
    try:
        return _READERS[kind](draft, {name: value for name, value in given.items() if value is not None})
    except InvalidInputError as error:
        raise _placed(error, "text" if kind == EXPRESSION else "") from None


def _placed(error: InvalidInputError, default: str) -> InvalidInputError:
    """Return the error with its field in the message and in `details.errors`, as errors of conditions have it."""
    field = error.details.get("field", default)
    problem = error.message.removeprefix("expression: ")
    errors = [{"field": field, "message": problem}]
    details = error.details | {"field": field, "errors": errors}
    return InvalidInputError(f"{field}: {problem}", code=error.code, details=details)


def _read_aggregate(_draft: Draft, given: JsonObject) -> JsonObject:
    return read_selection(given)


def _read_score(_draft: Draft, given: JsonObject) -> JsonObject:
    return {"rules": [read_selection(rule, f"rules.{n}.") for n, rule in enumerate(given["rules"])]}


def _read_expression(draft: Draft, given: JsonObject) -> JsonObject:
    program = language.compile(given["text"])
    unknown = program.references.keys() - {"attributes", *_KINDS_READ}
    if unknown:
        raise _unfit(
            f"{', '.join(sorted(unknown))} does not exist: expressions read attributes, aggregates and scores"
        )
    uses = {
        group: {name: [kind, _used(draft, kind, name)] for name in sorted(program.references.get(group, ()))}
        for group, kind in _KINDS_READ.items()
    }
    known = attributes.definitions()
    read = {name: known[name].type for name in program.references.get("attributes", ()) if name in known}
    numbers = {
        group: {name: "number" for name, (kind, id_) in named.items() if _is_number(draft.values[kind, id_])}
        for group, named in uses.items()
    }
    trial(program, {"attributes": read, **numbers})
    return {"text": given["text"], "uses": {group: named for group, named in uses.items() if named}}


def _is_number(value: ValueDefinition) -> bool:
    return value.definition.get("function") not in {FIRST, LAST}


def _used(draft: Draft, kind: str, name: str) -> str:
    id_ = value_id(draft, kind, name)
    if id_ is None:
        raise _unfit(f"there is no {kind} {name}")
    return id_


def _unfit(problem: str) -> InvalidInputError:
    return InvalidInputError(problem, code="invalid_expression", details={"field": "text"})


_READERS: dict[str, Callable[[Draft, JsonObject], JsonObject]] = {
    AGGREGATE: _read_aggregate,
    SCORE: _read_score,
    EXPRESSION: _read_expression,
}


def _find(draft: Draft, kind: str, name_or_id: str) -> ValueDefinition:
    id_ = value_id(draft, kind, name_or_id)
    if id_ is None:
        raise NotFoundError(f"there is no {kind} with this name or id", details={kind: name_or_id})
    return draft.values[kind, id_]


def _expected(draft: Draft, kind: str, name_or_id: str, expected: str | None) -> ValueDefinition:
    found = _find(draft, kind, name_or_id)
    ensure_etag(expected, found.etag, kind, id=found.id, version=found.version)
    return found


def _check_name(draft: Draft, named: ValueDefinition) -> None:
    other = value_id(draft, named.kind, named.name)
    if other not in {None, named.id}:
        raise ConflictError(
            f"a {named.kind} with this name already exists",
            code=f"{named.kind}_exists",
            details={"id": other},
        )
