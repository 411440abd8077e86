"""Clean cells of what programs add: invisible marks, guards against spreadsheets, words for no value."""

import re
from collections.abc import Sequence

_Cells = Sequence[str]

_NOTHING = frozenset(
    {
        "NULL",
        "null",
        "(NULL)",
        "(null)",
        "<NULL>",
        "<null>",
        "[NULL]",
        "[null]",
        "\\N",
        "NaN",
        "nan",
        "undefined",
    }
    | {
        "N/A",
        "n/a",
        "#N/A",
        "#NA",
        "#NV",
        "#N/D",
        "#VALUE!",
        "#WERT!",
        "#REF!",
        "#BEZUG!",
        "#NAME?",
        "#NULL!",
    }
    | {"#DIV/0!", "#NUM!", "#ZAHL!", "0/0/00", "0.0.00", "0-0-00", "00/00/0000", "00.00.0000", "0000-00-00"}
    | {"0000-00-00 00:00:00"}
    | {
        "-",
        "--",
        "---",
        "\u2013",
        "\u2014",
        "N.A.",
        "n.a.",
        "<NA>",
        "NaT",
        "(none)",
        "(blank)",
        "(leer)",
        "(empty)",
        "(vide)",
    }
)
"""Words of databases and spreadsheets for no value. `Null` and `None` are names, or answers."""

_HIDDEN = "\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\ufeff"
"""Invisible marks, without the joiners of letters (U+200C, U+200D), which words and emoji need."""

_UNSEEN = re.compile(f"[{_HIDDEN}]")
_AT_EDGES = _HIDDEN + "".join(mark for mark in map(chr, range(0x3001)) if mark.isspace())

_GUARDED = re.compile(r"""\s*=\s*"(?P<text>[^"]*)"\s*""")
_AS_TEXT = re.compile(r"\s*'(?P<text>\+?\d[\d .,/()-]*)")


def cleaned(cells: _Cells) -> _Cells:
    """Clean the cells; words for no value become empty."""
    together = "\n".join(cells)
    odd = '="' in together or '= "' in together or "'" in together or not _NOTHING.isdisjoint(cells)
    if odd or (not together.isascii() and _UNSEEN.search(together)):
        return list(map(_clean, cells))
    return cells


def without_hidden(text: str) -> str:
    """Remove invisible marks, also inside: they are part of no address and of no id."""
    return text if text.isascii() else _UNSEEN.sub("", text)


def _clean(cell: str) -> str:
    text = cell if cell.isascii() else cell.strip(_AT_EDGES)
    if text.strip() in _NOTHING:
        return ""
    if guarded := _GUARDED.fullmatch(text) or _AS_TEXT.fullmatch(text):
        return guarded["text"]
    return text
