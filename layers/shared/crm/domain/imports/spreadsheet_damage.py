"""Recognise the damage that spreadsheets do to ids and phone numbers that look like numbers."""

import re
from decimal import Decimal

DAMAGED_ID = "damaged_id"
"""Warning: an id, a phone number or a message id in scientific notation.

Its last digits are lost, so it is ignored.
"""

_WHOLE = re.compile(r"[1-9]\d{0,14}\.0", re.ASCII)
_KEPT = 15
"""Digits of a number that spreadsheets keep."""

_POWER = re.compile(r"\d{1,15}(?:\.\d{1,15})?[eE][+-]?\d{1,3}", re.ASCII)
_ROUNDED = re.compile(r"[+-]?\d+(?:[.,\u066b]\d+[eE][+-]?|[eE]\+)\d{1,3}", re.ASCII)


def is_rounded(text: str) -> bool:
    """Return whether this is a number in scientific notation, with any decimal mark: `7.01235E+12`, `7,01E+12`,
    `1E+05`.

    `1E5` is none: spreadsheets write the sign, and an id can look so.
    """
    return ("E" in text or "e" in text) and _ROUNDED.fullmatch(text.strip()) is not None


def without_fraction(text: str) -> str:
    """Drop the `.0` that programs add to whole numbers in a column with empty cells; return any other text
    unchanged.
    """
    return text.removesuffix(".0") if _WHOLE.fullmatch(text) else text


def is_damaged(text: str, before: str) -> bool:
    """Return whether a spreadsheet alone can have made this text from a code.

    It drops leading zeros and plus signs, writes 12 digits and more in scientific notation, keeps 15 of them, and
    reads a code like `12E3` as a number.
    """
    digits = before.removeprefix("+")
    if not (digits.isascii() and digits.isdigit()):
        return _POWER.fullmatch(digits) is not None and rounds_to(text, digits)
    if is_rounded(text):
        return rounds_to(text, digits)
    bare = digits.lstrip("0")
    return bool(text) and text in {bare, bare[:_KEPT].ljust(len(bare), "0")}


def rounds_to(text: str, number: str) -> bool:
    """Return whether this is the number (`701234567890`, `12E3`) in scientific notation, with fewer digits."""
    if not is_rounded(text):
        return False
    mantissa, _, exponent = text.strip().upper().replace(",", ".").replace("\u066b", ".").partition("E")
    decimals = len(mantissa.partition(".")[2])
    place = int(exponent) - decimals
    return abs(Decimal(number) - Decimal(f"{mantissa}E{int(exponent)}")) <= Decimal(10) ** place
