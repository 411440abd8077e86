"""Fillers for columns of events, and for the time of a change."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from crm.domain.exports.cells import as_typed
from crm.domain.imports.aliases import alias_key
from crm.domain.imports.cell_columns import read_each, read_plain, read_texts
from crm.domain.imports.cells import MAX_ATTRIBUTES_BYTES, CachedReader, is_blank, property_reader
from crm.domain.imports.numbers import plain_numbers
from crm.domain.imports.parsed_column import INVALID_TIME, INVALID_VALUE, MISSING_EVENT, Fill, ParsedColumn
from crm.domain.imports.plan import Column, ReadPlan
from crm.domain.imports.spreadsheet_damage import DAMAGED_ID, is_rounded
from crm.domain.imports.target import CHANGED_AT, EVENT, LINE, MESSAGE_ID, PROPERTY, STATE, TIME
from crm.domain.numbers import COMMA

_ORDER_ID = "order_id"
FINANCIAL_STATUS = "financial_status"
"""The property of an order with its payment status: paid, refunded."""
_CANCELLED, _CANCELLED_AT = "Order Cancelled", "cancelled_at"
_BY_STATE = {
    alias_key(state): event
    for event, states in {
        "Payment Failed": ("failed", "wc-failed", "blocked", "requires_payment_method", "Fehlgeschlagen"),
        _CANCELLED: (
            "cancelled",
            "canceled",
            "wc-cancelled",
            "trash",
            "voided",
            "Storniert",
            "annul\u00e9",
        ),
        "Checkout Started": (
            *("pending", "wc-pending", "pending payment", "draft", "checkout-draft", "wc-checkout-draft"),
            *("incomplete", "uncaptured", "requires_action", "requires_confirmation"),
        ),
    }.items()
    for state in states
}
"""Events for the states of an order or a payment that was not completed; all other states are completed ones."""
_BY_PAYMENT = {
    "voided": _CANCELLED,
    **dict.fromkeys(("pending", "expired", "unpaid"), "Checkout Started"),
}
"""Events for the financial status of a Shopify order; all others are completed orders, which may be refunded."""
_CANCELLATIONS = ("cancel", "annul", "anul", "storn", "geannuleerd")
_TIMES = ("at", "on", "date", "time", "am", "datum", "le", "el", "il", "op", "em", "dne", "data")


def event_fillers(plan: ReadPlan) -> Iterator[Fill]:
    """Yield fillers for properties, times, ids and names of events, and for the time of a customer's change."""
    for column in plan.filling(PROPERTY, LINE):
        yield _property(column)
    for column in plan.filling(CHANGED_AT, TIME):
        yield _time(column, plan)
    for column in plan.filling(MESSAGE_ID):
        yield _message_id(column, names_orders=_names_orders(plan))
    if plan.event_name or plan.filling(EVENT):
        yield _event(plan.filling(EVENT), plan.event_name)
    for column in paid_columns(plan):
        yield _paid(column)
    for column in plan.filling(STATE):
        yield _cancelled(column) if _is_cancellation_time(column.name) else _state(column)


def _property(column: Column) -> Fill:
    read = property_reader(number=column.number, decimal_mark=column.decimal_mark)
    known: CachedReader[str, object] = CachedReader(lambda cell: read(as_typed(cell)))

    def fill(found: ParsedColumn) -> None:
        cells = found.columns[column.index]
        plain = plain_numbers if column.decimal_mark != COMMA else None
        values = read_plain(cells, plain, known) if column.number else read_texts(cells, MAX_ATTRIBUTES_BYTES)
        filled = found.lines if column.target.to == LINE else found.properties
        filled[column.target.name or ""] = found.checked(column.name, values)
        known.trim()

    return fill


def _time(column: Column, plan: ReadPlan) -> Fill:
    is_event = column.target.to == TIME
    dates = plan.dates

    def read(cell: str) -> int | None:
        if not is_blank(cell):
            return dates.instant_since_1970(cell)
        if is_event:
            raise ValueError("must be the time of the event: a date and time like 2026-11-21T19:30:00+01:00")
        return None

    known = CachedReader(read)

    def fill(found: ParsedColumn) -> None:
        values = read_each(found.columns[column.index], known)
        found.checked(column.name, values, INVALID_TIME if is_event else INVALID_VALUE)
        if is_event:
            found.times = values.values
        else:
            found.changed_at = values.values
        known.trim()

    return fill


def _names_orders(plan: ReadPlan) -> bool:
    """Return whether message ids are those of orders, with lines or a state, and no column has the order's id."""
    own = {column.target.name for column in plan.filling(PROPERTY)}
    return bool(plan.filling(LINE, STATE)) and _ORDER_ID not in own


def _message_id(column: Column, *, names_orders: bool) -> Fill:
    """Return a filler of message ids; with `names_orders` it fills the property `order_id`, too."""

    def fill(found: ParsedColumn) -> None:
        texts = found.checked(column.name, read_texts(found.columns[column.index]))
        if names_orders:
            found.properties[_ORDER_ID] = texts
        ids = texts.values
        rounded = sum(is_rounded(id_) for id_ in ids if id_)
        found.warn(DAMAGED_ID, rounded)
        found.message_ids = [None if id_ and is_rounded(id_) else id_ for id_ in ids] if rounded else ids

    return fill


def _state(column: Column) -> Fill:
    """Return a filler of events by state, which is the property `status`, too."""

    def fill(found: ParsedColumn) -> None:
        values = found.checked(column.name, read_texts(found.columns[column.index]))
        found.properties["status"] = values
        found.events = [
            _BY_STATE.get(alias_key(state or ""), event)
            for state, event in zip(values.values, found.events or [None] * found.count, strict=True)
        ]

    return fill


def paid_columns(plan: ReadPlan) -> list[Column]:
    """Return the columns with the payment status of an order."""
    return [column for column in plan.filling(PROPERTY) if column.target.name == FINANCIAL_STATUS]


def _paid(column: Column) -> Fill:
    def fill(found: ParsedColumn) -> None:
        texts = read_texts(found.columns[column.index]).values
        events = found.events or [None] * found.count
        found.events = [
            _BY_PAYMENT.get(alias_key(state or ""), event) for state, event in zip(texts, events, strict=True)
        ]

    return fill


def event_name_of(name: str, properties: Mapping[str, Any]) -> str:
    """Return the name of an event of several rows, of which one may mark it as cancelled or not paid."""
    if properties.get(_CANCELLED_AT):
        return _CANCELLED
    return _BY_PAYMENT.get(alias_key(str(properties.get(FINANCIAL_STATUS) or "")), name)


def _is_cancellation_time(name: str) -> bool:
    """Return whether a column's name is one like `Cancelled at` or `Storniert am`: filled, it cancels the order."""
    words = [alias_key(word) for word in name.replace("_", " ").split()]
    return any(word.startswith(_CANCELLATIONS) for word in words) and any(word in _TIMES for word in words)


def _cancelled(column: Column) -> Fill:
    """Return a filler of the time of cancellation, which is the property `cancelled_at`, too."""

    def fill(found: ParsedColumn) -> None:
        values = found.checked(column.name, read_texts(found.columns[column.index]))
        found.properties[_CANCELLED_AT] = values
        events = found.events or [None] * found.count
        found.events = [_CANCELLED if at else event for at, event in zip(values.values, events, strict=True)]

    return fill


def _event(columns: Sequence[Column], constant: str | None) -> Fill:
    def fill(found: ParsedColumn) -> None:
        found.events = [constant] * found.count
        for column in columns:
            values = found.checked(column.name, read_texts(found.columns[column.index]))
            found.events = [event or constant for event in values.values]
        for place, event in enumerate(found.events):
            if event is None:
                found.problems.setdefault(
                    place, (MISSING_EVENT, "the row must contain the name of the event")
                )

    return fill
