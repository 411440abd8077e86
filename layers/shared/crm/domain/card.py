"""The canonical profile: the merge of its members' folds, and what the list shows of it."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from crm.domain.counts import Counts
from crm.domain.identity import EMAIL, PHONE, USER_ID, Identity
from crm.domain.profile import ProfileState, Register, Stamped, later
from crm.domain.times import HOUR_MS, iso

RECOGNISED = "recognised"
ANONYMOUS = "anonymous"

_RECOGNISING_TYPES = (USER_ID, EMAIL)
_LISTED_ATTRIBUTES = ("city", "region", "zip", "company")
_LISTED_LENGTH = 100


def kind_of(members: Iterable[ProfileState]) -> str:
    """Recognised is who has an email or a user id."""
    types = {member.identity.type for member in members if member.identity}
    return RECOGNISED if types.intersection(_RECOGNISING_TYPES) else ANONYMOUS


def merge_registers(registers: Iterable[Register]) -> Register:
    """Per key the value said last."""
    merged: Register = {}
    for register in registers:
        for key, held in register.items():
            merged[key] = later(merged.get(key), held)
    return merged


def values_of(register: Register) -> dict[str, Any]:
    """Name to value, without the names that were emptied."""
    return {key: held.value for key, held in sorted(register.items()) if held.value is not None}


def describe(members: Sequence[ProfileState]) -> dict[str, Any]:
    """The profile as the API answers it. `members[0]` is the root; times are ISO 8601 UTC, amounts plain numbers."""
    root = members[0]
    attributes = merge_registers(member.attributes for member in members)
    environment = latest_environment(members)
    return {
        "id": root.id,
        "kind": kind_of(members),
        "attributes": values_of(attributes),
        "tags": [],
        "consents": values_of(merge_registers(member.consents for member in members)),
        "groups": values_of(merge_registers(member.groups for member in members)),
        "identities": [{"type": i.type, "value": i.value} for i in identities_of(members)],
        "members": [member.id for member in members],
        "first_seen": _iso(_smallest(member.first_seen for member in members)),
        "last_seen": _iso(last_seen_of(members)),
        "last_transaction_at": _iso(_largest(member.last_transaction_at for member in members)),
        "environment": environment.value if environment else {},
        "totals": _totals(sum((member.counts for member in members), Counts())),
        "version": root.version,
    }


def card_of(members: Sequence[ProfileState]) -> dict[str, Any]:
    """What the list shows and filters by; small, because the index holds a copy of it."""
    attributes = values_of(merge_registers(member.attributes for member in members))
    shown = {name: attributes.get(name) for name in _LISTED_ATTRIBUTES} | {
        "name": _full_name(attributes),
        "email": attributes.get("email") or _first_of_type(members, EMAIL),
        "phone": attributes.get("phone") or _first_of_type(members, PHONE),
    }
    texts = {name: str(value)[:_LISTED_LENGTH] for name, value in shown.items() if value not in (None, "")}
    times = {
        "created": _smallest(member.first_seen for member in members),
        "last_seen": last_seen_of(members),
        "last_transaction": _largest(member.last_transaction_at for member in members),
    }
    return {"kind": kind_of(members), **texts, **{n: at for n, at in times.items() if at is not None}}


def seen_hour(card: dict[str, Any]) -> str:
    """Last seen, to the hour (`2026-11-21T19`): a session rewrites its index entry once, not with every event."""
    return iso(card.get("last_seen", 0) // HOUR_MS * HOUR_MS)[:13]


def identities_of(members: Iterable[ProfileState]) -> list[Identity]:
    """Root first, then by type and value."""
    found = [member.identity for member in members if member.identity]
    return found[:1] + sorted(found[1:], key=lambda identity: (identity.type, identity.value))


def latest_environment(members: Iterable[ProfileState]) -> Stamped | None:
    """The technical environment seen last."""
    latest: Stamped | None = None
    for member in members:
        if member.environment:
            latest = later(latest, member.environment)
    return latest


def last_seen_of(members: Iterable[ProfileState]) -> int | None:
    """Epoch ms of the last activity of any member."""
    return _largest(member.last_seen for member in members)


def _totals(counts: Counts) -> dict[str, Any]:
    return {
        "activities": counts.activities,
        "pages": counts.pages,
        "orders": counts.orders,
        "refunds": counts.refunds,
        "revenue": float(sum(counts.revenue.values(), Decimal())),
        "revenue_by_currency": {c: float(amount) for c, amount in sorted(counts.revenue.items())},
    }


def _full_name(attributes: dict[str, Any]) -> Any:
    parts = [attributes.get("first_name"), attributes.get("last_name")]
    return attributes.get("name") or " ".join(part for part in parts if isinstance(part, str) and part)


def _first_of_type(members: Iterable[ProfileState], type_: str) -> str | None:
    return min((i.value for i in identities_of(members) if i.type == type_), default=None)


def _smallest(values: Iterable[int | None]) -> int | None:
    return min((value for value in values if value is not None), default=None)


def _largest(values: Iterable[int | None]) -> int | None:
    return max((value for value in values if value is not None), default=None)


def _iso(milliseconds: int | None) -> str | None:
    return None if milliseconds is None else iso(milliseconds)
