"""Search customers by the beginning of a name, an email or a company, and by exact ids: by indexes, not by scans."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import islice, takewhile

from crm.domain.api_key import Principal
from crm.domain.card_fields import RECOGNISED, Card
from crm.domain.customer_search import beginnings, begins, interleave, is_searchable
from crm.domain.errors import InvalidInputError
from crm.domain.identity import ANONYMOUS_ID, EMAIL, PHONE, USER_ID, normalise
from crm.domain.memberships import SEARCHED_ORDERS, listed_orders
from crm.domain.views.profiles import SearchResultsView
from crm.services.definitions import tags
from crm.services.profiles import people
from crm.services.profiles.cards import card_view, read_cards
from crm.services.profiles.profile_list import groups_of_matches, small_group
from crm.services.projection.deployment import id_of
from crm.settings import settings
from crm.storage.orders import in_order
from crm.storage.profiles import load_profiles

_EXAMINED = 200
"""Entries of an index that a search for a key limited to classes examines for each field."""

_MAX_CLAIMERS = 20
"""People found by one identity: its owner, and others who claim it."""

_ID = "id"
_PAGE = 50


def search(text: str, *, limit: int, viewer: Principal, now: int) -> SearchResultsView:
    """Return the customers that a text finds (model `SearchResults`). `now` in epoch ms.

    Raises InvalidInputError for a text that is too short.
    """
    if not is_searchable(text):
        raise InvalidInputError(
            "q must have at least 2 characters", code="invalid_parameter", details={"parameter": "q"}
        )
    exact = _exact(text, viewer)
    known = small_group(groups_of_matches({}, viewer), (RECOGNISED,))
    if known is None:
        found, whole = _by_index(text, limit if viewer.classes is None else _EXAMINED)
    else:
        found, whole = dict.fromkeys(SEARCHED_ORDERS, known), True
    cards = read_cards(sorted({*exact, *(id_ for ids in found.values() for id_ in ids)}), now)
    seen = {id_: card for id_, card in cards.items() if viewer.sees_card(card)}
    matches: dict[str, list[str]] = {field: [] for field in (*_types(), *SEARCHED_ORDERS)}
    for id_, field in exact.items():
        matches[field] += [id_] if id_ in seen else []
    for field, ids in found.items():
        matches[field] += _sorted((id_ for id_ in ids if id_ in seen), field, text, seen)
    chosen = interleave(matches, limit)
    names = tags.names({tag for id_, _ in chosen for tag in seen[id_].get("tags", ())})
    return {
        "results": [
            {"match": field, "profile": card_view(id_, seen[id_], names, now)} for id_, field in chosen
        ],
        "more": not whole or len(set().union(*matches.values())) > limit,
    }


def _types() -> tuple[str, ...]:
    """Return what is found by its exact value: ids first."""
    return (_ID, USER_ID, *settings().custom_identity_types, PHONE, EMAIL, ANONYMOUS_ID)


def _exact(text: str, viewer: Principal) -> dict[str, str]:
    """Return the canonical profiles of the ids and identities that the text is, each with the field."""
    field_of = {text.strip().lower(): _ID}
    for type_ in _types()[1:]:
        config = settings()
        identity = normalise(
            type_, text, phone_region=config.phone_region, placeholders=config.placeholder_ids
        )
        if identity:
            field_of.setdefault(id_of(identity), type_)
    for id_, profile in load_profiles(field_of, consistent=False).items():
        for claimer in sorted(profile.claimers)[:_MAX_CLAIMERS]:
            field_of.setdefault(claimer, field_of[id_])
    roots: dict[str, str] = {}
    for id_, person in people.find_many(field_of).items():
        if person.visible_to(viewer):
            roots.setdefault(person.root.id, field_of[id_])
    return roots


def _by_index(text: str, most: int) -> tuple[dict[str, list[str]], bool]:
    """Return the ids of at most this many profiles that each index lists under the text, by field; and whether these
    are all.
    """
    texts = beginnings(text)
    with ThreadPoolExecutor(len(SEARCHED_ORDERS)) as pool:
        entries = list(pool.map(partial(_begun_by, texts, most + 1), SEARCHED_ORDERS))
    found = {field: ids[:most] for field, ids in zip(SEARCHED_ORDERS, entries, strict=True)}
    return found, all(len(ids) <= most for ids in entries)


def _begun_by(texts: Iterable[str], most: int, field: str) -> list[str]:
    ids = dict.fromkeys(id_ for text in texts for id_ in islice(_entries(field, text), most))
    return list(ids)[:most]


def _entries(field: str, text: str) -> Iterator[str]:
    entries = in_order(field, descending=False, start=(text, ""), page=_PAGE)
    return (id_ for _, id_ in takewhile(lambda entry: entry[0].startswith(text), entries))


def _sorted(ids: Iterable[str], field: str, text: str, cards: dict[str, Card]) -> list[str]:
    """Return the profiles whose field begins with the text as they are now, in its order."""
    texts = {id_: listed_orders(cards[id_]) for id_ in ids}
    found = (id_ for id_, fields in texts.items() if begins(fields.get(field), text))
    return sorted(found, key=lambda id_: (texts[id_][field], id_))
