"""Orders of the list of profiles. Each walks an index, reading as it goes, or sorts the cards of a small group."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from itertools import count, groupby, islice
from operator import itemgetter
from typing import Any, NamedTuple, Protocol

from crm.domain.card import RECOGNISED, last_activity, seen_hour
from crm.domain.filters import Card
from crm.domain.memberships import sort_text
from crm.storage.groups import in_order
from crm.storage.profiles import last_seen_order

EXACT_PER_HOUR = 1000
"""The index knows the hour. Within one, this many profiles at a time are put in exact order, by id beyond that."""

READ_TOGETHER = 100
"""Profiles that one call of DynamoDB reads."""

Position = dict[str, Any]
"""Where a page ends: what the cursor holds."""

Read = Callable[[list[str]], Mapping[str, Card]]


class Stop(NamedTuple):
    """A profile on the way, and the position from which it goes on behind it."""

    position: Position
    id: str
    card: Card


class Order(Protocol):
    """`start` is the position of the last profile that was passed."""

    @property
    def kinds(self) -> tuple[str, ...]:
        """Of the profiles that it lists."""

    def walk(self, read: Read, start: Position | None, at_once: int) -> Iterator[Stop]:
        """Every profile of these kinds, read about so many at once. Lazy."""

    def sort(self, cards: Mapping[str, Card], start: Position | None) -> Iterator[Stop]:
        """These profiles."""


@dataclass(frozen=True, slots=True)
class _Place:
    """The hour, the part of it (None: of several hours sorted at once), exact last activity (ms) and id."""

    hour: str
    part: int | None
    seen: int
    id: str


class _Part(NamedTuple):
    hour: str
    number: int
    ids: list[str]


@dataclass(frozen=True, slots=True)
class ByLastActivity:
    """By last activity, then id."""

    kinds: tuple[str, ...]
    descending: bool

    def walk(self, read: Read, start: Position | None, at_once: int) -> Iterator[Stop]:
        last = _Place(**start) if start else None
        for batch in _batches(self._parts(last), at_once):
            cards = read([id_ for part in batch for id_ in part.ids])
            for part in batch:
                found = {id_: cards[id_] for id_ in part.ids if id_ in cards}
                for seen, id_ in self._exactly(found):
                    place = _Place(part.hour, part.number, seen, id_)
                    if last is None or self._is_behind(place, last):
                        yield Stop(asdict(place), id_, cards[id_])

    def sort(self, cards: Mapping[str, Card], start: Position | None) -> Iterator[Stop]:
        last = (start["seen"], start["id"]) if start else None
        for seen, id_ in self._exactly(cards):
            if last is None or _is_later((seen, id_), last, self.descending):
                place = _Place(seen_hour(cards[id_]), None, seen, id_)
                yield Stop(asdict(place), id_, cards[id_])

    def _exactly(self, cards: Mapping[str, Card]) -> list[tuple[int, str]]:
        return sorted(((last_activity(card), id_) for id_, card in cards.items()), reverse=self.descending)

    def _parts(self, last: _Place | None) -> Iterator[_Part]:
        hour = last.hour if last else None
        entries = last_seen_order(self.kinds, newest_first=self.descending, hour=hour)
        for hour_, group in groupby(entries, key=itemgetter(0)):
            ids = (id_ for _, id_ in group)
            for number in count():
                chunk = list(islice(ids, EXACT_PER_HOUR))
                if not chunk:
                    break
                if not (last and hour_ == last.hour and number < (last.part or 0)):
                    yield _Part(hour_, number, chunk)

    def _is_behind(self, place: _Place, last: _Place) -> bool:
        if place.hour != last.hour or (last.part is not None and place.part != last.part):
            return True
        return _is_later((place.seen, place.id), (last.seen, last.id), self.descending)


@dataclass(frozen=True, slots=True)
class ByText:
    """By a field of the card as its sort text, then id. Recognised profiles only: no others are in this index."""

    field: str
    descending: bool
    kinds: tuple[str, ...] = (RECOGNISED,)

    def walk(self, read: Read, start: Position | None, at_once: int) -> Iterator[Stop]:
        last = (start["text"], start["id"]) if start else None
        entries = in_order(self.field, descending=self.descending, start=last, page=at_once)
        behind = (entry for entry in entries if entry != last)
        while chunk := list(islice(behind, at_once)):
            cards = read([id_ for _, id_ in chunk])
            for text, id_ in chunk:
                if id_ in cards:
                    yield Stop({"text": text, "id": id_}, id_, cards[id_])

    def sort(self, cards: Mapping[str, Card], start: Position | None) -> Iterator[Stop]:
        last = (start["text"], start["id"]) if start else None
        places = ((sort_text(card.get(self.field)), id_) for id_, card in cards.items())
        for place in sorted(places, reverse=self.descending):
            if last is None or _is_later(place, last, self.descending):
                yield Stop({"text": place[0], "id": place[1]}, place[1], cards[place[1]])


def _is_later(place: tuple[Any, str], last: tuple[Any, str], descending: bool) -> bool:
    return place < last if descending else place > last


def _batches(parts: Iterable[_Part], at_once: int) -> Iterator[list[_Part]]:
    """Hours in which few were active are read together."""
    batch: list[_Part] = []
    size = 0
    for part in parts:
        if batch and (size >= at_once or size + len(part.ids) > READ_TOGETHER):
            yield batch
            batch, size = [], 0
        batch.append(part)
        size += len(part.ids)
    if batch:
        yield batch
