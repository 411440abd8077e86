"""Read a request to edit a profile: all errors are reported at once, before anything is changed."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from crm.domain import tag as tag_rules
from crm.domain.api_key import CLASS_PATTERN, Principal
from crm.domain.commands.edits import AttributesJson, ConsentEdit, ProfileChanges, Switches
from crm.domain.consent import valid_consent
from crm.domain.consent_fields import ConsentEffect
from crm.domain.effect_fields import ATTRIBUTES, CLASSES, CONSENTS, FIELDS, RESPONSIBLE, Effects
from crm.domain.errors import InvalidInputError
from crm.domain.field_errors import FieldErrors
from crm.domain.identity import EMAIL, PHONE, Identity, identity_types, normalise
from crm.domain.notes_and_tasks import valid_line
from crm.services.definitions import attributes
from crm.settings import settings

_IDENTIFYING = (EMAIL, PHONE)
"""Attributes that are identities as well."""


@dataclass(slots=True)
class EditRequest:
    """The requested changes. `tags`: name to whether it is added (True) or removed (None)."""

    effects: Effects = field(default_factory=Effects)
    identities: list[Identity] = field(default_factory=list)
    tags: dict[str, bool | None] = field(default_factory=dict)


def read_edit_request(changes: ProfileChanges, viewer: Principal, *, now: int) -> EditRequest:
    """Read the changes of a profile. Raises InvalidInputError with all errors."""
    requested, wrong = EditRequest(), FieldErrors()
    for type_, value in changes.get("identities", {}).items():
        with wrong.within(f"identities.{type_}"):
            requested.identities.append(read_identity(type_, value))
    with wrong.within("attributes"):
        requested.effects[ATTRIBUTES] = attributes.valid_values(changes.get("attributes", {}))
    with wrong.within("tags"):
        requested.tags = _switches(changes.get("tags", {}))
        _check_names(requested.tags, wrong)
    with wrong.within("classes"):
        requested.effects[CLASSES] = classes = _switches(changes.get("classes", {}))
        check_classes(classes, viewer)
    requested.effects[CONSENTS] = _read_consents(changes.get("consents", []), wrong, now)
    if "responsible" in changes:
        with wrong.within("responsible"):
            requested.effects[FIELDS] = read_responsible(changes["responsible"])
    wrong.raise_any()
    return requested


def read_identity(type: str, value: Any) -> Identity:
    """Read an identity. Raises InvalidInputError for an unknown type or a value that identifies nothing."""
    types = identity_types(settings().custom_identity_types)
    if type not in types:
        raise InvalidInputError(
            f"is not an identity type: use one of {', '.join(types)}", code="invalid_identity"
        )
    identity = normalise(
        type, value, phone_region=settings().phone_region, placeholders=settings().placeholder_ids
    )
    if identity is None:
        raise InvalidInputError(f"must be a {type} that identifies one person", code="invalid_identity")
    return identity


def identities_in(values: AttributesJson) -> list[Identity]:
    """Return the identities among validated attributes."""
    return [Identity(type_, values[type_]) for type_ in _IDENTIFYING if values.get(type_)]


def read_responsible(user: str | None) -> dict[str, Any]:
    """Return the effect on FIELDS for a responsible user; None removes the user. Raises InvalidInputError."""
    return {RESPONSIBLE: None if user is None else valid_line("responsible", user)}


def check_classes(classes: Iterable[str], viewer: Principal) -> None:
    """Check class names.

    Raises InvalidInputError for invalid ones, and those outside the classes of the caller's key.
    """
    if wrong := sorted(name for name in classes if not re.fullmatch(CLASS_PATTERN, name)):
        raise InvalidInputError(
            "a class must be 1 to 50 lower-case letters, digits, - and _, and begin with a letter or a digit",
            details={"wrong": wrong},
        )
    if viewer.classes is not None and not viewer.classes.issuperset(classes):
        own = ", ".join(sorted(viewer.classes))
        raise InvalidInputError(
            f"this API key can add and remove only these classes: {own}", code="class_not_allowed"
        )


def _switches(sides: Switches) -> dict[str, bool | None]:
    both = set(sides.get("add", [])).intersection(sides.get("remove", []))
    if both:
        raise InvalidInputError(f"{', '.join(sorted(both))}: either add or remove, not both")
    return dict.fromkeys(sides.get("add", []), True) | dict.fromkeys(sides.get("remove", []))


def _check_names(tags: dict[str, bool | None], wrong: FieldErrors) -> None:
    for name, added in tags.items():
        if added:
            with wrong.within("tags.add"):
                tag_rules.valid_tag_name(name)


def _read_consents(given: list[ConsentEdit], wrong: FieldErrors, now: int) -> dict[str, ConsentEffect]:
    consents: dict[str, ConsentEffect] = {}
    for number, one in enumerate(given):
        with wrong.within(f"consents.{number}", parts=True):
            key, effect = valid_consent(now=now, **one)
            if key in consents:
                raise InvalidInputError("repeats the channel and purpose of an earlier entry")
            consents[key] = effect
    return consents
