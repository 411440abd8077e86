"""Order the list by an instant of which the index holds only the hour or the day, so that it changes rarely."""

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from itertools import count, groupby, islice
from operator import itemgetter
from typing import NamedTuple

from crm.domain.card import last_activity, seen_hour
from crm.domain.card_fields import RECOGNISED, Card
from crm.domain.memberships import CREATED_ORDER, LAST_TRANSACTION, day_text, sort_text
from crm.services.profiles.list_orders import READ_TOGETHER, PagePosition, ReadCards, Stop, is_later
from crm.storage.orders import in_order
from crm.storage.profiles import last_seen_order

EXACT_TOGETHER = 1000
"""Profiles of one hour or day that are sorted exactly together; further groups of the hour follow by id."""


@dataclass(frozen=True, slots=True)
class _Place:
    """A place in the order: hour or day, part of it (None: several were sorted at once), exact instant (ms) and id."""

    hour: str
    part: int | None
    seen: int
    id: str


class _Part(NamedTuple):
    hour: str
    number: int
    ids: list[str]


@dataclass(frozen=True, slots=True)
class _ByTime:
    """Order by an instant, then id."""

    kinds: tuple[str, ...]
    descending: bool

    @abstractmethod
    def _entries(self, hour: str | None) -> Iterator[tuple[str, str]]:
        """Yield (hour or day, profile id), ordered by both, from this hour or day on. Lazy."""

    @abstractmethod
    def _hour(self, card: Card) -> str: ...

    @abstractmethod
    def _instant(self, card: Card) -> int: ...

    def walk(self, read: ReadCards, start: PagePosition | None, at_once: int) -> Iterator[Stop]:
        last = _Place(**start) if start else None
        for batch in _batches(self._parts(last), at_once):
            cards = read([id_ for part in batch for id_ in part.ids])
            for part in batch:
                found = {id_: cards[id_] for id_ in part.ids if id_ in cards}
                for seen, id_ in self._exactly(found):
                    place = _Place(part.hour, part.number, seen, id_)
                    if last is None or self._is_behind(place, last):
                        yield Stop(asdict(place), id_, cards[id_])

    def sort(self, cards: Mapping[str, Card], start: PagePosition | None) -> Iterator[Stop]:
        last = (start["seen"], start["id"]) if start else None
        for seen, id_ in self._exactly(cards):
            if last is None or is_later((seen, id_), last, self.descending):
                place = _Place(self._hour(cards[id_]), None, seen, id_)
                yield Stop(asdict(place), id_, cards[id_])

    def _exactly(self, cards: Mapping[str, Card]) -> list[tuple[int, str]]:
        return sorted(((self._instant(card), id_) for id_, card in cards.items()), reverse=self.descending)

    def _parts(self, last: _Place | None) -> Iterator[_Part]:
        for hour, group in groupby(self._entries(last.hour if last else None), key=itemgetter(0)):
            ids = (id_ for _, id_ in group)
            for number in count():
                chunk = list(islice(ids, EXACT_TOGETHER))
                if not chunk:
                    break
                if not (last and hour == last.hour and number < (last.part or 0)):
                    yield _Part(hour, number, chunk)

    def _is_behind(self, place: _Place, last: _Place) -> bool:
        if place.hour != last.hour or (last.part is not None and place.part != last.part):
            return True
        return is_later((place.seen, place.id), (last.seen, last.id), self.descending)


class ByLastActivity(_ByTime):
    """Order by last activity, then id."""

    def _entries(self, hour: str | None) -> Iterator[tuple[str, str]]:
        return last_seen_order(self.kinds, newest_first=self.descending, hour=hour)

    def _hour(self, card: Card) -> str:
        return seen_hour(card)

    def _instant(self, card: Card) -> int:
        return last_activity(card)


class _ByTransactionTime(_ByTime):
    """Order by last transaction, then id."""

    def _entries(self, hour: str | None) -> Iterator[tuple[str, str]]:
        start = (hour, "~" if self.descending else "") if hour else None
        return in_order(LAST_TRANSACTION, descending=self.descending, start=start)

    def _hour(self, card: Card) -> str:
        return day_text(self._instant(card))

    def _instant(self, card: Card) -> int:
        return int(card.get(LAST_TRANSACTION, 0))


@dataclass(frozen=True, slots=True)
class ByLastTransaction:
    """Order by last transaction, then id. Profiles without one follow in either direction, by creation.

    Recognised profiles only.
    """

    descending: bool
    kinds: tuple[str, ...] = (RECOGNISED,)

    def walk(self, read: ReadCards, start: PagePosition | None, at_once: int) -> Iterator[Stop]:
        if start is None or CREATED_ORDER not in start:
            for stop in self._having.walk(read, _place_of(start), at_once):
                yield stop._replace(listed=LAST_TRANSACTION in stop.card)
            start = None
        last = (start[CREATED_ORDER], start["id"]) if start else None
        entries = in_order(CREATED_ORDER, descending=self.descending, start=last, page=at_once)
        behind = (entry for entry in entries if entry != last)
        while chunk := list(islice(behind, at_once)):
            cards = read([id_ for _, id_ in chunk])
            for created, id_ in chunk:
                if id_ in cards:
                    lacks = LAST_TRANSACTION not in cards[id_]
                    yield Stop({CREATED_ORDER: created, "id": id_}, id_, cards[id_], lacks)

    def sort(self, cards: Mapping[str, Card], start: PagePosition | None) -> Iterator[Stop]:
        having = {id_: card for id_, card in cards.items() if LAST_TRANSACTION in card}
        if start is None or CREATED_ORDER not in start:
            yield from self._having.sort(having, _place_of(start))
            start = None
        last = (start[CREATED_ORDER], start["id"]) if start else None
        lacking = ((sort_text(cards[id_].get(CREATED_ORDER)), id_) for id_ in cards.keys() - having.keys())
        for created, id_ in sorted(lacking, reverse=self.descending):
            if last is None or is_later((created, id_), last, self.descending):
                yield Stop({CREATED_ORDER: created, "id": id_}, id_, cards[id_])

    @property
    def _having(self) -> _ByTransactionTime:
        return _ByTransactionTime(self.kinds, self.descending)


def _place_of(start: PagePosition | None) -> PagePosition | None:
    """Return the place of a position. Cursors of the previous version hold the sort text of the exact instant."""
    if start is None or "text" not in start:
        return start
    if not start["text"]:
        return None
    seen = int(start["text"])
    return asdict(_Place(day_text(seen), None, seen, start["id"]))


def _batches(parts: Iterable[_Part], at_once: int) -> Iterator[list[_Part]]:
    """Group hours with few active profiles into batches that are read together."""
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
