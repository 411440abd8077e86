"""How likely words are in a language, by the letters that they have beyond ASCII and what these stand behind.

`letter_statistics.json` holds, for each language, what stands at the beginning of a word (`^`), behind a letter of
ASCII (`a`) and behind any other letter (`n`): the letters by four times their negative logarithm, `a` for all of ASCII.
Of Chinese, Japanese and Korean it holds the frequencies of characters alone (`*`). `make letters` counts them anew.
"""

import json
import math
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

_FILE = Path(__file__).with_name("letter_statistics.json")
_START, _ASCII, _OTHER, _ANYWHERE = "^", "a", "n", "*"
_UNKNOWN = math.log(1e-6)
"""A letter that a language has not."""

_FOREIGN = 0.25
"""Of the words: a list of customers has names of other countries."""

_HUMP = math.log(0.01)
"""A capital letter behind a small one."""

_MARK, _DIGIT, _RARE, _NO_TEXT = math.log(1e-3), math.log(1e-4), math.log(1e-8), math.log(1e-9)
_MARKS = frozenset(
    "\u2019\u2018\u2013\u2014\u201c\u201d\u201e\u00ab\u00bb\u20ac\u2116\u00ba\u00b0\u2022\u2026\u00b7\u00b4\u00a3"
    "\u00a7\u00ae\u00a9\u2122\u00bf\u00a1\u00a0\u00aa\u02bc\u05f3\u05f4\u060c\u061b\u061f\u30fb\u30fc\uff08\uff09"
    "\u3000\uff0d\u3002\u3001\u3005\u3012\u3007"
)
"""What stands in cells, though it is no letter: quotes, dashes, currencies and the like."""

_FULL_WIDTH = range(0xFF01, 0xFF5F)
_STANDARDS = {
    "zh": ("gb2312", 0xD8),
    "zht": ("big5", 0xC9),
    "ja": ("shift_jis", 0x98),
    "ko": ("euc_kr", 0xC9),
}
"""Of languages with thousands of characters: a standard, and the first byte behind its usual characters."""


Tables = dict[str, dict[str, dict[str, float]]]


class _Word(NamedTuple):
    """Pairs of what stands before and a letter; the likelihood of all else in it, in any language."""

    letters: Sequence[tuple[str, str]]
    rest: float


def likelihood(words: Sequence[str], languages: Iterable[str]) -> float:
    """The logarithm, in the one of these languages that fits best, with some words of the others."""
    parsed = [_parsed(word) for word in words]
    tables = {language: _tables()[language] for language in languages}
    fits = {language: [_fit(word, language, table) for word in parsed] for language, table in tables.items()}
    anywhere = [_mean(column) for column in zip(*fits.values(), strict=True)]
    home, abroad = math.log(1 - _FOREIGN), math.log(_FOREIGN)
    return max(
        sum(_sum(fit + home, other + abroad) for fit, other in zip(column, anywhere, strict=True))
        for column in fits.values()
    )


def is_no_text(character: str) -> bool:
    """Whether it can be in no cell: a control character, or what stands for bytes that are none."""
    return character == "\ufffd" or unicodedata.category(character) in {"Cc", "Co", "Cn"}


@lru_cache(maxsize=20_000)
def _parsed(word: str) -> _Word:
    letters: list[tuple[str, str]] = []
    before, rest = _START, 0.0
    for character in word:
        if character.isascii():
            if character.isalpha():
                letters.append((before, _ASCII))
            before = _ASCII if character.isalpha() else _START
        elif character.isalpha() or unicodedata.category(character).startswith("M"):
            letters.append((before, character.lower()[0]))
            before = _OTHER
        else:
            rest += _symbol(character)
            before = _START
    humps = sum(
        1 for a, b in pairwise(word) if b.isupper() and a.islower() and not (a.isascii() and b.isascii())
    )
    return _Word(letters, rest + humps * _HUMP)


def _symbol(character: str) -> float:
    if character in _MARKS or ord(character) in _FULL_WIDTH:
        return _MARK
    if is_no_text(character):
        return _NO_TEXT
    return _DIGIT if character.isdigit() and unicodedata.category(character) == "Nd" else _RARE


def _fit(word: _Word, language: str, table: dict[str, dict[str, float]]) -> float:
    if anywhere := table.get(_ANYWHERE):
        return word.rest + sum(
            anywhere[letter] if letter in anywhere else _unusual(language, letter)
            for _, letter in word.letters
        )
    return word.rest + sum(table.get(before, {}).get(letter, _UNKNOWN) for before, letter in word.letters)


@lru_cache(maxsize=20_000)
def _unusual(language: str, letter: str) -> float:
    """A character of which no frequency is known."""
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
def _tables() -> Tables:
    return tables_of(json.loads(_FILE.read_bytes()))


def tables_of(loaded: dict[str, Any]) -> Tables:
    """The logarithms of a file of statistics, by language, what stands before, and letter."""
    return {
        language: {
            context: {letter: -int(cost) / 4 for cost, letters in costs.items() for letter in letters}
            for context, costs in contexts.items()
        }
        for language, contexts in loaded.items()
    }
