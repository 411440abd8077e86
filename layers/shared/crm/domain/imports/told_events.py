"""Events that rows tell of: rows with one message id tell of one event, an order with its lines for example."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from crm.domain.identity import Identity
from crm.domain.imports.cells import LARGEST_ATTRIBUTES
from crm.domain.json_text import encode

PRODUCTS = "products"
"""The property that holds the lines of an order, as in Segment's e-commerce events."""

LINES_LEFT_OUT = "lines_left_out"
"""Warning, and property: how many lines an order has beyond what an event holds."""


@dataclass(frozen=True, slots=True)
class ToldEvent:
    """`row`: the number of the first row. `first_at` (epoch ms) is its key in the log, `at` when it happened.

    `stated`: its id is a column's, and not made of what the row says.
    """

    row: int
    message_id: str
    stated: bool
    name: str
    first_at: int
    at: int
    identities: tuple[Identity, ...]
    properties: Mapping[str, Any]
    lines: Sequence[Mapping[str, Any]] = field(default_factory=tuple)

    @property
    def says(self) -> dict[str, Any]:
        """The properties with as many lines as an event holds."""
        properties, room = dict(self.properties), LARGEST_ATTRIBUTES - len(encode(dict(self.properties)))
        kept: list[Mapping[str, Any]] = []
        for line in self.lines:
            room -= len(encode(dict(line))) + 1
            if room < 0:
                break
            kept.append(line)
        more = {LINES_LEFT_OUT: left} if (left := len(self.lines) - len(kept)) else {}
        return properties | ({PRODUCTS: kept} if kept else {}) | more


def together(told: Iterable[ToldEvent]) -> ToldEvent:
    """One event of the rows that tell of it, in their order: the last word on each property stays, lines add up."""
    first, *others = told
    event = first
    for other in others:
        event = replace(
            event,
            name=other.name,
            at=other.at,
            identities=_united(event.identities, other.identities),
            properties={**event.properties, **other.properties},
            lines=(*event.lines, *other.lines),
        )
    return event


def _united(one: tuple[Identity, ...], other: tuple[Identity, ...]) -> tuple[Identity, ...]:
    """The first ones, and those of types that they lack."""
    types = {identity.type for identity in one}
    return one + tuple(identity for identity in other if identity.type not in types)
