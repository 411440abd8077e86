"""The canonical profile: the merge of its members' folds, and its card, which lists show."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from crm.domain.attribute_reader import STANDARD_READER, AttributeReader
from crm.domain.business_keys import ORDER_KEY
from crm.domain.consent import latest_statements, resolved
from crm.domain.counts import Counts
from crm.domain.effects import ATTRIBUTES, DELETED_FIELD, RESPONSIBLE, SHOWN_ID, kept_out_in, lists_in
from crm.domain.identity import EMAIL, PHONE, USER_ID, Identity
from crm.domain.ledger.orders import add_amount, last_completed_at, orders_of
from crm.domain.open_conflicts import open_conflicts
from crm.domain.person_parts import parts_of, public_parts
from crm.domain.profile import ProfileState
from crm.domain.stamped import Register, Stamped, later, merge_registers
from crm.domain.times import HOUR_MS, iso, parse_time
from crm.domain.weak_attributes import person_attributes

RECOGNISED = "recognised"
ANONYMOUS = "anonymous"
IN_TRASH = "deleted"
"""Kind of a card whose profile was deleted by hand: no other list shows it."""

_RECOGNISING_TYPES = (USER_ID, EMAIL)
_LISTED_ATTRIBUTES = ("first_name", "last_name", "city", "region", "zip", "company")
_LISTED = (*_LISTED_ATTRIBUTES, "name", "email", "phone")
Card = dict[str, Any]
"""A profile as lists show, filter and sort it: `card_of`."""

LISTED_LENGTH = 100
"""Maximum characters of a text on a card."""

WHOLE = "whole_texts"
"""Key of the whole texts on a card that is filtered; other cards hold only the beginnings."""


def kind_of(members: Iterable[ProfileState]) -> str:
    """Return the kind of a person: RECOGNISED with an email or a user id, else ANONYMOUS."""
    types = {member.identity.type for member in members if member.identity}
    return RECOGNISED if types.intersection(_RECOGNISING_TYPES) else ANONYMOUS


def values_of(register: Register) -> dict[str, Any]:
    """Map names to values, without the names that were cleared."""
    return {key: held.value for key, held in sorted(register.items()) if held.value is not None}


def merged(members: Sequence[ProfileState], register: str) -> Register:
    """Merge one register over all members and ranks: `merged(members, "attributes")`."""
    if register == ATTRIBUTES and len(members) > 1:
        return person_attributes(members)
    parts: list[Register] = []
    for member in members:
        if own := getattr(member, register):
            parts.append(own)
        if member.ranked:
            parts += [part for (name, _), part in member.ranked.items() if name == register]
    return merge_registers(parts) if parts else {}


def classes_of_parts(members: Sequence[ProfileState]) -> list[list[str]]:
    """Return the classes of the root's part, and of each other part that only public sources joined to it."""
    parts = [parts_of(members)[0], *public_parts(members)]
    return [list(values_of(merged(part, "classes"))) for part in parts]


def differing_classes(members: Sequence[ProfileState]) -> list[list[str]]:
    """Return the classes of each part, or nothing where all parts have the same.

    One part can be visible to an API key, and another not.
    """
    if not merged(members, "classes"):
        return []
    found = classes_of_parts(members)
    return found if any(classes != found[0] for classes in found) else []


def consents_of(members: Iterable[ProfileState]) -> Register:
    """Resolve each consent, by key: granted, denied, or pending."""
    states = list(members)
    keys = merged(states, "consents").keys() | merged(states, "pending").keys()
    found = {key: resolved(*latest_statements(states, key)) for key in keys}
    return {key: held for key, held in found.items() if held}


def deleted_at(members: Sequence[ProfileState]) -> int | None:
    """Return when the profile was deleted by hand (epoch ms); None if it was not, was restored, or has been active
    since.
    """
    return _deleted_at(members, merged(members, "fields"))


def _deleted_at(members: Sequence[ProfileState], fields: Register) -> int | None:
    deleted = fields.get(DELETED_FIELD)
    if deleted is None or not deleted.value or (last_seen_of(members) or 0) > deleted.stamp[0]:
        return None
    return deleted.stamp[0]


def shown_id(members: Sequence[ProfileState]) -> str:
    """Return the id under which the person is shown: of the ids that merges by hand chose, the one chosen last."""
    return _shown_id(members, merged(members, "fields"))


def _shown_id(members: Sequence[ProfileState], fields: Register) -> str:
    held = {member.id: fields.get(SHOWN_ID + member.id) for member in members}
    chosen = [(choice.stamp, id_) for id_, choice in held.items() if choice and choice.value]
    return max(chosen)[1] if chosen else members[0].id


def describe(members: Sequence[ProfileState]) -> dict[str, Any]:
    """Describe a person in full. `members[0]` is the root; times are ISO 8601 UTC, amounts plain numbers."""
    root = members[0]
    environment = latest_environment(members)
    fields = values_of(merged(members, "fields"))
    return {
        "id": shown_id(members),
        "kind": kind_of(members),
        "attributes": values_of(merged(members, "attributes")),
        "tags": list(values_of(merged(members, "tags"))),
        "classes": list(values_of(merged(members, "classes"))),
        "lists": lists_in(fields),
        "responsible": fields.get(RESPONSIBLE),
        "consents": values_of(consents_of(members)),
        "groups": values_of(merged(members, "groups")),
        "identities": [{"type": i.type, "value": i.value} for i in identities_of(members)],
        "members": [member.id for member in members],
        "first_seen": _iso(_smallest(member.first_seen for member in members)),
        "last_seen": _iso(last_seen_of(members)),
        "last_transaction_at": _iso(last_transaction_of(members)),
        "environment": environment.value if environment else {},
        "totals": totals_of(members),
        "version": root.version,
    }


def card_of(
    members: Sequence[ProfileState],
    *,
    consent_required: bool = False,
    reader: AttributeReader = STANDARD_READER,
) -> dict[str, Any]:
    """Build the card that lists show, filter and sort by; small, because the index holds a copy of it.

    Where a consent to processing is required and not granted, the card holds no times of activities: even a position
    in an order by last activity would reveal them.
    """
    fields = merged(members, "fields")
    texts = listed_texts(members, reader)
    card = {name: text[:LISTED_LENGTH] for name, text in texts.items()}
    groups, times = _groups_on(members, fields), _times_on(members)
    if consent_required and groups.get("consents", {}).get("processing", [None])[0] != "granted":
        times = {name: at for name, at in times.items() if name == "created"}
    kind = kind_of(members) if _deleted_at(members, fields) is None else IN_TRASH
    return {"kind": kind, **card, **groups, **times}


def listed_texts(members: Sequence[ProfileState], reader: AttributeReader) -> dict[str, str]:
    """Return the whole texts that lists show and filters read; missing ones are left out."""
    sent = values_of(merged(members, "attributes"))
    read = {name: reader.read(name, sent[name]) for name in _LISTED if name in sent}
    attributes = {name: value for name, value in read.items() if isinstance(value, str) and value}
    texts = {name: attributes.get(name) for name in _LISTED_ATTRIBUTES} | {
        "name": _full_name(attributes),
        "email": attributes.get("email") or _first_of_type(members, EMAIL),
        "phone": attributes.get("phone") or _first_of_type(members, PHONE),
    }
    return {name: text for name, text in texts.items() if text}


def holds_beginnings(card: Mapping[str, Any]) -> bool:
    """Return whether a text on the card may be the beginning of a longer one."""
    return any(len(card.get(name, "")) == LISTED_LENGTH for name in _LISTED)


def _groups_on(members: Sequence[ProfileState], register: Register) -> dict[str, Any]:
    id_, fields = _shown_id(members, register), values_of(register)
    parted = differing_classes(members)
    found = {
        "id": id_ if id_ != members[0].id else None,
        "tags": list(values_of(merged(members, "tags"))),
        "classes": list(values_of(merged(members, "classes"))),
        "parts": parted,
        "conflicts": len(open_conflicts(members, parted)),
        "lists": lists_in(fields),
        "kept_out": kept_out_in(fields),
        "responsible": fields.get(RESPONSIBLE),
        "consents": {key: _listed_consent(value) for key, value in values_of(consents_of(members)).items()},
    }
    return {name: value for name, value in found.items() if value}


def _listed_consent(consent: dict[str, Any]) -> list[Any]:
    """Return `[state]`, or `[state, expires_at in epoch ms]`."""
    until = parse_time(consent.get("expires_at"))
    return [consent["state"]] if until is None else [consent["state"], until]


def _times_on(members: Sequence[ProfileState]) -> dict[str, int]:
    times = {
        "created": _smallest(member.first_seen for member in members),
        "last_seen": last_seen_of(members),
        "last_transaction": last_transaction_of(members),
    }
    return {name: at for name, at in times.items() if at is not None}


def seen_hour(card: dict[str, Any]) -> str:
    """Return the hour of the last activity (of creation, where there is none since): `2026-11-21T19`.

    A session rewrites its index entry once, not with every event.
    """
    return iso(last_activity(card) // HOUR_MS * HOUR_MS)[:13]


def last_activity(card: dict[str, Any]) -> int:
    """Return the sort key of a card, epoch ms: when the customer was last seen, else when the profile was created."""
    seen: int = card.get("last_seen", card.get("created", 0))
    return seen


def identities_of(members: Iterable[ProfileState]) -> list[Identity]:
    """Return the identities of the members: the root's first, then by type and value."""
    found = [member.identity for member in members if member.identity]
    return found[:1] + sorted(found[1:], key=lambda identity: (identity.type, identity.value))


def latest_environment(members: Iterable[ProfileState]) -> Stamped | None:
    """Return the technical environment that was seen last."""
    latest: Stamped | None = None
    for member in members:
        if member.environment:
            latest = later(latest, member.environment)
    return latest


def last_seen_of(members: Iterable[ProfileState]) -> int | None:
    """Return the time of the last activity of any member, epoch ms."""
    return _largest(member.last_seen for member in members)


def last_transaction_of(members: Sequence[ProfileState]) -> int | None:
    """Return the time of the last completed order of any member, epoch ms."""
    without_key = _largest(member.last_transaction_at for member in members)
    return _largest((without_key, last_completed_at(members)))


def totals_of(members: Sequence[ProfileState]) -> dict[str, Any]:
    """Sum the counts of all members; revenue is after refunds."""
    counts = sum((member.counts for member in members), Counts())
    net, gross, number, refunds = dict(counts.revenue), dict(counts.revenue), counts.orders, counts.refunds
    for order in orders_of(members):
        if order.key.startswith(ORDER_KEY):
            refunds += order.has_refund
        if order.is_order:
            number += 1
            add_amount(net, order.currency, order.net)
            add_amount(gross, order.currency, order.gross)
    revenue, before = sum(net.values(), Decimal()), sum(gross.values(), Decimal())
    return {
        "activities": counts.activities,
        "pages": counts.pages,
        "orders": number,
        "refunds": refunds,
        "revenue": float(revenue),
        "revenue_by_currency": _by_currency(net),
        "gross_revenue": float(before),
        "gross_revenue_by_currency": _by_currency(gross),
        "refunded": float(before - revenue),
        "average_order": round(float(revenue / number), 2) if number else None,
    }


def _by_currency(amounts: Mapping[str, Decimal]) -> dict[str, float]:
    return {currency: float(amount) for currency, amount in sorted(amounts.items())}


def _full_name(attributes: dict[str, str]) -> str:
    parts = [attributes.get("first_name"), attributes.get("last_name")]
    return attributes.get("name") or " ".join(part for part in parts if part)


def _first_of_type(members: Iterable[ProfileState], type_: str) -> str | None:
    identities = [member.identity for member in members if member.identity]
    return min((i.value for i in identities if i.type == type_), default=None)


def _smallest(values: Iterable[int | None]) -> int | None:
    return min((value for value in values if value is not None), default=None)


def _largest(values: Iterable[int | None]) -> int | None:
    return max((value for value in values if value is not None), default=None)


def _iso(milliseconds: int | None) -> str | None:
    return None if milliseconds is None else iso(milliseconds)
