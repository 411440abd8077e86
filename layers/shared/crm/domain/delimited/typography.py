"""The likelihood of a character other than a letter: between a letter and a digit, alone, at the end."""

import math
import re
import unicodedata

_RARE, _NO_TEXT = math.log(1e-8), math.log(1e-9)
_DIGIT = math.log(1e-4)
_FULL_WIDTH = range(0xFF01, 0xFF5F)

# Possible neighbours before and behind: a letter (L), a digit (D), or neither (N).
_USUAL = {
    "\u2018\u201c\u201e\u00ab": (0.05, "NL NN ND"),
    "\u201d\u00bb": (0.05, "LN NN DN"),
    "\u2013\u2014": (0.05, "DD NN ND DN"),
    "\u20ac\u00a3\u00a5": (0.05, "DN ND NN"),
    "\u2122\u00ae": (0.05, "LN NN DN"),
    "\u00a9": (0.05, "NN ND"),
    "\u2026": (0.1, "LN NN NL DN"),
    "\u2022": (0.03, "NN NL ND"),
    "\u00b7": (0.02, "NN LL"),
    "\u00b0": (0.05, "DN DL NL NN"),
    "\u00ba\u00aa": (0.02, "DN LN"),
    "\u00b2\u00b3": (0.02, "LN DN"),
    "\u00bd\u00bc\u00be": (0.01, "NN DN ND"),
    "\u00a0": (0.02, "DD NN DN ND LN NL"),
    "\u2116\u00a7": (0.03, "ND NN"),
    "\u00bf\u00a1": (0.02, "NL NN"),
    "\u00b4`": (0.003, "LL"),
    "\u02bc\u05f3\u05f4": (0.05, "LL LN"),
    "\u060c\u061b\u061f\u30fb\u30fc\uff08\uff09\u3000\uff0d\u3002\u3001\u3005\u3012\u3007": (
        0.01,
        "LL LN NL NN LD DL ND DN",
    ),
}
_MARKS = {
    mark: (math.log(share), places.split()) for marks, (share, places) in _USUAL.items() for mark in marks
}
_UNUSUAL = math.log(1e-4)

_APOSTROPHE = "\u2019"
_ENDING = re.compile("\u2019(?:[stdmn]|re|ll|ve)(?![^\\W\\d_])", re.IGNORECASE)
_MAX_BEGINNING_LENGTH = 2
"""Letters before the apostrophe of O'Brien and l'eau."""

_BEGINNING = re.compile(r"[^\W\d_]*\Z")


def is_mark(character: str) -> bool:
    """Return whether it is a quote, a dash, a currency or the like; Python takes some of them for letters."""
    return character in _MARKS or character == _APOSTROPHE


def is_no_text(character: str) -> bool:
    """Return whether no cell can contain it: a control character, or the replacement of undecodable bytes."""
    return character == "\ufffd" or unicodedata.category(character) in {"Cc", "Co", "Cn"}


def likelihood_at(word: str, place: int) -> float:
    """Return the log likelihood of the character at a position, which is not a letter."""
    character = word[place]
    if is_no_text(character):
        return _NO_TEXT
    if ord(character) in _FULL_WIDTH:
        return math.log(1e-3)
    where = _kind(word, place - 1) + _kind(word, place + 1)
    if character == _APOSTROPHE:
        return _apostrophe(word, place, where)
    if character in _MARKS:
        usual, places = _MARKS[character]
        return usual if where in places else _UNUSUAL
    return _DIGIT if unicodedata.category(character) == "Nd" else _RARE


def _apostrophe(word: str, place: int, where: str) -> float:
    if where == "LL":
        before = _BEGINNING.search(word[:place])
        begins = before is not None and len(before.group()) <= _MAX_BEGINNING_LENGTH
        return math.log(0.1) if begins or _ENDING.match(word, place) else _UNUSUAL
    return math.log(0.03) if where in ("LN", "ND") else math.log(1e-3)


def _kind(word: str, place: int) -> str:
    if not 0 <= place < len(word):
        return "N"
    return "D" if word[place].isdecimal() else "L" if word[place].isalpha() else "N"
