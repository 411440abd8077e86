"""What a column could fill, by its name and its cells."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from crm.domain.attribute import LONGEST_NAME
from crm.domain.consent import DENIED, GRANTED, consent_key, name_of
from crm.domain.errors import InvalidInputError
from crm.domain.exports.columns import attribute_in
from crm.domain.identity import EMAIL, PHONE
from crm.domain.imports import samples as tell
from crm.domain.imports.aliases import (
    aliases,
    is_agreement,
    is_alias,
    is_known,
    is_listed,
    key_of,
    keys_of,
    names_of,
)
from crm.domain.imports.headings import CONSENT_PREFIX, REPORTED, Heading, Headings, are_profile_ids
from crm.domain.imports.target import (
    ATTRIBUTE,
    CHANGED_AT,
    CONSENT,
    EVENTS,
    IDENTITY,
    IGNORED,
    OF_KIND,
    PROFILE_ID,
    PROPERTY,
    TAGS,
    Target,
    valid_consent_key,
)
from crm.domain.messages.traits import STANDARD_NAMES

SURE, BY_LABEL, BY_ALIAS, BY_CONTEXT, BY_CELLS, AS_OTHER_PHONE = 1.0, 0.95, 0.9, 0.92, 0.7, 0.6
_BY_PART_LESS = 0.1
_A_PLACE_LESS, _LAST_PLACE = 0.002, 40
_EMPTY_LESS = 0.3
_GAP = re.compile(r"\W+")
_NO_PURPOSE = re.compile(r"[^A-Za-z0-9 _-]+")


@dataclass(frozen=True, slots=True)
class Candidate:
    """What a column could fill, how sure we are of it (0 to 1), and why."""

    target: Target
    confidence: float
    why: str


def candidates(heading: Heading, headings: Headings, kind: str) -> list[Candidate]:
    """What the column could fill in a file of this kind: what its cells do not contradict."""
    found = [*_exact(heading, headings)] or [*_in_context(heading, headings)]
    found = found or [
        *_by_label(heading, headings),
        *_by_alias(heading, kind),
        *_by_part(heading),
        *_by_cells(heading, headings),
    ]
    # A column that is filled goes before one of the same meaning that is not.
    less = _EMPTY_LESS if headings.any_samples and not heading.samples else 0
    return [
        replace(candidate, confidence=candidate.confidence - less)
        for candidate in found
        if candidate.target.to in OF_KIND[kind] and _fits(candidate.target, heading, headings)
    ]


def kept(heading: Heading, kind: str) -> Target:
    """An attribute, or in a file of events a property, under a name made of the column's."""
    name = _GAP.sub("_", heading.name).strip("_")[:LONGEST_NAME].strip("_") or f"column_{heading.index + 1}"
    if kind == EVENTS:
        return Target(PROPERTY, name)
    lower = name.lower()
    return Target(ATTRIBUTE, f"{lower}_text" if lower in STANDARD_NAMES else lower)


def _exact(heading: Heading, headings: Headings) -> Iterator[Candidate]:
    name = heading.name
    if name in REPORTED:
        yield Candidate(IGNORED, SURE, "a column of our reports")
    elif headings.own and name == "id" and are_profile_ids(heading.samples):
        yield Candidate(Target(PROFILE_ID), SURE, "our own id of the customer")
    elif headings.own and name in headings.worked_out:
        yield Candidate(IGNORED, SURE, "a column of our exports that is worked out")
    elif name.startswith(CONSENT_PREFIX):
        yield from _own_consent(name.removeprefix(CONSENT_PREFIX))
    elif (attribute := attribute_in(name)) is not None and (attribute or headings.own):
        yield from _own_attribute(attribute, headings)
    elif name == TAGS:
        yield Candidate(Target(TAGS), SURE, "its name")
    elif name in headings.identities:
        yield Candidate(Target(IDENTITY, name), SURE, "its name")
    elif headings.own:
        yield from _own_attribute(name, headings)


def _own_attribute(name: str, headings: Headings) -> Iterator[Candidate]:
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


def _in_context(heading: Heading, headings: Headings) -> Iterator[Candidate]:
    """What a name means beside certain others."""
    for key in heading.keys:
        for export in aliases()["exports"]:
            if not headings.keys.issuperset(export["when"]):
                continue
            if key in export["columns"]:
                target = Target(ATTRIBUTE, export["columns"][key])
                yield Candidate(target, BY_CONTEXT, f"a column of {export['of']}")
            if key in export["opt_outs"]:
                target = Target(CONSENT, export["opt_outs"][key], DENIED)
                yield Candidate(target, BY_CONTEXT, f"a column of {export['of']}")
        meant = _meant_beside_others(heading, key, headings)
        if meant:
            yield Candidate(Target(ATTRIBUTE, meant), BY_CONTEXT, "its name, beside the other columns")


def _meant_beside_others(heading: Heading, key: str, headings: Headings) -> str | None:
    first, last = headings.has("first_name"), headings.has("last_name")
    parted = not headings.has("street") and (headings.has("city") or headings.has("zip"))
    if is_alias(key, "attributes", "address") and parted:
        return "street"
    if key == "title" and not headings.own and {"jobtitle", "position"} & headings.keys:
        return "salutation"
    if is_alias(key, "attributes", "name") and first and not last:
        return "name" if _are_whole_names(heading, headings, "first_name") else "last_name"
    if key == "name" and last and not first and heading.samples:
        return "name" if _are_whole_names(heading, headings, "last_name") else "first_name"
    if key in aliases()["alone"] and not (first and last):
        return str(aliases()["alone"][key])
    return None


def _are_whole_names(heading: Heading, headings: Headings, part: str) -> bool:
    """Whether at least half of them begin with, or end in, a first or last name of the file."""
    parts = {
        sample.casefold()
        for other in headings.all
        if any(is_alias(key, "attributes", part) for key in other.keys)
        for sample in other.samples
    }
    names = [name.casefold().replace(",", " ").split() for name in heading.samples]
    whole = sum(
        len(name) > 1 and any(_is_at_an_end(" ".join(name), each) for each in parts) for name in names
    )
    return bool(names) and 2 * whole >= len(names)


def _is_at_an_end(name: str, part: str) -> bool:
    return name.startswith(f"{part} ") or name.endswith(f" {part}")


def _by_label(heading: Heading, headings: Headings) -> Iterator[Candidate]:
    for key in heading.keys:
        name = STANDARD_NAMES.get(heading.name) or headings.labels.get(key)
        if name in headings.identities:
            yield Candidate(Target(IDENTITY, name), BY_LABEL, "its name")
        elif name in headings.attributes:
            yield Candidate(Target(ATTRIBUTE, name), BY_LABEL, "the name of an attribute")


def _by_alias(heading: Heading, kind: str) -> Iterator[Candidate]:
    for key in heading.keys:
        yield from _named_so(key)
        if kind == EVENTS:
            yield from _aliased("events", key, None)
        yield from _refused_purposes(heading.name, key)
        if is_listed(key, "shared_phones"):
            why = "a phone that several people may share"
            yield Candidate(Target(ATTRIBUTE, PHONE), BY_ALIAS - 0.1, why)
        if is_listed(key, "shared_phones") or is_alias(key, "identities", PHONE):
            yield Candidate(Target(ATTRIBUTE, "other_phone"), AS_OTHER_PHONE, "a further phone")
        if is_listed(key, "ignored"):
            yield Candidate(IGNORED, BY_ALIAS, "its name")


def _named_so(key: str) -> Iterator[Candidate]:
    """What a key stands for in files of any kind."""
    if is_listed(key, "statuses"):
        yield Candidate(Target(CONSENT, EMAIL), BY_CONTEXT, "says who is subscribed")
    for to in (TAGS, CHANGED_AT):
        if is_listed(key, to):
            yield Candidate(Target(to), BY_ALIAS, "its name")
    for section, to in (("identities", IDENTITY), ("attributes", ATTRIBUTE), ("consents", CONSENT)):
        yield from _aliased(section, key, to)
    yield from _aliased("opt_outs", key, CONSENT, DENIED)


def _by_part(heading: Heading) -> Iterator[Candidate]:
    """By a part of its name, where nothing is known of the whole."""
    if not any(is_known(key) for key in heading.keys):
        for key in heading.lesser_keys:
            for candidate in _named_so(key):
                less = candidate.confidence - _BY_PART_LESS
                yield replace(candidate, confidence=less, why="a part of its name")


def _refused_purposes(name: str, key: str) -> Iterator[Candidate]:
    """`Opted out of email: Webinars` is a refusal of one purpose."""
    head, separator, purpose = name.partition(":")
    named = name_of(" ".join(_NO_PURPOSE.sub(" ", purpose).split())) if separator else None
    for channel, heads in aliases()["refused_purposes"].items():
        if named and key_of(head) in heads and key not in names_of("opt_outs"):
            target = Target(CONSENT, consent_key(channel, named.lower()), DENIED)
            yield Candidate(target, BY_ALIAS, "a purpose that was refused")


def _aliased(section: str, key: str, to: str | None, yes: str = GRANTED) -> Iterator[Candidate]:
    for name, place in names_of(section).get(key, ()):
        target = Target(to, name, yes) if to else Target(name)
        yield Candidate(target, BY_ALIAS - min(place, _LAST_PLACE) * _A_PLACE_LESS, "its name")


def _by_cells(heading: Heading, headings: Headings) -> Iterator[Candidate]:
    if tell.are_emails(heading.samples):
        yield Candidate(Target(IDENTITY, EMAIL), BY_CELLS, "its cells are e-mail addresses")
    elif tell.are_consents(heading.samples) and any(
        is_alias(key, "identities", EMAIL) for key in heading.keys
    ):
        yield Candidate(Target(CONSENT, EMAIL), BY_CELLS, "its cells say yes and no")
    elif tell.are_international_phones(heading.samples):
        yield Candidate(Target(IDENTITY, PHONE), BY_CELLS - 0.1, "its cells are phone numbers")
    elif tell.are_consents(heading.samples) and is_agreement(heading.name):
        yield Candidate(Target(CONSENT, EMAIL), BY_CELLS, "a sentence that people agree to")


def _fits(target: Target, heading: Heading, headings: Headings) -> bool:
    samples = heading.samples
    if headings.own:
        return True
    if target.to == CONSENT:
        return _fits_consent(target, heading)
    if not samples:
        return True
    if target.to == IDENTITY and target.name == EMAIL:
        return not tell.are_consents(samples)
    attribute = headings.attributes.get(target.name or "") if target.to == ATTRIBUTE else None
    if attribute is not None and attribute.format and tell.are_consents(samples):
        return False
    return attribute is None or (not attribute.archived and tell.fit(attribute, samples))


def _fits_consent(target: Target, heading: Heading) -> bool:
    if any(is_listed(key, "statuses") for key in (*heading.keys, *heading.lesser_keys)):
        return tell.say_who_is_subscribed(heading.samples)
    if target.yes == DENIED or not heading.samples:
        return True  # What cannot be read of a refusal is told.
    return tell.speak_of_a_consent(heading.samples)


def consent_asked_by(name: str) -> Target | None:
    """What a column says that is called as one about a consent, whatever its cells are."""
    if is_agreement(name):
        return Target(CONSENT, EMAIL)
    named = (candidate.target for key in keys_of(name) for candidate in _named_so(key))
    return next((target for target in named if target.to == CONSENT), None)
