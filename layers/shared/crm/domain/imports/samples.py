"""Tests of a few cells of a column. Samples are trimmed, and none is empty."""

import re
from collections.abc import Sequence
from datetime import UTC

from crm.domain.attribute import NUMBER, TEXT, Attribute
from crm.domain.imports.cells import attribute_reader
from crm.domain.imports.consent_words import (
    concerns_subscription,
    consent_meaning,
    is_about_a_list,
    is_consent_decision,
    is_generic,
)
from crm.domain.imports.dates import DateReader, is_in_doubt, is_undated, month_first
from crm.domain.imports.numbers import decimal_mark
from crm.domain.numbers import could_be_thousands

_EMAIL = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;]+")
_FEW = 4
_INTERNATIONAL = re.compile(r"\+[\d ()/.-]{7,24}")


def are_emails(samples: Sequence[str]) -> bool:
    """Return whether there are samples and all are email addresses."""
    return bool(samples) and all(_EMAIL.fullmatch(sample) for sample in samples)


def are_of_one_each(samples: Sequence[str]) -> bool:
    """Return whether few are equal: a value of many rows identifies no customer."""
    return len(samples) < _FEW or 2 * len({sample.casefold() for sample in samples}) >= len(samples)


def are_international_phones(samples: Sequence[str]) -> bool:
    """Return whether there are samples and all are international phone numbers."""
    return bool(samples) and all(_INTERNATIONAL.fullmatch(sample) for sample in samples)


def are_consents(samples: Sequence[str]) -> bool:
    """Return whether all are known words for yes, no or nothing, and some are more than nothing."""
    return all(consent_meaning(sample) for sample in samples) and any(map(is_consent_decision, samples))


def concern_a_consent(samples: Sequence[str], *, plainly: bool = False) -> bool:
    """Return whether some are such words: an unknown one must not hide the others. `plainly`: not `active` alone."""
    return any(consent_meaning(sample) and not (plainly and is_generic(sample)) for sample in samples)


def are_about_a_list(samples: Sequence[str]) -> bool:
    """Return whether at least one word is of subscriber lists only: `active` is a consent next to it."""
    return any(map(is_about_a_list, samples))


def concern_a_subscription(samples: Sequence[str]) -> bool:
    """Return whether at least one word is about a subscription: `active` alone may concern anything."""
    return any(concerns_subscription(sample) for sample in samples)


def are_dates(samples: Sequence[str]) -> bool:
    """Return whether there are samples and all are dates, in any order."""
    dates = DateReader(None, month_first(samples), UTC)
    return bool(samples) and all(_is_dated(dates, sample) for sample in samples)


def _is_dated(dates: DateReader, sample: str) -> bool:
    try:
        dates.instant(sample)
    except ValueError:
        return is_in_doubt(dates, sample) or is_undated(sample)
    return True


def fit(attribute: Attribute, samples: Sequence[str]) -> bool:
    """Return whether at least half of them are values of this attribute."""
    if attribute.type == TEXT:
        return True
    dates = DateReader(None, month_first(samples), UTC)
    read = attribute_reader(attribute, dates, decimal_mark(samples))

    def fits(sample: str) -> bool:
        try:
            read(sample)
        except ValueError:
            return is_in_doubt(dates, sample) or (attribute.type == NUMBER and could_be_thousands(sample))
        return True

    return 2 * sum(map(fits, samples)) >= len(samples)
