"""Subjects of events by name: the specs' names and usual synonyms, then all words (`event_categories.json`)."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from crm.domain.event_words import split, stem

_FILE: Final = Path(__file__).with_name("event_categories.json")

MAX_LENGTH_READ = 200
"""Maximum characters of a name that are read."""

_MIN_KNOWN_LENGTH = 2
"""Minimum words of a name after an unknown prefix: one word alone is not conclusive."""

Stems = frozenset[str]


@dataclass(frozen=True, slots=True)
class _Table:
    """The compiled table.

    `ranks`: the row of each word; `phrases`: rows of several words, the first row first. Rows decide in order.
    """

    same: dict[str, str]
    joined: dict[tuple[str, ...], str]
    left_out: frozenset[str]
    noise: Stems
    names: dict[Stems, str] = field(default_factory=dict)
    ranks: dict[str, int] = field(default_factory=dict)
    phrases: list[tuple[int, Stems]] = field(default_factory=list)
    rows: list[str] = field(default_factory=list)


OwnNames = Mapping[Stems, str]
"""Categories that a deployment declared, by the stems that all spellings of a name share."""


def event_subject(name: str, own: OwnNames | None = None) -> str | None:
    """Return the category of an event of this name in any spelling; None if the name suggests none.

    Names that the deployment declared (`own`) go before the table.
    """
    beginning = name[:MAX_LENGTH_READ]
    if own:
        declared = next((own[spelt] for spelt in _spellings(beginning) if spelt in own), None)
        if declared is not None:
            return declared
    return _subject_of(beginning)


def spelling_keys(name: str) -> tuple[Stems, ...]:
    """Return what all spellings of a name share: its stems, and its words written together. Empty without a word."""
    words = split(name)
    stems = frozenset(_stems(words, _table()))
    return (stems, _together(words)) if stems else ()


@lru_cache(maxsize=4096)
def _subject_of(name: str) -> str | None:
    table = _table()
    known = next((table.names[spelt] for spelt in _spellings(name) if spelt in table.names), None)
    return (_of_words(frozenset(_stems(split(name), table)), table) if known is None else known) or None


@lru_cache(maxsize=4096)
def _spellings(name: str) -> tuple[Stems, ...]:
    """Return the stems under which the name may be known, the likeliest first."""
    table = _table()
    words = split(name)
    return (*_candidates(_stems(words, table), table), _together(words))


def _together(words: Sequence[str]) -> Stems:
    return frozenset(["".join(words).lower()])


def _candidates(stems: Sequence[str], table: _Table) -> Iterator[Stems]:
    """Yield the name, then the name without prefixes and marks without meaning (`[Web] Acme: Order Completed v2`)."""
    end = len(stems)
    while end and stems[end - 1] in table.noise:
        end -= 1
    for start, word in enumerate(stems):
        yield frozenset(stems[start:])
        yield frozenset(stems[start:end])
        if word not in table.noise and (word in table.ranks or end - start <= _MIN_KNOWN_LENGTH):
            break
    yield frozenset(word for word in stems if word not in table.noise)


def _of_words(stems: Stems, table: _Table) -> str:
    last = len(table.rows)
    first = min((table.ranks.get(word, last) for word in stems), default=last)
    for rank, phrase in table.phrases:
        if rank >= first:
            break
        if phrase <= stems:
            first = rank
    return table.rows[first] if first < last else ""


def _stems(words: Sequence[str], table: _Table) -> list[str]:
    """Return the stems of these words, with pairs that are often written as two words as one (`sign in`)."""
    kept = [stem(word) for word in words if word.lower() not in table.left_out]
    return _join([table.same.get(word, word) for word in kept], table.joined)


def _join(stems: Sequence[str], joined: dict[tuple[str, ...], str]) -> list[str]:
    found: list[str] = []
    taken = False
    for word, following in pairwise([*stems, ""]):
        if taken:
            taken = False
            continue
        one = joined.get((word, following))
        found.append(one or joined.get((word,), word))
        taken = one is not None
    return found


@cache
def _table() -> _Table:
    file: dict[str, Any] = json.loads(_FILE.read_bytes())
    same = {stem(other): stem(kept) for kept, others in file["same"].items() for other in others.split()}
    table = _Table(
        same=same,
        joined={
            tuple(_stem_each(spelling, same)): stem(joined)
            for joined, spellings in file["joined"].items()
            for spelling in spellings
        },
        left_out=frozenset(file["left_out"].split()),
        noise=frozenset(_stem_each(file["noise"], same)),
    )
    for category, names in file["names"].items():
        for name in names:
            table.names[frozenset(_stems(split(name), table))] = category
            table.names.setdefault(_together(split(name)), category)
    for category, phrases in file["words"]:
        _add_row(table, category, phrases.split(", "))
    return table


def _stem_each(text: str, same: dict[str, str]) -> list[str]:
    return [same.get(found, found) for found in map(stem, text.split())]


def _add_row(table: _Table, category: str, phrases: list[str]) -> None:
    rank = len(table.rows)
    table.rows.append(category)
    for phrase in phrases:
        stems = _stem_each(phrase, table.same)
        if len(stems) == 1:
            table.ranks.setdefault(stems[0], rank)
        else:
            table.phrases.append((rank, frozenset(stems)))
