"""Use the first cells of a column as evidence for and against candidates."""

from collections.abc import Iterator

from crm.domain.consent import DENIED
from crm.domain.identity import EMAIL, PHONE
from crm.domain.imports import samples as sample_tests
from crm.domain.imports.aliases import (
    concerns_another_person,
    has_part,
    is_a_status,
    is_agreement,
    is_alias,
    is_listed,
)
from crm.domain.imports.candidate import BY_CELLS, Candidate
from crm.domain.imports.column_aliases import refusal_in
from crm.domain.imports.column_headers import ColumnHeader, ColumnHeaders
from crm.domain.imports.target import ATTRIBUTE, CONSENT, IDENTITY, Target

_NEVER_EMAILS = frozenset({"address", "street", "name"})
"""Attributes that no column of email addresses fills: some senders call such a column `address`."""


def holds_own_emails(header: ColumnHeader) -> bool:
    """Return whether its cells are the customers' email addresses, not those of account managers."""
    return _is_own(header) and sample_tests.are_emails(header.samples)


def _is_own(header: ColumnHeader) -> bool:
    return not concerns_another_person(header.name) and sample_tests.are_of_one_each(header.samples)


def by_cells(header: ColumnHeader) -> Iterator[Candidate]:
    """Yield candidates by the cells, where the name is not conclusive."""
    if holds_own_emails(header):
        yield Candidate(Target(IDENTITY, EMAIL), BY_CELLS, "its cells are e-mail addresses")
    elif sample_tests.are_consents(header.samples) and any(
        is_alias(key, "identities", EMAIL) for key in header.keys
    ):
        yield Candidate(Target(CONSENT, EMAIL), BY_CELLS, "its cells are yes and no")
    elif _is_own(header) and sample_tests.are_international_phones(header.samples):
        yield Candidate(Target(IDENTITY, PHONE), BY_CELLS - 0.1, "its cells are phone numbers")
    elif sample_tests.are_consents(header.samples) and is_agreement(header.name):
        yield Candidate(Target(CONSENT, EMAIL), BY_CELLS, "a consent text as its name")
    elif refusal := _refusal(header):
        yield Candidate(refusal, BY_CELLS, "a word for an opt-out in its name, and its cells")
    elif sample_tests.are_consents(header.samples) and has_part(header.name, "about_newsletters"):
        yield Candidate(
            Target(CONSENT, EMAIL), BY_CELLS, "a word for a newsletter in its name, and its cells"
        )


def _refusal(header: ColumnHeader) -> Target | None:
    """Return the consent that a part of the name refuses, where the cells are yes and no, or dates."""
    is_answered = sample_tests.are_consents(header.samples) or sample_tests.are_dates(header.samples)
    return refusal_in(header.name) if is_answered else None


def fits(target: Target, header: ColumnHeader, headers: ColumnHeaders) -> bool:
    """Return whether the cells do not contradict a target."""
    if headers.own:
        return True
    if target.to == CONSENT:
        return _fits_consent(target, header)
    if not header.samples:
        return True
    if target.to == ATTRIBUTE:
        return _fits_attribute(target.name or "", header, headers)
    is_email = target.to == IDENTITY and target.name == EMAIL
    return not (is_email and sample_tests.are_consents(header.samples))


def _fits_attribute(name: str, header: ColumnHeader, headers: ColumnHeaders) -> bool:
    samples, attribute = header.samples, headers.attributes.get(name)
    if name in _NEVER_EMAILS and sample_tests.are_emails(samples):
        return False
    if attribute is None:
        return True
    says_yes_or_no = attribute.format is not None and sample_tests.are_consents(samples)
    return not attribute.archived and not says_yes_or_no and sample_tests.fit(attribute, samples)


def _fits_consent(target: Target, header: ColumnHeader) -> bool:
    if any(is_listed(key, "statuses") for key in (*header.keys, *header.lesser_keys)):
        return sample_tests.concern_a_subscription(header.samples)
    if target.yes == DENIED or not header.samples:
        return True  # Unreadable refusals are reported.
    return sample_tests.concern_a_consent(header.samples, plainly=is_a_status(header.name))
