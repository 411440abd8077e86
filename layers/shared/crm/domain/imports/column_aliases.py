"""Candidates by a column's name: by attributes of the deployment, and by aliases of other systems and languages."""

import re
from collections.abc import Iterator
from dataclasses import replace

from crm.domain.consent import CHANNELS, DENIED, GRANTED, consent_key, name_of
from crm.domain.identity import EMAIL, PHONE
from crm.domain.imports.aliases import (
    alias_key,
    aliases,
    has_part,
    is_agreement,
    is_alias,
    is_known,
    is_listed,
    keys_of,
    names_of,
)
from crm.domain.imports.candidate import AS_OTHER_PHONE, BY_ALIAS, BY_CONTEXT, BY_LABEL, Candidate
from crm.domain.imports.column_headers import ColumnHeader, ColumnHeaders
from crm.domain.imports.target import (
    ATTRIBUTE,
    CHANGED_AT,
    CONSENT,
    EVENTS,
    IDENTITY,
    IGNORED,
    TAGS_TARGET,
    Target,
)
from crm.domain.tracking.traits import STANDARD_NAMES

_NAME_PART_PENALTY = 0.1
_PLACE_PENALTY, _LAST_PLACE = 0.002, 40
_OTHER_CHANNELS = ("phone", "call", "fax", "post")
_CHANNELS = (*(channel for channel in CHANNELS if channel != EMAIL), "whatsapp", *_OTHER_CHANNELS)
"""Channels in names of refusals; those of _OTHER_CHANNELS do not concern email."""

_NO_PURPOSE = re.compile(r"[^A-Za-z0-9 _-]+")


def by_label(header: ColumnHeader, headers: ColumnHeaders) -> Iterator[Candidate]:
    """Yield candidates by the name or the label of an attribute, or a type of identity."""
    for key in header.keys:
        name = STANDARD_NAMES.get(header.name) or headers.labels.get(key)
        if name in headers.identities:
            yield Candidate(Target(IDENTITY, name), BY_LABEL, "its name")
        elif name in headers.attributes:
            yield Candidate(Target(ATTRIBUTE, name), BY_LABEL, "the name of an attribute")


def by_alias(header: ColumnHeader, kind: str) -> Iterator[Candidate]:
    """Yield candidates by the names that other systems use."""
    for key in header.keys:
        yield from _named_so(key)
        if kind == EVENTS:
            yield from _aliased("events", key, None)
        yield from _refused_purposes(header.name, key)
        if is_listed(key, "shared_phones"):
            why = "a phone that several people may share"
            yield Candidate(Target(ATTRIBUTE, PHONE), BY_ALIAS - 0.1, why)
        if is_listed(key, "shared_phones") or is_alias(key, "identities", PHONE):
            yield Candidate(Target(ATTRIBUTE, "other_phone"), AS_OTHER_PHONE, "a further phone")
        if is_listed(key, "ignored"):
            yield Candidate(IGNORED, BY_ALIAS, "its name")


def _named_so(key: str) -> Iterator[Candidate]:
    """Yield the candidates of a key in files of any kind."""
    if is_listed(key, "statuses"):
        yield Candidate(Target(CONSENT, EMAIL), BY_CONTEXT, "a column of subscription statuses")
    for to in (TAGS_TARGET, CHANGED_AT):
        if is_listed(key, to):
            yield Candidate(Target(to), BY_ALIAS, "its name")
    for section, to in (("identities", IDENTITY), ("attributes", ATTRIBUTE), ("consents", CONSENT)):
        yield from _aliased(section, key, to)
    yield from _aliased("opt_outs", key, CONSENT, DENIED)


def candidates_by_name_part(header: ColumnHeader) -> Iterator[Candidate]:
    """Yield candidates by a part of the name, where the whole is unknown."""
    if not any(is_known(key) for key in header.keys):
        for key in header.lesser_keys:
            for candidate in _named_so(key):
                confidence = candidate.confidence - _NAME_PART_PENALTY
                yield replace(candidate, confidence=confidence, why="a part of its name")


def _refused_purposes(name: str, key: str) -> Iterator[Candidate]:
    """Yield refusals: `Opted out of email: Webinars` is of one purpose, one of a newsletter is of marketing."""
    head, separator, purpose = name.partition(":")
    named = name_of(" ".join(_NO_PURPOSE.sub(" ", purpose).split())) if separator else None
    for channel, heads in aliases()["refused_purposes"].items():
        if named and alias_key(head) in heads and key not in names_of("opt_outs"):
            refused = None if has_part(purpose, "of_marketing") else named.lower()
            target = Target(CONSENT, consent_key(channel, refused), DENIED)
            yield Candidate(target, BY_ALIAS, "an opt-out from a purpose")


def _aliased(section: str, key: str, to: str | None, yes: str = GRANTED) -> Iterator[Candidate]:
    for name, place in names_of(section).get(key, ()):
        target = Target(to, name, yes) if to else Target(name)
        yield Candidate(target, BY_ALIAS - min(place, _LAST_PLACE) * _PLACE_PENALTY, "its name")


def consent_named_by(name: str) -> Target | None:
    """Return the consent that a column's name asks for, whatever its cells are."""
    if is_agreement(name):
        return Target(CONSENT, EMAIL)
    named = (candidate.target for key in keys_of(name) for candidate in _named_so(key))
    return next((target for target in named if target.to == CONSENT), None) or refusal_in(name)


def refusal_in(name: str) -> Target | None:
    """Return the consent that a column refuses by a word in its name."""
    prohibits = has_part(name, "prohibitions") and has_part(name, "prohibited")
    if not prohibits and not has_part(name, "refusal_stems"):
        return None
    key = alias_key(name)
    channel = next((other for other in _CHANNELS if other in key), EMAIL)
    return Target(CONSENT, channel, DENIED) if channel not in _OTHER_CHANNELS else None


def is_only_a_part(name: str) -> bool:
    """Return whether only a part of the name concerns a consent."""
    known = (key in names_of(section) for key in keys_of(name) for section in ("consents", "opt_outs"))
    return not (any(known) or is_agreement(name))
