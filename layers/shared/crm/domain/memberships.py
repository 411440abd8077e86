"""Memberships: the groups a canonical profile is in, and the orders it is listed by, as its card says."""

from typing import Any

TAG, CLASS, LIST, RESPONSIBLE, SEGMENT = "tag", "class", "list", "responsible", "segment"
CONFLICT, OPEN = "conflict", "open"
"""The group of people with an identity about which somebody has to decide."""

MIXED = "*"
"""In the place of a class: customers whose parts are not of the same classes. No class is called so."""

ORDER = "order"
ORDERS = ("created", "last_transaction", "name", "email")
"""What recognised profiles can be listed by, beside their last activity."""

Membership = tuple[str, str]
"""Kind and id of a group; `("order", "name")` for an order."""

Memberships = dict[Membership, str]
"""Each with the text by which the profile is sorted in it."""

_LONGEST_SORT = 100
_CONTROLS = dict.fromkeys(range(0x20))
"""They would sort before what separates a text from the id behind it."""


def memberships_of(card: dict[str, Any] | None) -> Memberships:
    """None, the card of a profile that is owned, is in nothing; nor is a deleted one."""
    if card is None or card["kind"] == "deleted":
        return {}
    kind = card["kind"]
    groups: Memberships = {(TAG, tag): kind for tag in card.get("tags", ())}
    groups |= {(CLASS, class_): kind for class_ in card.get("classes", ())}
    if card.get("conflicts"):
        groups[CONFLICT, OPEN] = kind
    if card.get("parts"):
        groups[CLASS, MIXED] = kind
    groups |= {(LIST, list_): kind for list_ in card.get("lists", ())}
    groups |= {(SEGMENT, build): kind for build in (*card.get("segments", ()), *card.get("candidates", ()))}
    if responsible := card.get("responsible"):
        groups[RESPONSIBLE, responsible] = kind
    if kind == "recognised":
        groups |= {(ORDER, order): sort_text(card.get(order)) for order in ORDERS}
    return groups


def build_name(segment_id: str, build: int) -> str:
    """What a segment's group is called: the customers of a new build are gathered while the former one serves."""
    return f"{segment_id}.{build}"


def segments_of(card: dict[str, Any] | None) -> frozenset[str]:
    """Ids of the segments that the profile of a card is in, by the builds that serve."""
    if card is None or card["kind"] == "deleted":
        return frozenset()
    return frozenset(build.partition(".")[0] for build in card.get("segments", ()))


def sort_text(value: Any) -> str:
    """Text whose order is that of the values: instants by time, names without regard to case; empty for none."""
    if value is None:
        return ""
    if isinstance(value, int):
        return f"{value:015d}"
    return " ".join(str(value).casefold().split()).translate(_CONTROLS)[:_LONGEST_SORT]
