"""Recognise columns by their names and, where these are not conclusive, by their cells."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from crm.domain.attribute import Attribute
from crm.domain.identity import EMAIL, PHONE
from crm.domain.imports.aliases import aliases
from crm.domain.imports.candidate import Candidate
from crm.domain.imports.column_cells import holds_own_emails
from crm.domain.imports.column_headers import ColumnHeaders
from crm.domain.imports.column_names import candidates, kept
from crm.domain.imports.target import (
    ATTRIBUTE,
    CONSENT,
    IDENTITY,
    IGNORE,
    IGNORED,
    PROFILES,
    TAGS_TARGET,
    Target,
)

UNKNOWN_CONFIDENCE = 0.3
"""Confidence in a column that is kept as it is, or in none."""

UNSURE = 0.5
_SHARED = (TAGS_TARGET, CONSENT, IGNORE)
"""Targets that several columns can fill: of consents, a refusal in any of them counts."""

NOTHING = Candidate(IGNORED, 0, "nothing")
Slot = tuple[str, str | None]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The suggested target of a column. `confidence` from 0 to 1; `why` for people."""

    column: str
    target: Target
    confidence: float
    why: str


def recognise(
    names: Sequence[str],
    samples: Sequence[Sequence[str]],
    attributes: Mapping[str, Attribute],
    custom_types: Sequence[str],
    *,
    kind: str = PROFILES,
    given: Mapping[int, Target] | None = None,
) -> list[Suggestion]:
    """Return the target of each column, in order; only address lines, tags and consents can repeat.

    `given`: the known targets of some columns (from 0), which are returned unchanged. Unknown columns are kept under
    a name made from their own.
    """
    headers = ColumnHeaders.of(names, samples, attributes, custom_types)
    found = {index: Candidate(target, 1, "defined by the mapping") for index, target in (given or {}).items()}
    _assign(headers, kind, found)
    _add_second_lines(headers, found)
    if kind == PROFILES:
        _ensure_identity(headers, found)
    taken = {target_slot(candidate.target) for candidate in found.values()}
    for header in headers.all:
        if header.index not in found:
            target = _free(kept(header, kind), taken, attributes)
            found[header.index] = Candidate(
                target, UNKNOWN_CONFIDENCE, "not recognised: kept under its own name"
            )
            taken.add(target_slot(target))
    return [_suggestion(header.name, found[header.index]) for header in headers.all]


def _suggestion(column: str, candidate: Candidate) -> Suggestion:
    return Suggestion(column, candidate.target, round(candidate.confidence, 2), candidate.why)


def target_slot(target: Target) -> Slot:
    """Return the slot that one column alone can fill: an identity that is also an attribute has the attribute's."""
    is_attribute = target.to == IDENTITY and target.name in ("email", PHONE)
    return (ATTRIBUTE if is_attribute else target.to), target.name


def _assign(headers: ColumnHeaders, kind: str, found: dict[int, Candidate]) -> None:
    """Assign the surest candidates first; of equally sure ones, the leftmost."""
    listed = [
        (candidate, header)
        for header in headers.all
        if header.index not in found
        for candidate in candidates(header, headers, kind)
    ]
    listed.sort(key=lambda pair: (-pair[0].confidence, pair[1].index))
    taken = {target_slot(candidate.target) for candidate in found.values()}
    for candidate, header in listed:
        slot = target_slot(candidate.target)
        if header.index in found or (slot in taken and candidate.target.to not in _SHARED):
            continue
        found[header.index] = candidate
        taken.add(slot)


def _add_second_lines(headers: ColumnHeaders, found: dict[int, Candidate]) -> None:
    """Assign a house number or a second line to the street, if that is in a column to which it belongs."""
    street = Target(ATTRIBUTE, "street")
    filling = [header for header in headers.all if found.get(header.index, NOTHING).target == street]
    first_lines = {key for header in filling for key in header.keys}
    for header in headers.all:
        heads = {head for key in header.keys for head in aliases()["second_lines"].get(key, ())}
        if header.index not in found and heads & first_lines:
            found[header.index] = Candidate(street, 0.8, "continues the street")


def _ensure_identity(headers: ColumnHeaders, found: dict[int, Candidate]) -> None:
    """Use other columns with email addresses, shared or mobile phones as identities, if there is none."""
    if any(candidate.target.to == IDENTITY for candidate in found.values()):
        return
    for header in headers.all:
        if found.get(header.index, NOTHING).confidence < 1 and holds_own_emails(header):
            found[header.index] = Candidate(
                Target(IDENTITY, EMAIL), UNSURE, "the only column that identifies the customer"
            )
            return
    filling = {candidate.target: index for index, candidate in found.items() if candidate.confidence < 1}
    for name in ("mobile", PHONE, "other_phone"):
        index = filling.get(Target(ATTRIBUTE, name))
        if index is not None:
            found.pop(filling.get(Target(ATTRIBUTE, PHONE), index))
            found[index] = Candidate(
                Target(IDENTITY, PHONE), UNSURE, "the only column that identifies the customer"
            )
            return


def _free(target: Target, taken: set[Slot], attributes: Mapping[str, Attribute]) -> Target:
    """Return the target under a free name: an attribute of that name cannot have such values, or has others
    already.
    """
    number, free = 1, target
    if target.to == ATTRIBUTE and target.name in attributes and target_slot(target) not in taken:
        return replace(target, name=f"{target.name}_text")
    while target_slot(free) in taken or (free.to == ATTRIBUTE and free.name in attributes):
        number += 1
        free = replace(target, name=f"{target.name}_{number}")
    return free
