"""The list of profiles by last activity."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import count, groupby, islice
from typing import Any

from crm.domain.times import iso
from crm.services.reading import KINDS
from crm.storage.profiles import last_seen_order, load_profiles

EXACT_PER_HOUR = 1000
"""The index knows the hour. Within one, this many profiles at a time are put in exact order, by id beyond that."""

_TEXTS = ("name", "email", "phone", "city", "region", "zip", "company")


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a page ends: the hour, the part of it, and the exact last activity (ms) and id within the part."""

    hour: str
    part: int
    seen: int
    id: str

    def is_behind(self, other: "_Place", *, newest_first: bool) -> bool:
        if (self.hour, self.part) != (other.hour, other.part):
            return self.hour != other.hour or self.part > other.part
        if newest_first:
            return (self.seen, self.id) < (other.seen, other.id)
        return (self.seen, self.id) > (other.seen, other.id)


def list_profiles(
    *, kind: str | None, order: str, limit: int, cursor: dict[str, Any] | None
) -> tuple[list[dict[str, Any]], dict[str, Any] | None]:
    """One page by last activity (`order` asc or desc), and the cursor of the next page if there is one."""
    newest_first = order == "desc"
    last = _Place(**cursor) if cursor else None
    entries = last_seen_order(
        (kind,) if kind else KINDS, newest_first=newest_first, hour=last.hour if last else None
    )
    ordered = _exactly_ordered(entries, newest_first=newest_first)
    wanted = (
        found for found in ordered if last is None or found[0].is_behind(last, newest_first=newest_first)
    )
    page = list(islice(wanted, limit + 1))
    shown = page[:limit]
    return [profile for _, profile in shown], asdict(shown[-1][0]) if len(page) > limit else None


def _exactly_ordered(
    entries: Iterator[tuple[str, str]], *, newest_first: bool
) -> Iterator[tuple[_Place, dict[str, Any]]]:
    for hour, group in groupby(entries, key=lambda entry: entry[0]):
        ids = (id_ for _, id_ in group)
        for part in count():
            chunk = list(islice(ids, EXACT_PER_HOUR))
            if not chunk:
                break
            for seen, id_, profile in sorted(_read(chunk), key=lambda p: p[:2], reverse=newest_first):
                yield _Place(hour, part, seen, id_), profile


def _read(ids: list[str]) -> Iterator[tuple[int, str, dict[str, Any]]]:
    for profile in load_profiles(ids, consistent=False).values():
        if profile.card is not None:
            yield profile.card.get("last_seen", 0), profile.id, _listed(profile.id, profile.card)


def _listed(id_: str, card: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": id_,
        "kind": card["kind"],
        **{name: card.get(name) for name in _TEXTS},
        "first_seen": _iso(card.get("created")),
        "last_seen": _iso(card.get("last_seen")),
        "last_transaction_at": _iso(card.get("last_transaction")),
    }


def _iso(milliseconds: int | None) -> str | None:
    return None if milliseconds is None else iso(milliseconds)
