"""The card of a canonical profile: what lists show, filter and sort by, computed from all members."""

from collections.abc import Iterable, Sequence

from crm.domain.attribute_reader import STANDARD_READER, AttributeReader
from crm.domain.card_fields import CARD_TEXTS, IN_TRASH, Card, CardTexts
from crm.domain.consent import GRANTED, PROCESSING
from crm.domain.consent_fields import ProfileConsent
from crm.domain.effect_fields import RESPONSIBLE
from crm.domain.effects import kept_out_in, lists_in
from crm.domain.identity import EMAIL, PHONE
from crm.domain.open_conflicts import open_conflicts
from crm.domain.person import (
    consents_of,
    deleted_at,
    differing_classes,
    kind_of,
    last_seen_of,
    last_transaction_of,
    merged,
    shown_id,
    smallest,
    values_of,
)
from crm.domain.profile import ProfileState
from crm.domain.stamped import Register
from crm.domain.times import HOUR_MS, iso, parse_time

LISTED_LENGTH = 100
"""Maximum characters of a text on a card."""


def card_of(
    members: Sequence[ProfileState],
    *,
    consent_required: bool = False,
    reader: AttributeReader = STANDARD_READER,
) -> Card:
    """Build the card that lists show, filter and sort by; small, because the index holds a copy of it.

    Where a consent to processing is required and not granted, the card holds no times of activities: even a position
    in an order by last activity would reveal them.
    """
    fields = merged(members, "fields")
    kind = kind_of(members) if deleted_at(members, fields) is None else IN_TRASH
    card: Card = {"kind": kind}
    _add_beginnings(card, listed_texts(members, reader))
    _add_groups(card, members, fields)
    consented = card.get("consents", {}).get(PROCESSING, [None])[0] == GRANTED
    _add_times(card, members, activities=consented or not consent_required)
    return card


def listed_texts(members: Sequence[ProfileState], reader: AttributeReader) -> CardTexts:
    """Return the whole texts that lists show and filters read; missing ones are left out."""
    sent = values_of(merged(members, "attributes"))
    texts: CardTexts = {}
    for field in CARD_TEXTS:
        value = reader.read(field, sent[field]) if field in sent else None
        if isinstance(value, str) and value:
            texts[field] = value
    if name := texts.get("name") or _full_name(texts):
        texts["name"] = name
    if email := texts.get("email") or _first_of_type(members, EMAIL):
        texts["email"] = email
    if phone := texts.get("phone") or _first_of_type(members, PHONE):
        texts["phone"] = phone
    return texts


def _add_beginnings(card: Card, texts: CardTexts) -> None:
    for field in CARD_TEXTS:
        if field in texts:
            card[field] = texts[field][:LISTED_LENGTH]


def holds_beginnings(card: Card) -> bool:
    """Return whether a text on the card may be the beginning of a longer one."""
    return any(len(card.get(field, "")) == LISTED_LENGTH for field in CARD_TEXTS)


def _add_groups(card: Card, members: Sequence[ProfileState], register: Register) -> None:
    id_, fields = shown_id(members, register), values_of(register)
    parts = differing_classes(members)
    if id_ != members[0].id:
        card["id"] = id_
    if tags := list(values_of(merged(members, "tags"))):
        card["tags"] = tags
    if classes := list(values_of(merged(members, "classes"))):
        card["classes"] = classes
    if parts:
        card["parts"] = parts
    if conflicts := len(open_conflicts(members, parts)):
        card["conflicts"] = conflicts
    if lists := lists_in(fields):
        card["lists"] = lists
    if kept_out := kept_out_in(fields):
        card["kept_out"] = kept_out
    if responsible := fields.get(RESPONSIBLE):
        card["responsible"] = responsible
    if consents := values_of(consents_of(members)):
        card["consents"] = {key: _listed_consent(value) for key, value in consents.items()}


def _listed_consent(consent: ProfileConsent) -> list[str | int]:
    """Return `[state]`, or `[state, expires_at in epoch ms]`."""
    until = parse_time(consent.get("expires_at"))
    return [consent["state"]] if until is None else [consent["state"], until]


def _add_times(card: Card, members: Sequence[ProfileState], *, activities: bool) -> None:
    """Add the times to a card; `activities`: those of activities as well."""
    created = smallest(member.first_seen for member in members)
    if created is not None:
        card["created"] = created
    if not activities:
        return
    last_seen, last_transaction = last_seen_of(members), last_transaction_of(members)
    if last_seen is not None:
        card["last_seen"] = last_seen
    if last_transaction is not None:
        card["last_transaction"] = last_transaction


def seen_hour(card: Card) -> str:
    """Return the hour of the last activity (of creation, if there is none since): `2026-11-21T19`.

    A session rewrites its index entry once, not with every event.
    """
    return iso(last_activity(card) // HOUR_MS * HOUR_MS)[:13]


def last_activity(card: Card) -> int:
    """Return the sort key of a card, epoch ms: when the customer was last seen, else when the profile was created."""
    return card.get("last_seen", card.get("created", 0))


def _full_name(texts: CardTexts) -> str:
    parts = [texts.get("first_name"), texts.get("last_name")]
    return " ".join(part for part in parts if part)


def _first_of_type(members: Iterable[ProfileState], type_: str) -> str | None:
    identities = [member.identity for member in members if member.identity]
    return min((i.value for i in identities if i.type == type_), default=None)
