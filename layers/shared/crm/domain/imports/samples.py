"""What a few cells of a column tell about it. Samples are trimmed, and none is empty."""

import re
from collections.abc import Sequence
from datetime import UTC

from crm.domain.attribute import TEXT, Attribute
from crm.domain.imports.aliases import aliases
from crm.domain.imports.cells import attribute_reader
from crm.domain.imports.dates import DateReader, is_in_doubt, month_first
from crm.domain.imports.numbers import decimal_mark
from crm.domain.imports.words import is_consent, says_something

_EMAIL = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;]+")
_INTERNATIONAL = re.compile(r"\+[\d ()/.-]{7,24}")


def are_emails(samples: Sequence[str]) -> bool:
    """All of them, and there are some."""
    return bool(samples) and all(_EMAIL.fullmatch(sample) for sample in samples)


def are_international_phones(samples: Sequence[str]) -> bool:
    """All of them, and there are some."""
    return bool(samples) and all(_INTERNATIONAL.fullmatch(sample) for sample in samples)


def are_consents(samples: Sequence[str]) -> bool:
    """All are words that we know to say yes, no or nothing, and some say more than nothing."""
    return all(map(is_consent, samples)) and any(map(says_something, samples))


def say_who_is_subscribed(samples: Sequence[str]) -> bool:
    """The same, and at least one speaks of a subscription: `active` alone may be said of anything."""
    spoken = {sample.casefold() for sample in samples}
    return are_consents(samples) and not spoken.isdisjoint(aliases()["subscription"])


def fit(attribute: Attribute, samples: Sequence[str]) -> bool:
    """Whether at least half of them are values of this attribute."""
    if attribute.type == TEXT:
        return True
    dates = DateReader(None, month_first(samples), UTC)
    read = attribute_reader(attribute, dates, decimal_mark(samples))

    def fits(sample: str) -> bool:
        try:
            read(sample)
        except ValueError:
            return is_in_doubt(dates, sample)
        return True

    return 2 * sum(map(fits, samples)) >= len(samples)
