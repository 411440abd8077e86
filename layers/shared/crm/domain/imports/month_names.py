"""Dates with the name of a month, in the languages of `aliases.json`: `12 May 1980`, `12. Mai 80`, `May
12th, 1980`.
"""

import re
import unicodedata
from functools import cache

from crm.domain.imports.aliases import aliases

_OF = r"(?:de|del|do|of)"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th|er|re|eme|[.oºª°])?"
_MONTH = r"(?P<month>[^\W\d_]{3,12})\.?"
_YEAR = r"(?P<year>\d{4}|'?\d{2})(?: ?r\.?)?"
_GAP = rf"[ ,/.-]*(?:{_OF} +)?"
_REST = r"(?P<rest>(?:[T, ]+\d.*)?)"
_WEEKDAY = r"(?:[^\W\d_]{2,12}\.?,? +)?"
_FORMS = tuple(
    re.compile(f"{form}{_REST}", re.IGNORECASE)
    for form in (
        f"{_WEEKDAY}{_DAY}{_GAP}{_MONTH}{_GAP}{_YEAR}",
        f"{_WEEKDAY}{_MONTH}{_GAP}{_DAY}[ ,/.-]+{_YEAR}",
        rf"(?P<year>\d{{4}}){_GAP}{_MONTH}{_GAP}{_DAY}",
    )
)
_MAX_LENGTH = 60


def in_numbers(text: str) -> str | None:
    """Return the date as `D.M.YYYY` or `D.M.YY`, with the text after it; None without the name of a month."""
    if len(text) > _MAX_LENGTH or not any(mark.isalpha() for mark in text):
        return None
    bare = "".join(
        mark for mark in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(mark)
    )
    for form in _FORMS:
        found = form.fullmatch(bare.strip())
        month = _months().get(found["month"]) if found else None
        if found and month:
            return f"{found['day']}.{month}.{found['year'].lstrip(chr(39))}{found['rest'].upper()}"
    return None


@cache
def _months() -> dict[str, int]:
    listed = enumerate(aliases()["months"], start=1)
    return {name: number for number, names in listed for name in names}
