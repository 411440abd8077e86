"""Memberships: the groups of a canonical profile, and the orders in which it is listed, as its card says."""

from typing import Any, Final, Literal

from crm.domain.card_fields import IN_TRASH, RECOGNISED, Card
from crm.domain.caseless import folded
from crm.domain.times import DAY_MS

TAG_GROUP, CLASS_GROUP, LIST_GROUP, RESPONSIBLE_GROUP, SEGMENT_GROUP = (
    "tag",
    "class",
    "list",
    "responsible",
    "segment",
)
KEPT_OUT_GROUP = "kept_out"
"""Group of the customers who are excluded from a segment by hand."""

CONFLICT_GROUP, OPEN = "conflict", "open"
"""The group of people with an open conflict."""

MIXED = "*"
"""In place of a class: customers whose parts have different classes. No class has this name."""

CREATED_ORDER: Final = "created"
LAST_TRANSACTION: Final = "last_transaction"
NAME: Final = "name"
_EMAIL: Final = "email"

ListedOrder = Literal["created", "last_transaction", "name", "email"]
LISTED_ORDERS: tuple[ListedOrder, ...] = (CREATED_ORDER, LAST_TRANSACTION, NAME, _EMAIL)
"""Orders in which recognised profiles can be listed, in addition to their last activity."""

_LAST_NAME: Final = "last_name"
_COMPANY: Final = "company"
SEARCHED_ORDERS = (NAME, _LAST_NAME, _EMAIL, _COMPANY)
"""Orders in which recognised profiles are found by the beginning of a text."""

ORDER_KIND = "order"
"""Kind of the memberships by which an earlier version listed profiles in orders."""

GroupKey = tuple[str, str]
"""Kind and id of a group."""

Memberships = dict[GroupKey, str]
"""Each membership with the text by which the profile is sorted in it."""

MembershipWrites = dict[GroupKey, str | None]
"""Memberships to put, each with the text to sort it by, and to delete (None)."""

_GroupField = Literal["tags", "classes", "lists", "kept_out", "segments", "candidates"]
_GROUP_FIELDS: tuple[tuple[_GroupField, str], ...] = (
    ("tags", TAG_GROUP),
    ("classes", CLASS_GROUP),
    ("lists", LIST_GROUP),
    ("kept_out", KEPT_OUT_GROUP),
    ("segments", SEGMENT_GROUP),
    ("candidates", SEGMENT_GROUP),
)
"""Fields of a card with ids of groups, and the kind of each."""

_MAX_SORT_KEY_LENGTH = 100
_CONTROLS = dict.fromkeys(range(0x20))
"""Characters that would sort before the separator between a text and the id after it."""


def memberships_of(card: Card | None) -> Memberships:
    """Return the groups of a card's profile. An owned profile (None) and a deleted one are in none."""
    if card is None or card["kind"] == IN_TRASH:
        return {}
    kind = card["kind"]
    groups: Memberships = {}
    for name, group in _GROUP_FIELDS:
        if name in card:
            groups |= {(group, id_): kind for id_ in card[name]}
    if card.get("conflicts"):
        groups[CONFLICT_GROUP, OPEN] = kind
    if card.get("parts"):
        groups[CLASS_GROUP, MIXED] = kind
    if responsible := card.get("responsible"):
        groups[RESPONSIBLE_GROUP, responsible] = kind
    return groups


def membership_writes(indexed: Memberships, wanted: Memberships, lag: Memberships | None) -> MembershipWrites:
    """Return the writes by which the index comes to contain the wanted memberships.

    `indexed`: what it contains once all earlier records are consumed. `lag`: what it really contained when the writer
    of the profile read it: then all memberships are written, because the index may have changed until now.
    """
    writes: MembershipWrites = dict.fromkeys(sorted((indexed.keys() | (lag or {}).keys()) - wanted.keys()))
    return writes | {
        entry: text for entry, text in sorted(wanted.items()) if lag is not None or indexed.get(entry) != text
    }


def listed_orders(card: Card | None) -> dict[str, str]:
    """Return the orders that list the profile of a card, each with its sort text.

    Only recognised profiles are listed: by last transaction only those that have one, by its day (UTC), so that a
    second purchase on a day changes no index; by last name and company only those that have one. Equal last names are
    ordered by first name.
    """
    if card is None or card["kind"] != RECOGNISED:
        return {}
    texts = {order: sort_text(card.get(order)) for order in (CREATED_ORDER, NAME, _EMAIL)}
    if LAST_TRANSACTION in card:
        texts[LAST_TRANSACTION] = day_text(card[LAST_TRANSACTION])
    if _LAST_NAME in card:
        texts[_LAST_NAME] = sort_text(folded(f"{card[_LAST_NAME]} {card.get('first_name', '')}"))
    if _COMPANY in card:
        texts[_COMPANY] = sort_text(folded(card[_COMPANY]))
    # A text of blanks and controls only is none.
    return {order: text for order, text in texts.items() if text or order not in {_LAST_NAME, _COMPANY}}


def listed_in(card: Card | None) -> Memberships:
    """Return the groups and the orders that list the profile of a card, the orders under the kind ORDER_KIND."""
    return memberships_of(card) | {(ORDER_KIND, order): text for order, text in listed_orders(card).items()}


def former_orders(card: Card | None) -> Memberships:
    """Return the memberships by which an earlier version listed the profile of a card in orders."""
    if card is None or card["kind"] != RECOGNISED:
        return {}
    return {(ORDER_KIND, order): sort_text(card.get(order)) for order in LISTED_ORDERS}


def day_text(at: int) -> str:
    """Return the sort text of the day (UTC) of an instant (epoch ms)."""
    return sort_text(at // DAY_MS * DAY_MS)


def build_name(segment_id: str, build: int) -> str:
    """Return the name of a build's group: a new build's customers are collected while the previous one serves."""
    return f"{segment_id}.{build}"


def segments_of(card: Card | None) -> frozenset[str]:
    """Return the ids of the segments that the profile of a card is in, by the serving builds."""
    if card is None or "segments" not in card or card["kind"] == IN_TRASH:
        return frozenset()
    return frozenset(build.partition(".")[0] for build in card["segments"])


def listed_id(card: Card | None, profile_id: str) -> str:
    """Return the id under which the API shows the customer of a canonical profile: another one after a
    merge by hand.
    """
    return card.get("id", profile_id) if card else profile_id


def sort_text(value: Any) -> str:
    """Return a text that sorts as the values do: instants by time, names without regard to case; empty for none."""
    if value is None:
        return ""
    if isinstance(value, int):
        return f"{value:015d}"
    return " ".join(str(value).casefold().split()).translate(_CONTROLS)[:_MAX_SORT_KEY_LENGTH]
