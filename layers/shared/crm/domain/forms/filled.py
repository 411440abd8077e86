"""A form filled in: its errors, or its identities and effects on the profile."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from crm.domain.attribute import BOOLEAN, LIST, Attribute, typed
from crm.domain.consent import GRANTED, PENDING
from crm.domain.consent_fields import ConsentEffect
from crm.domain.effect_fields import Effects
from crm.domain.effects import effects_with
from crm.domain.errors import InvalidInputError
from crm.domain.forms.definition import ConsentBox, Field, Form
from crm.domain.forms.submission import FieldProblem, Submission, given, ticked
from crm.domain.identity import ANONYMOUS_ID, EMAIL, PHONE, Identity, normalise, strongest_first
from crm.domain.tracking.reception import MessageRules

VisibleFields = Sequence[tuple[Field, Attribute]]
"""The fields that a form shows, with their attributes."""

ADDRESSES = (EMAIL, PHONE)
"""Attributes by which a form can identify a person.

Forms need no key, so that no other field identifies one: neither a user id nor an identity type of the deployment.
"""

_TICKED = "must be ticked"
_FILLED_IN = "must be filled in"
_NEEDED = "must be filled in, because a ticked checkbox needs it"


@dataclass(frozen=True, slots=True)
class Filled:
    """The valid contents of a submission: values of attributes, identities strongest first, the ticked boxes.

    `sent` is the input by the HTML names of the fields.
    """

    attributes: dict[str, Any]
    identities: tuple[Identity, ...]
    agreed: tuple[ConsentBox, ...]
    sent: dict[str, Any]


def visible_fields(form: Form, known: Mapping[str, Attribute]) -> VisibleFields:
    """Return the fields that the form shows now.

    A field whose attribute is archived or does not exist is left out; a field whose attribute is required is
    required.
    """
    found = [(field, known.get(field.attribute)) for field in form.fields]
    return [
        (replace(field, required=field.required or attribute.required), attribute)
        for field, attribute in found
        if attribute and not attribute.archived
    ]


def offered_boxes(form: Form, visible: VisibleFields) -> list[ConsentBox]:
    """Return the boxes that can grant something: those whose address the form has a field for, or that need none."""
    attributes = {field.attribute for field, _ in visible}
    return [box for box in form.consents if box.address is None or box.address in attributes]


def fill(form: Form, visible: VisibleFields, submission: Submission, rules: MessageRules) -> Filled:
    """Validate a submission.

    Raises InvalidInputError: `invalid_form` with all `errors` in its details, `no_identity` without any identity.
    """
    values: dict[str, Any] = {}
    problems: list[FieldProblem] = []
    for field, attribute in visible:
        try:
            value = _value_of(field, attribute, submission, rules)
        except InvalidInputError as error:
            problems.append({"field": field.name, "message": error.message})
        else:
            values |= {} if value is None else {field.attribute: value}
    agreed, unticked = ticked(offered_boxes(form, visible), submission)
    wrong = [*problems, *unticked, *_without_address(agreed, visible, values, problems)]
    if wrong:
        raise _invalid(wrong)
    identities = _identities_of(values, submission, rules)
    if not identities:
        raise _no_identity(visible)
    return Filled(values, identities, tuple(agreed), _sent(visible, submission))


def _without_address(
    agreed: Collection[ConsentBox],
    fields: VisibleFields,
    values: Mapping[str, Any],
    problems: Collection[FieldProblem],
) -> list[FieldProblem]:
    """Return the problems of empty fields for addresses that the ticked boxes need."""
    needed = {box.address for box in agreed if box.address} - values.keys()
    wrong = {problem["field"] for problem in problems}
    missing = [field.name for field, _ in fields if field.attribute in needed and field.name not in wrong]
    return [{"field": name, "message": _NEEDED} for name in missing]


def _value_of(field: Field, attribute: Attribute, submission: Submission, rules: MessageRules) -> Any:
    sent = _given(field, attribute, submission)
    if sent is None:
        if field.required:
            raise InvalidInputError(_TICKED if is_box(field, attribute) else _FILLED_IN)
        return None
    try:
        value = typed(attribute, sent, phone_region=rules.phone_region, placeholders=rules.placeholder_ids)
    except InvalidInputError as error:
        raise InvalidInputError(error.message.removeprefix(f"{attribute.name} ")) from None
    if value is False and field.required and is_box(field, attribute):
        raise InvalidInputError(_TICKED)
    return value


def is_box(field: Field, attribute: Attribute) -> bool:
    """Return whether the field is one checkbox."""
    return attribute.type == BOOLEAN and field.type != "hidden"


def _given(field: Field, attribute: Attribute, submission: Submission) -> Any:
    return given(submission.fields.get(field.name), many=attribute.type == LIST)


def _sent(fields: VisibleFields, submission: Submission) -> dict[str, Any]:
    sent = {field.name: _given(field, attribute, submission) for field, attribute in fields}
    return {name: value for name, value in sent.items() if value is not None}


def _identities_of(
    values: Mapping[str, Any], submission: Submission, rules: MessageRules
) -> tuple[Identity, ...]:
    named = {name: values[name] for name in ADDRESSES if name in values}
    named[ANONYMOUS_ID] = submission.anonymous_id
    found = [
        normalise(type_, value, phone_region=rules.phone_region, placeholders=rules.placeholder_ids)
        for type_, value in named.items()
    ]
    return tuple(strongest_first([identity for identity in found if identity]))


def _no_identity(fields: VisibleFields) -> InvalidInputError:
    naming = [field for field, _ in fields if field.attribute in ADDRESSES]
    if not naming:
        return InvalidInputError(
            "the submission identifies no person: send the anonymous id of the visitor, as the "
            "tracking snippet does",
            code="no_identity",
        )
    message = f"{_FILLED_IN}, so that we know who you are: {' or '.join(field.label for field in naming)}"
    return _invalid([{"field": field.name, "message": message} for field in naming])


def _invalid(problems: list[FieldProblem]) -> InvalidInputError:
    message = "; ".join(f"{problem['field']} {problem['message']}" for problem in problems)
    return InvalidInputError(message, code="invalid_form", details={"errors": problems})


def consents_by_log(
    form: Form, filled: Filled, *, double_opt_in: bool
) -> dict[Identity, dict[str, ConsentEffect]]:
    """Return the effects on consents by the identity whose log keeps them: the consent's address, else the strongest.

    `double_opt_in`: the deployment's default, for a form without its own setting.
    """
    addresses = {identity.type: identity for identity in filled.identities}
    consents: dict[Identity, dict[str, ConsentEffect]] = {}
    for box in filled.agreed:
        log = addresses.get(box.address or "", filled.identities[0])
        state = PENDING if form.confirms(box, by_default=double_opt_in) else GRANTED
        consents.setdefault(log, {})[box.key] = {"state": state, "proof": box.wording}
    return consents


def effects_of(form: Form, filled: Filled, consents: Mapping[str, ConsentEffect]) -> Effects | None:
    """Return the effects of the submission (`crm.domain.effects`). Empty fields change nothing."""
    tags = dict.fromkeys(form.tags, True)
    return effects_with(attributes=filled.attributes, tags=tags, consents=consents) or None
