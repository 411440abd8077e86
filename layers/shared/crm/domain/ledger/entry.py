"""One object in the ledger: the contributions of its events, by the day of the key."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from crm.domain.ledger.contributions import Contributions, earliest_first
from crm.domain.times import DAY_MS


class LedgerObject(dict[int, Contributions]):
    """The contributions to one object, by position: twice the UTC day of the key, and 1 more in the last piece of a
    dense day.

    An entry never changes once it is in a ledger, so that it caches what is derived from it: its `stored` form and
    the `order` of it alone, each None until it is needed.
    """

    __slots__ = ("order", "stored")

    def __init__(
        self,
        contributions: Mapping[int, Contributions] = MappingProxyType({}),
        stored: list[Any] | None = None,
    ) -> None:
        super().__init__(contributions)
        self.stored = stored
        self.order: Any = None


Page = dict[str, LedgerObject]
MAX_PLACES = 20
"""Maximum days that contribute to one object: those of the highest rank, and of these the first ones."""


def combined(entry: LedgerObject) -> Contributions:
    """Combine all contributions to one object."""
    found = list(entry.values())
    return found[0] if len(found) == 1 else sum(found[1:], found[0])


def time_of(entry: LedgerObject) -> int:
    """Return when an object was completed, else the last day that contributed to it (epoch ms)."""
    firsts = [contributions.first for contributions in entry.values() if contributions.first is not None]
    if firsts:
        return min(firsts, key=earliest_first).at
    return max(entry) // 2 * DAY_MS


def bounded(entry: LedgerObject) -> LedgerObject:
    """Return the part of an entry that is kept."""
    if len(entry) <= MAX_PLACES:
        return entry
    order = sorted(entry, key=lambda place: (-entry[place].rank, place))
    return LedgerObject({place: entry[place] for place in order[:MAX_PLACES]})
