"""Memberships: the groups a canonical profile is in, and the orders it is listed by, as its card says."""

from typing import Any

from crm.domain.times import DAY_MS

TAG, CLASS, LIST, RESPONSIBLE, SEGMENT = "tag", "class", "list", "responsible", "segment"
CONFLICT, OPEN = "conflict", "open"
"""The group of people with an identity about which somebody has to decide."""

MIXED = "*"
"""In the place of a class: customers whose parts are not of the same classes. No class is called so."""

CREATED, LAST_TRANSACTION, NAME, EMAIL = "created", "last_transaction", "name", "email"
ORDERS = (CREATED, LAST_TRANSACTION, NAME, EMAIL)
"""What recognised profiles can be listed by, beside their last activity."""

ORDER = "order"
"""Kind of the memberships by which a version before listed profiles in orders."""

Membership = tuple[str, str]
"""Kind and id of a group."""

Memberships = dict[Membership, str]
"""Each with the text by which the profile is sorted in it."""

_LISTED = (("tags", TAG), ("classes", CLASS), ("lists", LIST), ("segments", SEGMENT), ("candidates", SEGMENT))
"""What of a card lists ids of groups, and of which kind."""

_LONGEST_SORT = 100
_CONTROLS = dict.fromkeys(range(0x20))
"""They would sort before what separates a text from the id behind it."""


def memberships_of(card: dict[str, Any] | None) -> Memberships:
    """None, the card of a profile that is owned, is in nothing; nor is a deleted one."""
    if card is None or card["kind"] == "deleted":
        return {}
    kind = card["kind"]
    groups: Memberships = {}
    for name, group in _LISTED:
        if name in card:
            groups |= {(group, id_): kind for id_ in card[name]}
    if card.get("conflicts"):
        groups[CONFLICT, OPEN] = kind
    if card.get("parts"):
        groups[CLASS, MIXED] = kind
    if responsible := card.get("responsible"):
        groups[RESPONSIBLE, responsible] = kind
    return groups


def orders_of(card: dict[str, Any] | None) -> dict[str, str]:
    """The orders that list the profile of a card, each with its sort text.

    Only recognised profiles are listed, and by last transaction only those that have one, by its day (UTC): a second
    purchase on a day changes no index.
    """
    if card is None or card["kind"] != "recognised":
        return {}
    texts = {order: sort_text(card.get(order)) for order in (CREATED, NAME, EMAIL)}
    if LAST_TRANSACTION in card:
        texts[LAST_TRANSACTION] = day_text(card[LAST_TRANSACTION])
    return texts


def listed_in(card: dict[str, Any] | None) -> Memberships:
    """The groups and the orders that list the profile of a card, the latter as the kind ORDER."""
    return memberships_of(card) | {(ORDER, order): text for order, text in orders_of(card).items()}


def former_orders(card: dict[str, Any] | None) -> Memberships:
    """The memberships by which the version before listed the profile of a card in orders."""
    if card is None or card["kind"] != "recognised":
        return {}
    return {(ORDER, order): sort_text(card.get(order)) for order in ORDERS}


def day_text(at: int) -> str:
    """The sort text of the day (UTC) of an instant (epoch ms)."""
    return sort_text(at // DAY_MS * DAY_MS)


def build_name(segment_id: str, build: int) -> str:
    """What a segment's group is called: the customers of a new build are gathered while the former one serves."""
    return f"{segment_id}.{build}"


def segments_of(card: dict[str, Any] | None) -> frozenset[str]:
    """Ids of the segments that the profile of a card is in, by the builds that serve."""
    if card is None or "segments" not in card or card["kind"] == "deleted":
        return frozenset()
    return frozenset(build.partition(".")[0] for build in card["segments"])


def listed_id(card: dict[str, Any] | None, profile_id: str) -> str:
    """The id under which the API shows the customer of a canonical profile: another one after a merge by hand."""
    id_: str = card.get("id", profile_id) if card else profile_id
    return id_


def sort_text(value: Any) -> str:
    """Text whose order is that of the values: instants by time, names without regard to case; empty for none."""
    if value is None:
        return ""
    if isinstance(value, int):
        return f"{value:015d}"
    return " ".join(str(value).casefold().split()).translate(_CONTROLS)[:_LONGEST_SORT]
