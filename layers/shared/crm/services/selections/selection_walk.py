"""Walk a selection: all its customers, from any position on, in an order that activity does not disturb.

Recognised customers are walked by creation. Anonymous ones have no such order: they are walked by last activity,
ascending, so that a customer who is active meanwhile moves ahead and is visited again rather than missed.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain, dropwhile, islice, takewhile
from typing import NamedTuple, NotRequired, TypedDict, cast

from crm.domain.api_key import Principal
from crm.domain.card_fields import ANONYMOUS, RECOGNISED, Card
from crm.domain.conditions.filter_names import reads_texts
from crm.domain.conditions.list_filters import Predicate, card_filter
from crm.domain.json_text import JsonObject
from crm.domain.memberships import (
    CLASS_GROUP,
    LIST_GROUP,
    RESPONSIBLE_GROUP,
    SEGMENT_GROUP,
    TAG_GROUP,
    GroupKey,
)
from crm.services.profiles import people
from crm.services.profiles.cards import read_cards
from crm.services.projection.isolation import isolate
from crm.services.ruleset import ruleset
from crm.storage.groups import group_ids
from crm.storage.orders import in_order
from crm.storage.profiles import last_seen_order

SELECTION = "selection"
ANY_PROFILE = "any"
_KINDS = {ANY_PROFILE: (ANONYMOUS, RECOGNISED), ANONYMOUS: (ANONYMOUS,), RECOGNISED: (RECOGNISED,)}
"""Kinds in this order: a customer who is recognised during the walk is visited again rather than missed."""

READ_AT_ONCE = 100
"""Profiles that one call of DynamoDB reads."""

_Entry = tuple[str, str]


class SelectionPosition(TypedDict):
    """The number of the part of a walk, and its last entry."""

    leg: int
    last: Sequence[str]


class Selection(TypedDict):
    """A selection as it is stored: how it was made, of which kind and classes, and the ids or the filter.

    `action`: what a bulk job does with the customers.
    """

    by: str
    kind: str
    classes: list[str] | None
    ids: NotRequired[list[str]]
    filter: NotRequired[JsonObject]
    action: NotRequired[JsonObject]


_ReadCards = Callable[[Sequence[str]], dict[str, Card]]
_Part = Callable[[_Entry | None], Iterator[_Entry]]
"""A part of the walk: (text to sort by, profile id), ascending, from an entry (inclusive) on."""

_ALL_OF = (TAG_GROUP, LIST_GROUP, SEGMENT_GROUP)
_ONE_OF = (RESPONSIBLE_GROUP, CLASS_GROUP)
"""Kinds of groups, and the filters of the same names: all values of an _ALL_OF filter must match, one of a _ONE_OF."""


class _Step(NamedTuple):
    """Canonical ids that were visited, some perhaps twice, and the position after them."""

    ids: list[str]
    position: SelectionPosition


@dataclass(frozen=True, slots=True)
class _Plan:
    """The parts of a walk. `kept` returns which of some ids are selected."""

    parts: Sequence[_Part]
    kept: Callable[[Sequence[str]], list[str]]


def walk(
    selection: Selection, viewer: Principal, start: SelectionPosition | None, *, now: int
) -> Iterator[_Step]:
    """Yield all customers behind `start`, a few at a time. `now` (epoch ms): the base of relative dates. Lazy."""
    plan = _by_hand(selection, viewer) if "ids" in selection else _through_indexes(selection, viewer, now)
    begun, last = (start["leg"], cast("_Entry", tuple(start["last"]))) if start else (0, None)
    for number in range(begun, len(plan.parts)):
        after = last if number == begun else None
        entries = _behind(after, plan.parts[number](after))
        while chunk := list(islice(entries, READ_AT_ONCE)):
            yield _Step(plan.kept([id_ for _, id_ in chunk]), {"leg": number, "last": chunk[-1]})


def _behind(last: _Entry | None, entries: Iterator[_Entry]) -> Iterator[_Entry]:
    return entries if last is None else dropwhile(lambda entry: entry <= last, entries)


def _by_hand(selection: Selection, viewer: Principal) -> _Plan:
    ids: list[str] = selection["ids"]
    kinds = _KINDS[selection["kind"]]

    def part(start: _Entry | None) -> Iterator[_Entry]:
        begin = int(start[0]) if start else 0
        return ((f"{at:06d}", ids[at]) for at in range(begin, len(ids)))

    def kept(chunk: Sequence[str]) -> list[str]:
        read = isolate(chunk, people.find_many, during=SELECTION)
        found = dict(chain.from_iterable(some.items() for some in read.results))
        seen = (found[id_] for id_ in chunk if id_ in found)
        ids = [person.root.id for person in seen if person.visible_to(viewer) and person.kind in kinds]
        # Unreadable profiles stay in the selection: the job counts and names them.
        return ids + read.failed

    return _Plan([part], kept)


def _through_indexes(selection: Selection, viewer: Principal, now: int) -> _Plan:
    filters, kinds = selection["filter"], _KINDS[selection["kind"]]
    groups, left = _groups(filters, viewer)
    if groups:
        parts: list[_Part] = [partial(_in_group, group, kind) for kind in kinds for group in groups]
    else:
        parts = [_PARTS[kind] for kind in kinds]
    if not left and viewer.classes is None:
        return _Plan(parts, list)
    passes = card_filter(left, now, ruleset.local_days())
    return _Plan(
        parts,
        partial(_passing, passes, viewer, kinds, partial(read_cards, now=now, whole=reads_texts(left))),
    )


def _groups(filters: JsonObject, viewer: Principal) -> tuple[list[GroupKey], JsonObject]:
    """Return groups of which every match is in one, and the filters that they do not answer already."""
    for kind in (*_ALL_OF, *_ONE_OF):
        if values := filters.get(kind):
            walked = values if kind in _ONE_OF else values[:1]
            left = {name: value for name, value in filters.items() if name != kind or walked != values}
            return [(kind, id_) for id_ in walked], left
    return _own_groups(viewer), filters


def _own_groups(viewer: Principal) -> list[GroupKey]:
    return [(CLASS_GROUP, class_) for class_ in sorted(viewer.classes or ())]


def _in_group(group: GroupKey, kind: str, start: _Entry | None) -> Iterator[_Entry]:
    entries = group_ids(*group, start=start or (kind, ""))
    return takewhile(lambda entry: entry[0] == kind, entries)


def _by_creation(start: _Entry | None) -> Iterator[_Entry]:
    return in_order("created", descending=False, start=start)


def _by_last_activity(start: _Entry | None) -> Iterator[_Entry]:
    return last_seen_order((ANONYMOUS,), newest_first=False, hour=start[0] if start else None)


_PARTS: dict[str, _Part] = {RECOGNISED: _by_creation, ANONYMOUS: _by_last_activity}


def _passing(
    passes: Predicate, viewer: Principal, kinds: Sequence[str], read_some: _ReadCards, ids: Sequence[str]
) -> list[str]:
    read = isolate(ids, read_some, during=SELECTION)
    cards = dict(chain.from_iterable(some.items() for some in read.results))
    found = ((id_, cards[id_]) for id_ in ids if id_ in cards)
    return [id_ for id_, card in found if card["kind"] in kinds and viewer.sees_card(card) and passes(card)]
