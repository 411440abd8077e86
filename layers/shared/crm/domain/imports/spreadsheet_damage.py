"""What spreadsheets make of ids and phone numbers that look like numbers."""

import re

DAMAGED_ID = "damaged_id"
"""Warning: an id, a phone number or a message id in scientific notation. Its last digits are lost: it names nobody."""

_ROUNDED = re.compile(r"[+-]?\d+(?:[.,\u066b]\d+[eE][+-]?|[eE]\+)\d{1,3}")


def is_rounded(text: str) -> bool:
    """Whether this is a number in scientific notation, with any decimal mark: `7.01235E+12`, `7,01E+12`, `1E+05`.

    `1E5` is none: spreadsheets write the sign, and an id can be written so.
    """
    return ("E" in text or "e" in text) and _ROUNDED.fullmatch(text.strip()) is not None
