"""Candidates for a column, by its name and its cells."""

import unicodedata
from collections.abc import Iterator
from dataclasses import replace

from crm.domain.attribute import MAX_ATTRIBUTE_NAME_LENGTH
from crm.domain.errors import InvalidInputError
from crm.domain.exports.columns import attribute_in
from crm.domain.imports.candidate import SURE, Candidate
from crm.domain.imports.column_aliases import by_alias, by_label, candidates_by_name_part
from crm.domain.imports.column_cells import by_cells, fits
from crm.domain.imports.column_context import in_context
from crm.domain.imports.column_headers import (
    CONSENT_PREFIX,
    REPORTED,
    ColumnHeader,
    ColumnHeaders,
    are_profile_ids,
)
from crm.domain.imports.target import (
    ATTRIBUTE,
    CONSENT,
    EVENTS,
    IDENTITY,
    IGNORED,
    OF_KIND,
    PROFILE_ID,
    PROPERTY,
    TAGS_TARGET,
    Target,
    valid_consent_key,
)
from crm.domain.tracking.traits import STANDARD_NAMES

_EMPTY_COLUMN_PENALTY = 0.3


def candidates(header: ColumnHeader, headers: ColumnHeaders, kind: str) -> list[Candidate]:
    """Return the candidates in a file of this kind that the cells do not contradict."""
    found = [*_exact(header, headers)] or [*in_context(header, headers)]
    found = found or [
        *by_label(header, headers),
        *by_alias(header, kind),
        *candidates_by_name_part(header),
        *by_cells(header),
    ]
    # A filled column goes before an empty one with the same meaning.
    penalty = _EMPTY_COLUMN_PENALTY if headers.any_samples and not header.samples else 0
    return [
        replace(candidate, confidence=candidate.confidence - penalty)
        for candidate in found
        if candidate.target.to in OF_KIND[kind] and fits(candidate.target, header, headers)
    ]


def kept(header: ColumnHeader, kind: str) -> Target:
    """Return an attribute, or in a file of events a property, under a name made from the column's."""
    name = _words(header.name)[:MAX_ATTRIBUTE_NAME_LENGTH].strip("_") or f"column_{header.index + 1}"
    if kind == EVENTS:
        return Target(PROPERTY, name)
    lower = name.lower()
    return Target(ATTRIBUTE, f"{lower}_text" if lower in STANDARD_NAMES else lower)


def _words(name: str) -> str:
    """Return letters, digits and the marks above and below letters, which Thai and Hindi need, joined by `_`."""
    text = unicodedata.normalize("NFC", name)
    return "_".join("".join(sign if _is_of_a_word(sign) else " " for sign in text).split()).strip("_")


def _is_of_a_word(sign: str) -> bool:
    return sign.isalnum() or sign == "_" or unicodedata.category(sign).startswith("M")


def _exact(header: ColumnHeader, headers: ColumnHeaders) -> Iterator[Candidate]:
    name = header.name
    if name in REPORTED:
        yield Candidate(IGNORED, SURE, "a column of import reports")
    elif headers.own and name == "id" and are_profile_ids(header.samples):
        yield Candidate(Target(PROFILE_ID), SURE, "the profile id")
    elif headers.own and name in headers.worked_out:
        yield Candidate(IGNORED, SURE, "a computed column of exports")
    elif name.startswith(CONSENT_PREFIX):
        yield from _own_consent(name.removeprefix(CONSENT_PREFIX))
    elif (attribute := attribute_in(name)) is not None and (attribute or headers.own):
        yield from _own_attribute(attribute, headers)
    elif name == TAGS_TARGET:
        yield Candidate(Target(TAGS_TARGET), SURE, "its name")
    elif name in headers.identities:
        yield Candidate(Target(IDENTITY, name), SURE, "its name")
    elif headers.own:
        yield from _own_attribute(name, headers)


def _own_attribute(name: str, headers: ColumnHeaders) -> Iterator[Candidate]:
    known = headers.attributes.get(name)
    if known and known.archived:
        yield Candidate(IGNORED, SURE, "an attribute that is archived")
    else:
        yield Candidate(Target(ATTRIBUTE, name), SURE, "the name of an attribute")


def _own_consent(key: str) -> Iterator[Candidate]:
    try:
        yield Candidate(Target(CONSENT, valid_consent_key(key)), SURE, "its name")
    except InvalidInputError:
        return
