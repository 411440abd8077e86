"""The stored form of entries of a ledger: compact JSON.

Times are relative to the day of the entry; stamps are stored once.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from crm.domain.ledger.entry import LedgerObject, Page
from crm.domain.ledger.words import Contributions, ContributionStamp, Latest, Once
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
        entry.stored = [[place, _dump_words(entry[place], place // 2)] for place in sorted(entry)]
    return entry.stored


def _load_entry(document: list[Any]) -> LedgerObject:
    return LedgerObject({place: _load_words(words, place // 2) for place, words in document}, document)


def _dump_words(words: Contributions, day: int) -> dict[str, Any]:
    listed: dict[ContributionStamp, int] = {}

    def place(word: ContributionStamp) -> int:
        return listed.setdefault(word, len(listed))

    document = {
        "f": None if words.first is None else place(words.first) + 1,
        "a": _dump_latest(words.amounts, place),
        "c": _dump_latest(words.currency, place),
        "s": _dump_latest(words.so_far, place),
        "x": words.cancelled + 1,
        "r": words.refunded + 1,
        "p": [[*where, amount] for where, amount in sorted(words.refunds.items())],
        "o": {name: [place(one.word), one.day - day, one.kept] for name, one in sorted(words.once.items())},
    }
    document["w"] = [[word.rank, word.at - day * DAY_MS, word.tie, word.key_at - word.at] for word in listed]
    return {name: value for name, value in document.items() if value}


def _dump_latest(latest: Latest | None, place: Any) -> list[Any] | None:
    return None if latest is None else [place(latest.word), latest.value]


def _load_words(document: Mapping[str, Any], day: int) -> Contributions:
    begins = day * DAY_MS
    words = [
        ContributionStamp(rank, begins + after, tie, begins + after + later)
        for rank, after, tie, later in document.get("w", ())
    ]
    return Contributions(
        words[document["f"] - 1] if "f" in document else None,
        Latest(words[document["a"][0]], tuple(document["a"][1])) if "a" in document else None,
        _load_latest(document.get("c"), words),
        _load_latest(document.get("s"), words),
        document.get("x", 0) - 1,
        document.get("r", 0) - 1,
        {(rank, currency): amount for rank, currency, amount in document.get("p", ())},
        {
            name: Once(words[place], after + day, kept)
            for name, (place, after, kept) in document.get("o", {}).items()
        },
    )


def _load_latest(document: Sequence[Any] | None, words: Sequence[ContributionStamp]) -> Latest | None:
    return None if document is None else Latest(words[document[0]], document[1])
