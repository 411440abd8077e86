"""Which of two code pages a text is written in, by its letters: bytes alone do not say it.

`charset_normalizer` weighs prose, and a list of names and cities is none: of nine such lists, each in a language of its
own, it took six for the other code page. So a language is known here by its accents and how often they come in it.
"""

import math
import re
from collections.abc import Mapping

# "x" anywhere in a word, "x$" at its end, "x-" not there
_CENTRAL = {
    "Polish": "ł270 ó148 ę134 ś106 ć96 ą91 ż92 ń47 ź16",
    "Czech": "í200 ě155 á190 ý125 é115 ž90 š87 č85 ř105 ů30 ú15 ó5 ň12 ť8 ď8 ö4 ü4",
    "Slovak": "á210 í110 ý100 č110 š90 ž85 é80 ú75 ľ45 ť40 ô25 ň25 ó25 ď15 ä10 ĺ3 ŕ3 ö3 ü3",
    "Hungarian": "á330 é310 ő75 ó90 ö75 í50 ü55 ú25 ű30",
    "Romanian": "ă$220 ă-180 ş150 î-130 ţ130 â-100",
    "Croatian": "č280 š250 ž200 ć200 đ70",
}
_WESTERN = {
    "French": "é560 è-130 à120 ê65 ç50 ô30 â20 î20 û15 ë20 ï15 ù10 œ6 ü5 ö5 æ1 ÿ1",
    "German": "ü400 ä330 ö190 ß80 é12",
    "Spanish": "í220 ó240 á200 é150 ñ-120 ú65 ü5",
    "Portuguese": "ã-170 ã$30 ç-150 á130 é120 ó95 í90 ê60 ô40 õ-40 ú40 â35 à20",
    "Italian": "à$400 è$250 ò$150 ù$110 ì$60 é$50 è-10 à-5 ò-5",
    "Nordic": "ä200 å200 ö190 ø180 æ110 é15 ü5",
    "Icelandic": "í150 á170 ð160 ó110 ö100 ú90 é80 þ70 æ60 ý50",
    "Dutch": "ë450 é250 ï180 ö40 è30 ü30",
}
_UNHEARD_OF, _NO_LETTER, _NO_CHARACTER = 2e-5, 5e-5, 1e-7
_FOREIGN = 0.25  # of the words: a list of customers in Europe has names of all its countries
_OF_BOTH = 0.3  # what is the same letter in both code pages tells the language, but little of the code page
_PRIOR = {"cp1252": math.log(4), "cp1250": 0.0}  # most files are; and without accents it is the same

_WORD = re.compile(rb"[A-Za-z\x80-\xff]*[\x80-\xff][A-Za-z\x80-\xff]*")
_MOST_WORDS = 5_000
_TELLING = "¿£¯¥¡\ufffd"  # no letters, where the other code page has some


def code_page_of(text: bytes) -> str:
    """ "cp1250" (Central European) or "cp1252" (Western European)."""
    words = sorted(set(_WORD.findall(text)))[:_MOST_WORDS]
    return max(_PRIOR, key=lambda page: _PRIOR[page] + _likelihood(words, page))


def _likelihood(words: list[bytes], page: str) -> float:
    """The logarithm, in the language that fits best, with some words of the others."""
    accents = [_accents(word.decode(page, "replace").lower()) for word in words]
    in_languages = [[_fit(letters, table) for letters in accents] for table in _LANGUAGES[page]]
    anywhere = [sum(fits) / len(fits) for fits in zip(*in_languages, strict=True)]
    return max(
        sum(
            math.log((1 - _FOREIGN) * fit + _FOREIGN * other)
            for fit, other in zip(fits, anywhere, strict=True)
        )
        for fits in in_languages
    )


def _accents(word: str) -> list[str]:
    """The letters that are not ASCII, with "$" at the end of the word and "-" elsewhere."""
    return [
        letter + ("$" if at == len(word) else "-")
        for at, letter in enumerate(word, 1)
        if letter > "\x7f" and (letter.isalnum() or letter in _TELLING)
    ]


def _fit(accents: list[str], table: Mapping[str, float]) -> float:
    """The likelihood of these accents in a language."""
    return math.prod(
        (table.get(accent) or table.get(accent[0]) or _strange(accent[0]))
        ** (_OF_BOTH if accent[0] in _IN_BOTH else 1)
        for accent in accents
    )


def _strange(letter: str) -> float:
    if letter == "\ufffd":
        return _NO_CHARACTER
    return _UNHEARD_OF if letter.isalpha() else _NO_LETTER


def _shares(table: str) -> dict[str, float]:
    entries = [re.fullmatch(r"(\D+)(\d+)", entry) for entry in table.split()]
    counts = {entry[1]: int(entry[2]) for entry in entries if entry}
    return {accent: count / sum(counts.values()) for accent, count in counts.items()}


_HIGH = bytes(range(0x80, 0x100))
_IN_BOTH = {
    a for a, b in zip(*(_HIGH.decode(page, "replace") for page in _PRIOR), strict=True) if a == b != "\ufffd"
}
_LANGUAGES = {
    "cp1250": [_shares(table) for table in _CENTRAL.values()],
    "cp1252": [_shares(table) for table in _WESTERN.values()],
}
