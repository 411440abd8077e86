"""Events of rows: rows with one message id are one event, such as an order with its lines."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from crm.domain.identity import Identity
from crm.domain.imports.cells import MAX_ATTRIBUTES_BYTES
from crm.domain.imports.event_fillers import event_name_of
from crm.domain.json_text import encode

PRODUCTS = "products"
"""The property that holds the lines of an order, as in Segment's e-commerce events."""

LINES_LEFT_OUT = "lines_left_out"
"""Warning, and property: the number of an order's lines beyond those that an event holds."""


@dataclass(frozen=True, slots=True)
class RowEvent:
    """One event. `row`: the number of the first row. `first_at` (epoch ms) is its key in the log, `at` when it
    occurred.

    `stated`: its id is from a column, and not derived from the row. `lines`: of an order, as many as an event can
    hold; `left_out`: the number of the others.
    """

    row: int
    message_id: str
    stated: bool
    name: str
    first_at: int
    at: int
    identities: tuple[Identity, ...]
    properties: Mapping[str, Any]
    lines: Sequence[Mapping[str, Any]] = ()
    left_out: int = 0

    @property
    def all_properties(self) -> dict[str, Any]:
        """Return the properties, and as many order lines as fit into an event."""
        properties = dict(self.properties)
        lines = _fitting(self.lines, MAX_ATTRIBUTES_BYTES - len(encode(properties)))
        left_out = self.left_out + len(self.lines) - len(lines)
        more = {LINES_LEFT_OUT: left_out} if left_out else {}
        return properties | ({PRODUCTS: lines} if lines else {}) | more


def merge_row_events(events: Sequence[RowEvent]) -> RowEvent:
    """Merge the rows of one event, in order: the last value of each property stays, lines are appended."""
    first, last = events[0], events[-1]
    if not first.stated or first is last:
        return first
    properties: dict[str, Any] = {}
    identities = first.identities
    for one in events:
        properties |= one.properties
        identities = _united(identities, one.identities)
    lines = _fitting(chain.from_iterable(one.lines for one in events), MAX_ATTRIBUTES_BYTES)
    left_out = sum(len(one.lines) + one.left_out for one in events) - len(lines)
    return replace(
        first,
        name=event_name_of(last.name, properties),
        at=last.at,
        identities=identities,
        properties=properties,
        lines=lines,
        left_out=left_out,
    )


def _fitting(lines: Iterable[Mapping[str, Any]], room: int) -> list[Mapping[str, Any]]:
    """Return the first lines that fit in so many bytes of JSON."""
    kept: list[Mapping[str, Any]] = []
    for line in lines:
        room -= len(encode(dict(line))) + 1
        if room < 0:
            break
        kept.append(line)
    return kept


def _united(one: tuple[Identity, ...], other: tuple[Identity, ...]) -> tuple[Identity, ...]:
    """Return the first identities, and the others of types that they lack."""
    types = {identity.type for identity in one}
    return one + tuple(identity for identity in other if identity.type not in types)
