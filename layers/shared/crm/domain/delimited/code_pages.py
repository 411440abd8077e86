"""Detect the code page of a text by its words: their letters in the languages that are written in each page."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import NamedTuple

from crm.domain.delimited.letters import likelihood
from crm.domain.delimited.typography import is_no_text

_WEST, _CENTRAL = "en fr de es ca pt it nl sv da no fi is ga sq et", "pl cs sk hu ro hr sl sq de"
_GROUPS = {
    _WEST: "cp1252:0 cp850:2 cp437:2 iso8859-15:2 mac-roman:2 cp865:6 cp860:7 cp863:7 cp861:7 mac-iceland:7",
    _CENTRAL: "cp1250:1 cp852:2 iso8859-2:2 mac-latin2:3 iso8859-16:6 mac-croatian:6 mac-romanian:7",
    "tr az": "cp1254:1 cp857:2 iso8859-9:2 mac-turkish:3 iso8859-3:8",
    "lt lv et": "cp1257:1 cp775:3 iso8859-13:3 iso8859-4:5",
    "vi": "cp1258:2",
    "ru uk bg sr mk be": "cp1251:1 koi8-r:2 koi8-u:2 cp866:2 iso8859-5:3 mac-cyrillic:3 cp855:5",
    "el": "cp1253:1 iso8859-7:3 cp737:3 mac-greek:3 cp869:6",
    "he": "cp1255:1 iso8859-8:3 cp862:3",
    "ar fa": "cp1256:1 iso8859-6:3 cp720:4",
    "th": "cp874:1",
    "ja": "cp932:1 euc_jp:2",
    "zh": "gb18030:1",
    "zht": "cp950:1 big5hkscs:3",
    "ko": "cp949:1",
}
CODE_PAGES = {
    page: (languages.split(), -float(rarity))
    for languages, pages in _GROUPS.items()
    for page, rarity in (entry.split(":") for entry in pages.split())
}
"""By name in Python: the languages that use the page, and the logarithm of its frequency relative to the commonest."""

MAX_WORDS = 1_000
"""Maximum different words with letters beyond ASCII by which a code page is detected."""

_FEW, _FINALISTS = 60, 5
_MAX_WORD_LENGTH = 30
_MAX_UNREADABLE = 0.2
_LEAST_LIKELY = -7.0
"""Minimum log likelihood for each byte beyond ASCII: below it, a text is in none of these pages."""

_LIKELY = -6.0
_HIGH = bytes(range(0x80, 0x100))
_OF_A_FEW = -9.0
_ENOUGH = 6
"""Minimum words; fewer may be unusual ones."""

# In Chinese, Japanese and Korean pages, some second bytes of a character are ASCII from "@" on, or digits.
_FROM_HIGH = re.compile(rb"[\x80-\xff][0-9@-\xff]*+")
_BEFORE_HIGH = re.compile(rb"[0-9@-\x7f]*+\Z")
_SEEN_FOR_ONE = 20


class CodePage(NamedTuple):
    """A detected code page. `plausible`: whether its words can be words; `likely`: whether they are usual ones."""

    name: str
    plausible: bool
    likely: bool


def words_in(text: bytes, most: int = MAX_WORDS) -> list[bytes]:
    """Return the first different words with bytes beyond ASCII."""
    if text.isascii():
        return []
    found = islice(_FROM_HIGH.finditer(text), _SEEN_FOR_ONE * most)
    return list(islice(dict.fromkeys(_word(text, match) for match in found), most))


def _word(text: bytes, match: re.Match[bytes]) -> bytes:
    """Return the match with the bytes of the word before it."""
    before = _BEFORE_HIGH.search(text[max(0, match.start() - _MAX_WORD_LENGTH) : match.start()])
    return (before.group() if before else b"") + match.group()[:_MAX_WORD_LENGTH]


def code_page_of(words: Sequence[bytes]) -> CodePage:
    """Return the most likely page for these words, of which there must be some.

    A few of them are tried in all pages, all of them in the best of these. Of pages in which they are equal, the
    commonest is returned.
    """
    few = words[:: max(1, len(words) // _FEW)][:_FEW]
    finalists = [page for _, page in _ranked(few, CODE_PAGES)[:_FINALISTS]]
    score, page = _ranked(words, finalists)[0]
    text = _decoded(words, page)
    same = [each for each in CODE_PAGES if each == page or _decoded(words, each) == text]
    size = sum(len(word) - len(word.translate(None, _HIGH)) for word in words)
    least = _LEAST_LIKELY if len(words) >= _ENOUGH else _OF_A_FEW
    commonest = max(same, key=lambda each: CODE_PAGES[each][1])
    return CodePage(commonest, plausible=score / size > least, likely=score / size > _LIKELY)


def _ranked(words: Sequence[bytes], pages: Iterable[str]) -> list[tuple[float, str]]:
    """Rank pages, best first. Pages in which too much is not text come last."""
    ranked = []
    for page in pages:
        languages, rarity = CODE_PAGES[page]
        decoded = _decoded(words, page)
        unreadable = sum(any(map(is_no_text, word)) for word in decoded) > _MAX_UNREADABLE * len(decoded)
        score = float("-inf") if unreadable else rarity + likelihood(decoded, languages)
        ranked.append((score, page))
    return sorted(ranked, reverse=True)


def _decoded(words: Sequence[bytes], page: str) -> list[str]:
    # Vietnamese pages encode accents as separate characters.
    return unicodedata.normalize("NFC", b"\n".join(words).decode(page, "replace")).split("\n")
