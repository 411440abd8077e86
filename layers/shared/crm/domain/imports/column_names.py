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
from crm.domain.imports.headings import CONSENT_PREFIX, REPORTED, ColumnHeader, ColumnHeaders, are_profile_ids
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

_EMPTY_LESS = 0.3


def candidates(heading: ColumnHeader, headings: ColumnHeaders, kind: str) -> list[Candidate]:
    """Return the candidates in a file of this kind that the cells do not contradict."""
    found = [*_exact(heading, headings)] or [*in_context(heading, headings)]
    found = found or [
        *by_label(heading, headings),
        *by_alias(heading, kind),
        *candidates_by_name_part(heading),
        *by_cells(heading),
    ]
    # A filled column goes before an empty one with the same meaning.
    less = _EMPTY_LESS if headings.any_samples and not heading.samples else 0
    return [
        replace(candidate, confidence=candidate.confidence - less)
        for candidate in found
        if candidate.target.to in OF_KIND[kind] and fits(candidate.target, heading, headings)
    ]


def kept(heading: ColumnHeader, kind: str) -> Target:
    """Return an attribute, or in a file of events a property, under a name made from the column's."""
    name = _words(heading.name)[:MAX_ATTRIBUTE_NAME_LENGTH].strip("_") or f"column_{heading.index + 1}"
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


def _exact(heading: ColumnHeader, headings: ColumnHeaders) -> Iterator[Candidate]:
    name = heading.name
    if name in REPORTED:
        yield Candidate(IGNORED, SURE, "a column of import reports")
    elif headings.own and name == "id" and are_profile_ids(heading.samples):
        yield Candidate(Target(PROFILE_ID), SURE, "the profile id")
    elif headings.own and name in headings.worked_out:
        yield Candidate(IGNORED, SURE, "a computed column of exports")
    elif name.startswith(CONSENT_PREFIX):
        yield from _own_consent(name.removeprefix(CONSENT_PREFIX))
    elif (attribute := attribute_in(name)) is not None and (attribute or headings.own):
        yield from _own_attribute(attribute, headings)
    elif name == TAGS_TARGET:
        yield Candidate(Target(TAGS_TARGET), SURE, "its name")
    elif name in headings.identities:
        yield Candidate(Target(IDENTITY, name), SURE, "its name")
    elif headings.own:
        yield from _own_attribute(name, headings)


def _own_attribute(name: str, headings: ColumnHeaders) -> Iterator[Candidate]:
    known = headings.attributes.get(name)
    if known and known.archived:
        yield Candidate(IGNORED, SURE, "an attribute that is archived")
    else:
        yield Candidate(Target(ATTRIBUTE, name), SURE, "the name of an attribute")


def _own_consent(key: str) -> Iterator[Candidate]:
    try:
        yield Candidate(Target(CONSENT, valid_consent_key(key)), SURE, "its name")
    except InvalidInputError:
        return
