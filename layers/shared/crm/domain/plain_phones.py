"""Recognise international phone numbers by the lengths of their country alone: most of a file's."""

import re
from functools import cache

import phonenumbers
from phonenumbers import PhoneMetadata

_INTERNATIONAL = re.compile(r"\+[1-9][0-9 ().-]{5,24}")
_MAX_CODE_LENGTH = 3
_SEPARATORS = str.maketrans("", "", " ().-")


def plain_phone(text: str) -> str | None:
    """Return the number in E.164 where `phonenumbers` would change no digit of it; None if the library must decide."""
    if not _INTERNATIONAL.fullmatch(text):
        return None
    digits = text.translate(_SEPARATORS)
    for end in range(2, _MAX_CODE_LENGTH + 2):
        rules = _rules(digits[1:end])
        if rules is not None:
            lengths, prefix = rules
            national = digits[end:]
            plain = (
                len(national) in lengths and national[0] != "0" and not (prefix and prefix.match(national))
            )
            return digits if plain else None
    return None


@cache
def _rules(code: str) -> tuple[frozenset[int], re.Pattern[str] | None] | None:
    """Return the possible lengths of a country's numbers, and the prefix that may precede them; None for no
    country.
    """
    region = phonenumbers.region_code_for_country_code(int(code))
    known = PhoneMetadata.metadata_for_region_or_calling_code(int(code), region)
    if known is None or known.general_desc is None:
        return None
    prefix = known.national_prefix_for_parsing
    return frozenset(known.general_desc.possible_length), re.compile(prefix) if prefix else None
