"""Parse numbers as systems and people write them: decimal point or comma, thousands separators, exponent, currency.

This is the only reader of numbers: attributes, properties of events, operands, sums and cells of files use it.
"""

import math
import re
from typing import Any

POINT, COMMA = ".", ","

_MAX_LENGTH = 64
"""Maximum characters of a number with its currency; a longer text is not a number."""

WANTED = "must be a number like 1234.5, 1,234.50 or 1.234,50"
IN_DOUBT = "is ambiguous, because its separator may mark thousands or decimals: write 1234 or 1.234"

_BLANKS = "' \u00a0\u2009\u202f\u2019"
_SIGNS = "$€£¥₹₽₺₩₴₪₫₱฿"
_CODES = "EUR|USD|GBP|CHF|PLN|CZK|SEK|NOK|DKK|HUF|RON|JPY|CAD|AUD|zł|Kč"
_NUMERIC = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,4})?", re.ASCII)
_WHOLE = re.compile(r"[+-]?\d+", re.ASCII)
_CURRENCY = re.compile(
    rf"^(?P<sign>[+-]?)\s*(?:[{_SIGNS}]|(?:{_CODES})(?=[\s\d+-]))\s*|\s*[{_SIGNS}]$|\s*(?:{_CODES})$"
)
_GROUPED = {
    POINT: re.compile(rf"[+-]?\d{{1,3}}(?:[,{_BLANKS}]\d{{3}})+(?:\.\d*)?", re.ASCII),
    COMMA: re.compile(rf"[+-]?\d{{1,3}}(?:[.{_BLANKS}]\d{{3}})+(?:,\d*)?", re.ASCII),
}
_SEPARATORS = {
    POINT: str.maketrans("", "", f",{_BLANKS}"),
    COMMA: str.maketrans(",", ".", f".{_BLANKS}"),
}
_HAS_DECIMAL_COMMA = re.compile(
    r"[+-]?(?:\d*,(?:\d{1,2}|\d{4,})|0,\d+|\d{4,},\d+|\d{1,3}(?:\.\d{3}){2,}"
    rf"|\d{{1,3}}(?:[.{_BLANKS}]\d{{3}})+,\d*)",
    re.ASCII,
)
_HAS_DECIMAL_POINT = re.compile(
    r"[+-]?(?:\d*\.(?:\d{1,2}|\d{4,})|0\.\d+|\d{4,}\.\d+|\d{1,3}(?:,\d{3}){2,}"
    rf"|\d{{1,3}}(?:[,{_BLANKS}]\d{{3}})+\.\d*)",
    re.ASCII,
)
_THREE_BEHIND_A_COMMA = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}", re.ASCII)
_THREE_BEHIND_A_MARK = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}", re.ASCII)


class AmbiguousNumberError(ValueError):
    """The mark can precede decimals or between thousands: `1,234`."""


def numeral(text: str, mark: str | None = None) -> str:
    """Normalise a number: a decimal point, its sign and exponent, as `float` and `Decimal` read it.

    `mark`: the decimal mark; None: as the number itself suggests. Raises ValueError saying what would be right.
    """
    bare = bare_number(text)
    if mark is None:
        mark = _own_mark(bare, has_currency=bare != text.strip())
    if _GROUPED[mark].fullmatch(bare):
        bare = bare.translate(_SEPARATORS[mark])
    elif mark == COMMA:
        if "." in bare:
            raise ValueError(
                "must be a number like 1234,5 or 1.234,5: the decimal mark of the column is a comma"
            )
        bare = bare.replace(",", ".")
    if not _NUMERIC.fullmatch(bare):
        raise ValueError(WANTED)
    return bare


def number_of(value: Any) -> int | float | None:
    """Return the number that a value is or contains as a text; None if it is not a finite number."""
    if type(value) is int:
        return value
    if type(value) is float:
        return value if math.isfinite(value) else None
    if type(value) is not str:
        return None
    try:
        plain = numeral(value)
    except ValueError:
        return None
    number = int(plain) if _WHOLE.fullmatch(plain) else float(plain)
    return number if math.isfinite(number) else None


def decimal_mark_of(text: str) -> str | None:
    """Return the decimal mark that a number shows; None if it shows none, or is not a number."""
    if "," not in text and "." not in text:
        return None
    bare = bare_number(text)
    if _HAS_DECIMAL_COMMA.fullmatch(bare):
        return COMMA
    return POINT if _HAS_DECIMAL_POINT.fullmatch(bare) else None


def could_be_thousands(text: str) -> bool:
    """Return whether its mark may stand in a decimal number or between thousands: 1.500 and 1,500."""
    return ("." in text or "," in text) and _THREE_BEHIND_A_MARK.fullmatch(bare_number(text)) is not None


def bare_number(text: str) -> str:
    """Strip blanks and the currency; return an empty text for what is too long for a number."""
    stripped = text.strip().replace("\u2212", "-")
    if len(stripped) > _MAX_LENGTH:
        return ""
    if stripped.isascii() and stripped.isdigit():
        return stripped
    return _CURRENCY.sub(lambda match: match["sign"] or "", stripped).strip()


def _own_mark(bare: str, *, has_currency: bool) -> str:
    doubtful = _THREE_BEHIND_A_MARK if has_currency else _THREE_BEHIND_A_COMMA
    if doubtful.fullmatch(bare):
        raise AmbiguousNumberError(IN_DOUBT)
    return COMMA if _HAS_DECIMAL_COMMA.fullmatch(bare) else POINT
