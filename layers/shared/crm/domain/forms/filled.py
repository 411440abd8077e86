"""A form filled in: what is wrong with it, or whom it names and what it does to the profile."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from crm.domain.attribute import LIST, Attribute, typed
from crm.domain.errors import InvalidInputError
from crm.domain.forms.definition import ConsentBox, Field, Form
from crm.domain.forms.submission import Problem, Submission, given, ticked
from crm.domain.identity import ANONYMOUS_ID, EMAIL, PHONE, USER_ID, Identity, normalise, strongest_first
from crm.domain.messages.reception import MessageRules

Asked = Sequence[tuple[Field, Attribute | None]]
"""The fields that are asked for, with their attributes; None for an identity that is no attribute."""

BOOLEAN = "boolean"
_TICKED = "must be ticked"
_FILLED_IN = "must be filled in"


@dataclass(frozen=True, slots=True)
class Filled:
    """What holds of whom: values of attributes by name, identities strongest first, the boxes that are ticked.

    `sent` is what was written into the fields, by their HTML names.
    """

    attributes: dict[str, Any]
    identities: tuple[Identity, ...]
    agreed: tuple[ConsentBox, ...]
    sent: dict[str, Any]


def asked_fields(form: Form, known: Mapping[str, Attribute], custom_types: Iterable[str]) -> Asked:
    """What the form asks for now: a field of an archived attribute not, one that its attribute requires in any case."""
    found = [(field, known.get(field.attribute)) for field in form.fields]
    return [
        (replace(field, required=field.required or bool(attribute and attribute.required)), attribute)
        for field, attribute in found
        if (not attribute.archived if attribute else is_identity_type(field.attribute, custom_types))
    ]


def is_identity_type(name: str, custom_types: Iterable[str]) -> bool:
    """Whether a field can fill an identity of this type, though it is no attribute."""
    return name == USER_ID or name in custom_types


def fill(form: Form, asked: Asked, submission: Submission, rules: MessageRules) -> Filled:
    """Raises InvalidInputError: `invalid_form` with all `errors` in its details, `no_identity` if it names nobody."""
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for field, attribute in asked:
        try:
            value = _value_of(field, attribute, submission, rules)
        except InvalidInputError as error:
            problems.append({"field": field.name, "message": error.message})
        else:
            values |= {} if value is None else {field.attribute: value}
    agreed, unticked = ticked(form, submission)
    if problems or unticked:
        raise _invalid([*problems, *unticked])
    identities = _identities_of(values, submission, rules)
    if not identities:
        raise _nobody(asked, rules)
    known = {attribute.name for _, attribute in asked if attribute}
    attributes = {name: value for name, value in values.items() if name in known}
    return Filled(attributes, identities, tuple(agreed), _sent(asked, submission))


def _value_of(field: Field, attribute: Attribute | None, submission: Submission, rules: MessageRules) -> Any:
    sent = _given(field, attribute, submission)
    if sent is None:
        if field.required:
            raise InvalidInputError(_TICKED if is_box(field, attribute) else _FILLED_IN)
        return None
    if attribute is None:
        return _identifying(field, sent, rules)
    try:
        value = typed(attribute, sent, phone_region=rules.phone_region)
    except InvalidInputError as error:
        raise InvalidInputError(error.message.removeprefix(f"{attribute.name} ")) from None
    if value is False and field.required and is_box(field, attribute):
        raise InvalidInputError(_TICKED)
    return value


def _identifying(field: Field, sent: Any, rules: MessageRules) -> str:
    identity = normalise(field.attribute, sent, phone_region=rules.phone_region)
    if identity is None:
        raise InvalidInputError("must be an id that stands for one person")
    return identity.value


def is_box(field: Field, attribute: Attribute | None) -> bool:
    """Whether the field is one box to tick."""
    return attribute is not None and attribute.type == BOOLEAN and field.type != "hidden"


def _given(field: Field, attribute: Attribute | None, submission: Submission) -> Any:
    return given(submission.fields.get(field.name), many=bool(attribute and attribute.type == LIST))


def _sent(asked: Asked, submission: Submission) -> dict[str, Any]:
    sent = {field.name: _given(field, attribute, submission) for field, attribute in asked}
    return {name: value for name, value in sent.items() if value is not None}


def _identities_of(
    values: Mapping[str, Any], submission: Submission, rules: MessageRules
) -> tuple[Identity, ...]:
    custom = rules.custom_identity_types
    named = {name: values[name] for name in (USER_ID, EMAIL, PHONE, *custom) if name in values}
    named = {USER_ID: submission.user_id, ANONYMOUS_ID: submission.anonymous_id} | named
    found = [normalise(type_, value, phone_region=rules.phone_region) for type_, value in named.items()]
    return tuple(strongest_first([identity for identity in found if identity], custom))


def _nobody(asked: Asked, rules: MessageRules) -> InvalidInputError:
    naming = [
        field
        for field, _ in asked
        if field.attribute in {EMAIL, PHONE} or is_identity_type(field.attribute, rules.custom_identity_types)
    ]
    if not naming:
        return InvalidInputError(
            "the form names nobody: it needs the anonymous id of the visitor, which the tracking snippet sends",
            code="no_identity",
        )
    message = f"{_FILLED_IN}, so that we know who you are: {' or '.join(field.label for field in naming)}"
    return _invalid([{"field": field.name, "message": message} for field in naming])


def _invalid(problems: list[Problem]) -> InvalidInputError:
    told = "; ".join(f"{problem['field']} {problem['message']}" for problem in problems)
    return InvalidInputError(told, code="invalid_form", details={"errors": problems})


def effects_of(form: Form, filled: Filled) -> dict[str, Any] | None:
    """What the submission does to the profile (`crm.domain.effects`). What was left empty changes nothing."""
    effects = {
        "attributes": filled.attributes,
        "tags": dict.fromkeys(form.tags, True),
        "consents": {box.key: {"state": "granted", "proof": box.wording} for box in filled.agreed},
    }
    return {name: effect for name, effect in effects.items() if effect} or None
