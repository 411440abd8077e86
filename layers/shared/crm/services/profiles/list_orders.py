"""Sort orders of the list of profiles. Each walks an index lazily, or sorts the cards of a small group."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, NamedTuple, Protocol

from crm.domain.card_fields import RECOGNISED, Card
from crm.domain.memberships import sort_text
from crm.storage.orders import in_order

READ_TOGETHER = 100
"""Profiles that one call of DynamoDB reads."""

PagePosition = dict[str, Any]
"""Where a page ends: the content of the cursor."""

ReadCards = Callable[[list[str]], Mapping[str, Card]]


class Stop(NamedTuple):
    """A profile in the walk, and the position after it.

    One that is not `listed` has its place elsewhere in the order.
    """

    position: PagePosition
    id: str
    card: Card
    listed: bool = True


class ListOrder(Protocol):
    """A sort order. `start` is the position of the last profile that was passed."""

    @property
    def kinds(self) -> tuple[str, ...]:
        """Return the kinds of profiles that the order lists."""

    def walk(self, read: ReadCards, start: PagePosition | None, at_once: int) -> Iterator[Stop]:
        """Yield every profile of these kinds, reading about `at_once` together. Lazy."""

    def sort(self, cards: Mapping[str, Card], start: PagePosition | None) -> Iterator[Stop]:
        """Yield these profiles in order."""


@dataclass(frozen=True, slots=True)
class ByText:
    """Order by the sort text of a card's field, then id. Only recognised profiles are in this index."""

    field: str
    descending: bool
    kinds: tuple[str, ...] = (RECOGNISED,)

    def walk(self, read: ReadCards, start: PagePosition | None, at_once: int) -> Iterator[Stop]:
        last = (start["text"], start["id"]) if start else None
        entries = in_order(self.field, descending=self.descending, start=last, page=at_once)
        behind = (entry for entry in entries if entry != last)
        while chunk := list(islice(behind, at_once)):
            cards = read([id_ for _, id_ in chunk])
            for text, id_ in chunk:
                if id_ in cards:
                    yield Stop({"text": text, "id": id_}, id_, cards[id_])

    def sort(self, cards: Mapping[str, Card], start: PagePosition | None) -> Iterator[Stop]:
        last = (start["text"], start["id"]) if start else None
        places = ((sort_text(card.get(self.field)), id_) for id_, card in cards.items())
        for place in sorted(places, reverse=self.descending):
            if last is None or is_later(place, last, self.descending):
                yield Stop({"text": place[0], "id": place[1]}, place[1], cards[place[1]])


def is_later(place: tuple[Any, str], last: tuple[Any, str], descending: bool) -> bool:
    return place < last if descending else place > last
