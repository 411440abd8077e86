"""The target of each column of one file: by its mapping, else by recognition."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from crm.domain.attribute import TEXT, Attribute
from crm.domain.errors import InvalidInputError
from crm.domain.identity import identity_types
from crm.domain.imports.columns import UNKNOWN_CONFIDENCE, Suggestion, recognise, target_slot
from crm.domain.imports.mapping import IGNORE_OTHERS, NEWER, ImportMapping
from crm.domain.imports.target import (
    ATTRIBUTE,
    CHANGED_AT,
    CONSENT,
    EVENT,
    EVENTS,
    IDENTITY,
    IGNORE,
    IGNORED,
    PROFILE_ID,
    TAGS_TARGET,
    TIME,
    Target,
)

_MAX_LISTED = 100


def suggest(
    mapping: ImportMapping,
    header: Sequence[str],
    samples: Sequence[Sequence[str]],
    attributes: Mapping[str, Attribute],
    custom_types: Sequence[str],
) -> list[Suggestion]:
    """Return the target of each column, in the order of the header, even where the file as a whole cannot be read.

    Raises InvalidInputError: `unknown_column`, `unknown_identity`.
    """
    given = {_place_of(column, header): target for column, target in mapping.columns}
    _check_identities(given.values(), custom_types)
    found = recognise(header, samples, attributes, custom_types, kind=mapping.kind, given=given)
    return [_taken_by(mapping, suggestion, mapped=index in given) for index, suggestion in enumerate(found)]


def _taken_by(mapping: ImportMapping, suggestion: Suggestion, *, mapped: bool) -> Suggestion:
    target = suggestion.target
    others = mapping.other_columns == IGNORE_OTHERS and not mapped
    if others and (mapping.columns or suggestion.confidence <= UNKNOWN_CONFIDENCE):
        return replace(suggestion, target=IGNORED, why="the mapping ignores other columns")
    if target.to == CHANGED_AT and mapping.conflict != NEWER:
        # Its dates need not be valid then.
        return replace(suggestion, target=IGNORED, why="used by conflict newer only")
    return suggestion


def _place_of(column: str | int, header: Sequence[str]) -> int:
    if isinstance(column, int):
        if column <= len(header):
            return column - 1
        raise _refused(
            f"there is no column {column}: the file has {len(header)} columns",
            "unknown_column",
            column=column,
        )
    names = [name.strip() for name in header]
    folded = [name.casefold() for name in names]
    if column in names:
        return names.index(column)
    if column.casefold() in folded:
        return folded.index(column.casefold())
    details = {"column": column, "columns": names[:_MAX_LISTED]}
    raise _refused(f"the file has no column {column}, which the mapping names", "unknown_column", **details)


def _check_identities(targets: Iterable[Target], custom_types: Sequence[str]) -> None:
    known = identity_types(custom_types)
    for target in targets:
        if target.to == IDENTITY and target.name not in known:
            message = f"{target.name} is not an identity type: use one of {', '.join(known)}"
            raise _refused(message, "unknown_identity", name=target.name)


def check_targets(
    mapping: ImportMapping,
    header: Sequence[str],
    targets: Sequence[Target],
    attributes: Mapping[str, Attribute],
) -> None:
    """Check that rows can be read so. Raises InvalidInputError (`crm.domain.imports.plan.read_plan`)."""
    _check_attributes(header, targets, attributes)
    filled = {target.to for target in targets}
    if not filled & {IDENTITY, PROFILE_ID}:
        raise _refused(
            "no column identifies the customer: include a column with an e-mail address, a phone "
            "number or a customer's id",
            "no_identity_column",
            columns=list(header[:_MAX_LISTED]),
        )
    if mapping.conflict == NEWER and CHANGED_AT not in filled:
        message = (
            "no column contains the time of the last change, which the mapping's conflict newer requires"
        )
        raise _refused(message, "no_changed_at_column")
    if mapping.kind == EVENTS and TIME not in filled:
        raise _refused("no column contains the time of the event: map one to time", "no_time_column")
    if mapping.kind == EVENTS and EVENT not in filled and not mapping.event_name:
        message = "the name of the event is missing: map a column to event, or set event_name in the mapping"
        raise _refused(message, "no_event_column")


def _check_attributes(
    header: Sequence[str], targets: Sequence[Target], attributes: Mapping[str, Attribute]
) -> None:
    times = Counter(
        target_slot(target) for target in targets if target.to not in (TAGS_TARGET, CONSENT, IGNORE)
    )
    for column, target in zip(header, targets, strict=True):
        attribute = attributes.get(target.name or "") if target.to == ATTRIBUTE else None
        if attribute and attribute.archived:
            message = f"{attribute.name} is archived and accepts no values"
            raise _refused(message, "archived_attribute", column=column)
        joinable = target.to == ATTRIBUTE and (
            attribute is None or (attribute.type == TEXT and not attribute.format)
        )
        if times[target_slot(target)] > 1 and not joinable:
            message = f"two columns are mapped to {target.name or target.to}: only texts can be joined"
            raise _refused(message, "column_twice", column=column)


def _refused(message: str, code: str, **details: Any) -> InvalidInputError:
    return InvalidInputError(message, code=code, details=details)
