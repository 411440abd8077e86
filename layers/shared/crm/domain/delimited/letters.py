"""The likelihood of words in a language, by their letters beyond ASCII and the letters before these.

`letter_statistics.json` holds, for each language, its commonest names and words of columns; and which letters occur
at the beginning of a word (`^`), after a letter of ASCII (`a`) and after any other one (`n`), by four times their
negative logarithm, `a` for all of ASCII. For Chinese, Japanese and Korean it holds characters alone (`*`). `make
letters` counts them again.
"""

import json
import math
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from crm.domain.delimited.typography import is_mark, likelihood_at

_FILE = Path(__file__).with_name("letter_statistics.json")
_START, _ASCII, _OTHER, _ANYWHERE = "^", "a", "n", "*"
_UNKNOWN = math.log(1e-6)
"""A letter that the language does not have."""

_KNOWN = math.log(0.1)
"""A known name of the language, or a known word of its columns."""

_NAME = re.compile(r"[^\W\d_]+")
_LONE = re.compile(r"(?<![^\W_])[^\W\d_\x00-\x7f\u1100-\uffff](?![^\W_])")
_FOREIGN = 0.25
"""Share of foreign words: a list of customers has names of other countries."""

_HUMP = math.log(0.01)
"""A capital letter after a small one."""

_NEXT_TO_DIGIT, _ALONE = math.log(1e-3), math.log(0.03)
"""A letter next to a digit, and one that is a word by itself."""

_STANDARDS = {
    "zh": ("gb2312", 0xD8),
    "zht": ("big5", 0xC9),
    "ja": ("shift_jis", 0x98),
    "ko": ("euc_kr", 0xC9),
}
"""For languages with thousands of characters: a standard, and the first byte after its usual characters."""


Contexts = dict[str, dict[str, float]]
"""Logarithms by the letter before, and by letter."""


class _Table(NamedTuple):
    """The statistics of a language."""

    contexts: Contexts
    words: frozenset[str]


_Tables = dict[str, _Table]


_FOREIGN_LETTERS = {letter: math.log(0.002) for letter in "\u00e9\u00e8\u00ef\u00f6\u00fc\u00f1\u00e7"} | {
    letter: math.log(0.0005)
    for letter in "\u00e1\u00ed\u00f3\u00fa\u00e0\u00e4\u00eb\u00ea\u00e3\u00f8\u00e5\u00f4\u00e2"
}
_ENGLISH = _Table(
    {
        _START: {_ASCII: math.log(0.98), **_FOREIGN_LETTERS},
        _ASCII: {_ASCII: math.log(0.98), **_FOREIGN_LETTERS},
        _OTHER: {_ASCII: math.log(0.95), **_FOREIGN_LETTERS},
    },
    frozenset(),
)


class _Word(NamedTuple):
    """A parsed word: pairs of the letter before and a letter; the likelihood of its other characters, in any
    language; its names, if each is beyond ASCII.
    """

    letters: Sequence[tuple[str, str]]
    rest: float
    names: Sequence[str]


def likelihood(words: Sequence[str], languages: Iterable[str]) -> float:
    """Return the log likelihood in the best of these languages, with some words of the others."""
    fits = {language: [_fit(word, language) for word in words] for language in languages}
    anywhere = [_mean(column) for column in zip(*fits.values(), strict=True)]
    home, abroad = math.log(1 - _FOREIGN), math.log(_FOREIGN)
    return max(
        sum(_sum(fit + home, other + abroad) for fit, other in zip(column, anywhere, strict=True))
        for column in fits.values()
    )


@lru_cache(maxsize=20_000)
def _fit(word: str, language: str) -> float:
    """Return the log likelihood of a word in a language: pages of the same language share most words."""
    return _fit_of(_parsed(word), language, _tables().get(language, _ENGLISH))


@lru_cache(maxsize=20_000)
def _parsed(word: str) -> _Word:
    letters: list[tuple[str, str]] = []
    before, rest = _START, 0.0
    for place, character in enumerate(word):
        if character.isascii():
            if character.isalpha():
                letters.append((before, _ASCII))
            before = _ASCII if character.isalpha() else _START
        elif not is_mark(character) and (character.isalpha() or unicodedata.category(character)[0] == "M"):
            letters.append((before, character.lower()[0]))
            before = _OTHER
        else:
            rest += likelihood_at(word, place)
            before = _START
    return _Word(letters, rest + _oddities(word), _NAME.findall(word.lower()))


def _oddities(word: str) -> float:
    """Return the likelihood of letters beyond ASCII in unusual positions."""
    pairs = [(a, b) for a, b in pairwise(word) if not (a.isascii() and b.isascii())]
    humps = sum(1 for a, b in pairs if b.isupper() and a.islower())
    next_to_digits = sum(
        1 for a, b in pairs if (a.isdecimal() and _has_case(b)) or (_has_case(a) and b.isdecimal())
    )
    alone = len(_LONE.findall(word))
    return humps * _HUMP + next_to_digits * _NEXT_TO_DIGIT + alone * _ALONE


def _has_case(character: str) -> bool:
    """Return whether the character is a letter, except of Chinese and Japanese, whose letters are written next to
    digits.
    """
    return character.isalpha() and not is_mark(character) and unicodedata.east_asian_width(character) != "W"


def _fit_of(word: _Word, language: str, table: _Table) -> float:
    by_letters = sum(_letters(word, language, table.contexts))
    known = [name for name in word.names if name in table.words]
    if known and len(known) == len(word.names):
        by_letters = max(by_letters, len(known) * _KNOWN)
    return word.rest + by_letters


def _letters(word: _Word, language: str, contexts: Contexts) -> Iterator[float]:
    anywhere = contexts.get(_ANYWHERE)
    for before, letter in word.letters:
        if anywhere is None:
            yield contexts.get(before, {}).get(letter, _UNKNOWN)
        else:
            yield anywhere[letter] if letter in anywhere else _unusual(language, letter)


@lru_cache(maxsize=20_000)
def _unusual(language: str, letter: str) -> float:
    """Return the likelihood of a character whose frequency is unknown."""
    standard, end_of_usual = _STANDARDS[language]
    if letter == _ASCII:
        return math.log(0.01)
    try:
        encoded = letter.encode(standard)
    except UnicodeEncodeError:
        return _UNKNOWN - 3
    return math.log(3e-5) if len(encoded) > 1 and encoded[0] < end_of_usual else _UNKNOWN


def _mean(logarithms: Sequence[float]) -> float:
    top = max(logarithms)
    return top + math.log(sum(math.exp(each - top) for each in logarithms) / len(logarithms))


def _sum(first: float, second: float) -> float:
    top = max(first, second)
    return top + math.log(math.exp(first - top) + math.exp(second - top))


@cache
def _tables() -> _Tables:
    return tables_of(json.loads(_FILE.read_bytes()))


def tables_of(loaded: dict[str, Any]) -> _Tables:
    """Build the tables of a file of statistics, by language."""
    return {
        language: _Table(_contexts(contexts), frozenset(contexts["words"].split()))
        for language, contexts in loaded.items()
    }


def _contexts(contexts: dict[str, Any]) -> Contexts:
    return {
        context: {letter: -int(cost) / 4 for cost, letters in costs.items() for letter in letters}
        for context, costs in contexts.items()
        if context != "words"
    }
