"""Notices about a form: the parts of its definition that have no effect, and why."""

from collections.abc import Iterator, Mapping

from crm.domain.attribute import Attribute
from crm.domain.forms.definition import Form
from crm.domain.forms.filled import offered_boxes, visible_fields
from crm.domain.views.forms import FormNoticeView

IDENTITY_NOT_ALLOWED = "identity_not_allowed"
ARCHIVED_ATTRIBUTE = "archived_attribute"
NO_ADDRESS = "no_address"
CODES = (IDENTITY_NOT_ALLOWED, ARCHIVED_ATTRIBUTE, NO_ADDRESS)


def notices_of(form: Form, known: Mapping[str, Attribute]) -> list[FormNoticeView]:
    """Return the ignored fields and boxes, in order. `known`: the attributes by name."""
    return [*_ignored_fields(form, known), *_ignored_boxes(form, known)]


def _ignored_fields(form: Form, known: Mapping[str, Attribute]) -> Iterator[FormNoticeView]:
    for index, field in enumerate(form.fields):
        attribute, place = known.get(field.attribute), f"fields.{index}"
        if attribute is None:
            yield _notice(
                place,
                IDENTITY_NOT_ALLOWED,
                f"The field is ignored: forms are submitted without a key and cannot set {field.attribute}.",
            )
        elif attribute.archived:
            message = f"The field is ignored: the attribute {field.attribute} is archived."
            yield _notice(place, ARCHIVED_ATTRIBUTE, message)


def _ignored_boxes(form: Form, known: Mapping[str, Attribute]) -> Iterator[FormNoticeView]:
    offered = offered_boxes(form, visible_fields(form, known))
    for index, box in enumerate(form.consents):
        if box not in offered:
            yield _notice(
                f"consents.{index}",
                NO_ADDRESS,
                "The checkbox is ignored: its consent is for an address, but the form has no field for "
                f"the {box.address}.",
            )


def _notice(field: str, code: str, message: str) -> FormNoticeView:
    return {"field": field, "code": code, "message": message}
