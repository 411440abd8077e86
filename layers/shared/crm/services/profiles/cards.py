"""Cards of canonical profiles as they may be shown: hidden values are neither listed nor filtered nor sorted by."""

from collections.abc import Collection, Mapping

from crm.domain.attribute_reader import STANDARD_READER
from crm.domain.card import holds_beginnings, listed_texts
from crm.domain.card_fields import WHOLE, Card, CardTexts
from crm.domain.conditions.card_facts import CardFacts
from crm.domain.conditions.consent_conditions import consent_state
from crm.domain.consent import GRANTED, PROCESSING
from crm.domain.profile import ProfileState
from crm.domain.times import iso_or_none
from crm.domain.views.profiles import ProfileCardView
from crm.services.definitions import attributes
from crm.services.profiles import people
from crm.services.profiles.profile_view import HIDDEN
from crm.settings import settings
from crm.storage.profiles import load_profiles


def read_cards(profile_ids: Collection[str], now: int, *, whole: bool = False) -> dict[str, Card]:
    """Return cards by profile id, without profiles that are not canonical. `now` in epoch ms.

    `whole`: a card that holds the beginnings of texts gets the whole texts, for filters.
    """
    profiles = load_profiles(profile_ids, consistent=False) if profile_ids else {}
    cards = {
        id_: _as_shown(profile.card, now) for id_, profile in profiles.items() if profile.card is not None
    }
    if not whole:
        return cards
    cut = {id_: profiles[id_] for id_, card in cards.items() if holds_beginnings(card)}
    return cards | {id_: {**cards[id_], WHOLE: texts} for id_, texts in _whole_texts(cut).items()}


def _whole_texts(roots: Mapping[str, ProfileState]) -> dict[str, CardTexts]:
    """Return the listed texts of these canonical profiles, read with all their members."""
    claiming = [id_ for id_, root in roots.items() if root.claimed]
    members = {id_: [root] for id_, root in roots.items() if not root.claimed}
    members |= {id_: person.members for id_, person in people.find_many(claiming).items()} if claiming else {}
    reader = attributes.attribute_reader() if members else STANDARD_READER
    return {id_: listed_texts(found, reader) for id_, found in members.items()}


def _as_shown(card: Card, now: int) -> Card:
    """Return the card without values that reveal activities, if the consent to processing is missing."""
    if not settings().processing_consent_required or _state(card, PROCESSING, now) == GRANTED:
        return card
    shown = card.copy()
    shown.pop("last_seen", None)
    shown.pop("last_transaction", None)
    shown["hidden"] = HIDDEN
    return shown


def card_view(profile_id: str, card: Card, tag_names: Mapping[str, str], now: int) -> ProfileCardView:
    """Return the model `ProfileCard`."""
    names = (tag_names[id_] for id_ in card.get("tags", ()) if id_ in tag_names)
    return {
        "id": card.get("id", profile_id),
        "kind": card["kind"],
        "name": card.get("name"),
        "first_name": card.get("first_name"),
        "last_name": card.get("last_name"),
        "email": card.get("email"),
        "phone": card.get("phone"),
        "city": card.get("city"),
        "region": card.get("region"),
        "zip": card.get("zip"),
        "company": card.get("company"),
        "responsible": card.get("responsible"),
        "tags": sorted(names, key=str.casefold),
        "classes": card.get("classes", []),
        "consents": {key: _state(card, key, now) for key in card.get("consents", ())},
        "first_seen": iso_or_none(card.get("created")),
        "last_seen": iso_or_none(card.get("last_seen")),
        "last_transaction_at": iso_or_none(card.get("last_transaction")),
        "hidden": card.get("hidden"),
    }


def _state(card: Card, key: str, now: int) -> str:
    return consent_state(CardFacts(card), key, now)[0]
