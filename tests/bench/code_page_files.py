"""Lists of customers in many languages, each in the code pages that spreadsheets write there."""

import random
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from infra.letter_statistics import ROMANIAN, columns, is_in_first_half, names

WEST, CENTRAL = "cp1252 iso8859-15 mac-roman cp850 cp437", "cp1250 iso8859-2 cp852 mac-latin2"
PAGES = {
    **dict.fromkeys(("fr", "de", "es", "it", "nl", "sv", "fi"), WEST),
    "pt": "cp1252 iso8859-15 mac-roman cp850 cp860",
    "is": "cp1252 cp850 cp861",
    "ga": "cp1252 iso8859-15",
    **dict.fromkeys(("da", "no"), "cp1252 iso8859-15 mac-roman cp850 cp865"),
    **dict.fromkeys(("pl", "cs", "sk", "hu", "hr", "sl"), CENTRAL),
    "ro": "cp1250 iso8859-2 cp852",
    "tr": "cp1254 iso8859-9 cp857 mac-turkish",
    "et": "cp1257 iso8859-13",
    **dict.fromkeys(("lt", "lv"), "cp1257 iso8859-13 cp775"),
    "vi": "cp1258",
    "ru": "cp1251 koi8-r iso8859-5 cp866 mac-cyrillic",
    "uk": "cp1251 koi8-u mac-cyrillic",
    "bg": "cp1251 iso8859-5 cp866 mac-cyrillic",
    "mk": "cp1251 iso8859-5",
    "el": "cp1253 iso8859-7 cp737 mac-greek",
    "he": "cp1255 iso8859-8 cp862",
    "ar": "cp1256 iso8859-6 cp720",
    "fa": "cp1256",
    "th": "cp874",
    "ja": "cp932 euc_jp iso2022_jp",
    "ko": "cp949",
    "zh": "gb18030",
    "zht": "cp950",
}


class Listed(NamedTuple):
    """A file, and its text."""

    language: str
    page: str
    content: bytes
    text: str


def lists(rows: int, times: int, *, accented: bool) -> Iterator[Listed]:
    """Yield lists of names of the second half, by language and code page. `accented`: all names are beyond ASCII."""
    for language, pages in PAGES.items():
        for page in pages.split():
            for time in range(times):
                drawn = random.Random(f"{language} {page} {rows} {time}")
                content = b"\n".join(_lines(language, page, rows, drawn, accented=accented)) + b"\n"
                if not content.isascii() or b"\x1b" in content:
                    yield Listed(language, page, content, unicodedata.normalize("NFC", content.decode(page)))


def _lines(language: str, page: str, rows: int, drawn: random.Random, *, accented: bool) -> Iterator[bytes]:
    people = [name for name in names(language) if not is_in_first_half(name) and _is_name(name)]
    if accented:
        people = [name for name in people if not name.isascii()]
    encodable = [bytes_ for name in people if (bytes_ := encoded(name, page))]
    header = [word for word in (encoded(name, page) for name in columns(language)) if word]
    yield b";".join([b"email", *drawn.sample([*header, b"name", b"city", b"note"], 3)])
    for row in range(rows):
        yield b";".join([f"p{row}@example.com".encode(), *drawn.choices(encodable, k=3)])


def _is_name(text: str) -> bool:
    return not any(mark in text for mark in ';"{}%#\n')


def encoded(text: str, page: str) -> bytes | None:
    """Return the text with combining accents if the page has them as characters; None if the text cannot be encoded."""
    content = b""
    for character in unicodedata.normalize("NFC", text.translate(ROMANIAN)):
        base = unicodedata.normalize("NFD", character)
        for form in (character, unicodedata.normalize("NFC", base[:-1]) + base[-1:], base):
            try:
                content += form.encode(page)
                break
            except UnicodeEncodeError:
                continue
        else:
            return None
    return content
