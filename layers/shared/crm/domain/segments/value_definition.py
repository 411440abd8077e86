"""Aggregates, scores and expressions: definitions that compute a value, shown on the card and usable in segments."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from crm.domain.conditions.value_conditions import AGGREGATE, EXPRESSION, SCORE
from crm.domain.errors import InvalidInputError
from crm.domain.etag import etag_of
from crm.domain.id_format import IdFormat

_BUILDING, _READY = "building", "ready"
MAX_DEFINITIONS = 200
"""Maximum definitions of each kind."""

VALUE_ID_FORMATS = {AGGREGATE: IdFormat("agg"), SCORE: IdFormat("score"), EXPRESSION: IdFormat("expr")}
PLURALS = {AGGREGATE: "aggregates", SCORE: "scores", EXPRESSION: "expressions"}
"""The name of each kind in expressions, and on the card."""

_NAME = re.compile(r"[a-z][a-z0-9_]{0,49}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueDefinition:
    """A value definition as it is stored. Times in epoch milliseconds.

    `definition`: as it was given, validated. `ready`: every customer's log has been counted for it; else `job` does
    that.
    """

    id: str
    kind: str
    name: str
    description: str = ""
    definition: dict[str, Any]
    version: int = 1
    ready: bool = False
    job: str | None = None
    created_at: int
    updated_at: int

    @property
    def etag(self) -> str:
        """Return the ETag of this version."""
        return etag_of(self.id, self.version)

    @property
    def state(self) -> str:
        """Return READY or BUILDING."""
        return _READY if self.ready else _BUILDING


def valid_value_name(name: str) -> str:
    """Validate a name, by which expressions read the value. Raises InvalidInputError."""
    if not _NAME.fullmatch(name):
        raise InvalidInputError(
            "name must be 1 to 50 lower-case letters, digits and underscores, and begin with a letter",
            details={"field": "name"},
        )
    return name


def written_out(value: ValueDefinition, known: Mapping[tuple[str, str], ValueDefinition]) -> dict[str, Any]:
    """Return the stored form that computes the value by itself, with everything in it that an expression uses.

    `known`: every definition, by kind and id. An expression uses aggregates and scores, no other expression.
    """
    if value.kind == SCORE:
        return value.definition | {"id": value.id}
    if value.kind == AGGREGATE:
        return dict(value.definition)
    uses = {
        group: {name: [kind, written_out(known[kind, id_], known)] for name, (kind, id_) in named.items()}
        for group, named in value.definition.get("uses", {}).items()
    }
    return {"text": value.definition["text"], "uses": uses}


def uses_of(value: ValueDefinition) -> set[tuple[str, str]]:
    """Return (kind, id) of the definitions that an expression uses."""
    named = value.definition.get("uses", {}) if value.kind == EXPRESSION else {}
    return {(kind, id_) for uses in named.values() for kind, id_ in uses.values()}
