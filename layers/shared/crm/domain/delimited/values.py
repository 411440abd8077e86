"""Kinds of cells, enough to distinguish a header from a row."""

import re

EMAIL_KIND, WEB, _DATE, _NUMBER = "email", "web", "date", "number"

_KINDS = (
    (EMAIL_KIND, re.compile(r"'?[^@\s,;|<>\"]+@[^@\s,;|<>\"]+\.[^@\s,;|<>\"]+")),
    (WEB, re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)),
    (_DATE, re.compile(r"\d{1,4}([-./])\d{1,2}\1\d{1,4}(?:[T ].*)?")),
    (_NUMBER, re.compile(r"'?[-+(]?\s*[$€£]?\s*\d[\d\s.,'()/-]*(?:[%€$£]|[A-Z]{3})?")),
)


def value_kind(cell: str) -> str | None:
    """Return EMAIL, WEB, DATE or NUMBER (phones and postal codes as well); None for any other text, or none."""
    text = cell.strip()
    return next((kind for kind, pattern in _KINDS if pattern.fullmatch(text)), None) if text else None


def main_kind(cells: list[str]) -> str | None:
    """Return the kind of most cells that are not empty."""
    kinds = [value_kind(cell) for cell in cells if cell.strip()]
    return next((kind for kind, _ in _KINDS if kinds.count(kind) > 0.6 * len(kinds)), None)
