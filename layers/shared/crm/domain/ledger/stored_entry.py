"""The stored form of entries of a ledger: compact JSON.

Times are relative to the day of the entry; stamps are stored once.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from crm.domain.ledger.contributions import Contributions, ContributionStamp, Latest, Once
from crm.domain.ledger.entry import LedgerObject, Page
from crm.domain.times import DAY_MS


def dump_entries(entries: Page) -> dict[str, Any]:
    """Serialise entries."""
    return {key: dump_entry(entries[key]) for key in sorted(entries)}


def load_entries(document: Mapping[str, Any]) -> Page:
    """Restore the entries that `dump_entries` wrote."""
    return {key: _load_entry(entry) for key, entry in document.items()}


def dump_entry(entry: LedgerObject) -> list[Any]:
    """Serialise one entry; the result is cached in it."""
    if entry.stored is None:
        entry.stored = [[place, _dump_contributions(entry[place], place // 2)] for place in sorted(entry)]
    return entry.stored


def _load_entry(document: list[Any]) -> LedgerObject:
    return LedgerObject(
        {place: _load_contributions(contributions, place // 2) for place, contributions in document}, document
    )


def _dump_contributions(contributions: Contributions, day: int) -> dict[str, Any]:
    listed: dict[ContributionStamp, int] = {}

    def place(word: ContributionStamp) -> int:
        return listed.setdefault(word, len(listed))

    document = {
        "f": None if contributions.first is None else place(contributions.first) + 1,
        "a": _dump_latest(contributions.amounts, place),
        "c": _dump_latest(contributions.currency, place),
        "s": _dump_latest(contributions.so_far, place),
        "x": contributions.cancelled + 1,
        "r": contributions.refunded + 1,
        "p": [[*where, amount] for where, amount in sorted(contributions.refunds.items())],
        "o": {
            name: [place(one.word), one.day - day, one.kept]
            for name, one in sorted(contributions.once.items())
        },
    }
    document["w"] = [[word.rank, word.at - day * DAY_MS, word.tie, word.key_at - word.at] for word in listed]
    return {name: value for name, value in document.items() if value}


def _dump_latest(latest: Latest | None, place: Any) -> list[Any] | None:
    return None if latest is None else [place(latest.word), latest.value]


def _load_contributions(document: Mapping[str, Any], day: int) -> Contributions:
    begins = day * DAY_MS
    contributions = [
        ContributionStamp(rank, begins + after, tie, begins + after + later)
        for rank, after, tie, later in document.get("w", ())
    ]
    return Contributions(
        contributions[document["f"] - 1] if "f" in document else None,
        Latest(contributions[document["a"][0]], tuple(document["a"][1])) if "a" in document else None,
        _load_latest(document.get("c"), contributions),
        _load_latest(document.get("s"), contributions),
        document.get("x", 0) - 1,
        document.get("r", 0) - 1,
        {(rank, currency): amount for rank, currency, amount in document.get("p", ())},
        {
            name: Once(contributions[place], after + day, kept)
            for name, (place, after, kept) in document.get("o", {}).items()
        },
    )


def _load_latest(document: Sequence[Any] | None, contributions: Sequence[ContributionStamp]) -> Latest | None:
    return None if document is None else Latest(contributions[document[0]], document[1])
