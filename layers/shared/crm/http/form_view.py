"""What the template of a form shows: the control of each field, its value and its errors."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from crm.domain.attribute import LIST, Attribute
from crm.domain.forms.definition import ConsentBox, Field, Form
from crm.domain.forms.filled import VisibleFields, is_box, offered_boxes
from crm.domain.forms.submission import FieldProblem, given

_TICKED = frozenset({"on", "yes", "true", "1"})
_DATES = {"number": "number", "date": "date", "datetime": "datetime-local"}
_FORMATS = {"email": "email", "phone": "tel"}
# https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#autofill-field
_AUTOFILL = {
    "email": "email",
    "phone": "tel",
    "mobile": "tel",
    "name": "name",
    "first_name": "given-name",
    "last_name": "family-name",
    "salutation": "honorific-prefix",
    "street": "street-address",
    "zip": "postal-code",
    "city": "address-level2",
    "region": "address-level1",
    "country": "country-name",
    "company": "organization",
    "title": "organization-title",
    "birthday": "bday",
    "website": "url",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedForm:
    """A form, the address that it is sent to, and its first values. `hidden`: values of hidden inputs, by name."""

    form: Form
    visible: VisibleFields
    action: str
    values: Mapping[str, Any] = field(default_factory=dict)
    problems: Sequence[FieldProblem] = ()
    hidden: Mapping[str, str] = field(default_factory=dict)
    target: str | None = None

    @property
    def boxes(self) -> list[ConsentBox]:
        """Return the consents that the form requests."""
        return offered_boxes(self.form, self.visible)

    @property
    def has_required(self) -> bool:
        """Return whether a label has a `*`, which needs an explanation."""
        fields = (one.required and one.type != "hidden" for one, _ in self.visible)
        return any(fields) or any(box.required for box in self.boxes)

    def control(self, one: Field, attribute: Attribute) -> str:
        """Return `hidden`, `box`, `checkboxes`, `select`, `textarea` or `input`."""
        if one.type == "hidden":
            return "hidden"
        if is_box(one, attribute):
            return "box"
        if attribute.choices and attribute.type == LIST and one.type in {None, "checkbox"}:
            return "checkboxes"
        if attribute.choices and one.type in {None, "select"}:
            return "select"
        return "textarea" if one.type == "textarea" else "input"

    def input_type(self, one: Field, attribute: Attribute) -> str:
        """Return the `type` of an input."""
        return one.type or _FORMATS.get(attribute.format or "") or _DATES.get(attribute.type, "text")

    def autofill(self, one: Field) -> str | None:
        """Return the `autocomplete` of a field."""
        return _AUTOFILL.get(one.attribute)

    def id(self, name: str) -> str:
        """Return the id of the element with a name."""
        return f"{self.form.id}-{name}".replace(" ", "-")

    def label(self, name: str) -> str:
        """Return the label of a field or of a consent; of another name, itself."""
        labels = {one.name: one.label for one, _ in self.visible}
        labels |= {box.name: box.wording for box in self.form.consents}
        return labels.get(name, name)

    def notes(self, name: str) -> list[str]:
        """Return the errors of a field."""
        return [problem["message"] for problem in self.problems if problem["field"] == name]

    def text(self, name: str) -> str:
        """Return the value that was filled in, or an empty string."""
        value = given(self.values.get(name), many=False)
        return "" if value is None or isinstance(value, dict) else str(value)

    def texts(self, name: str) -> list[str]:
        """Return the values that were chosen."""
        values = given(self.values.get(name), many=True)
        return [str(value) for value in (values if isinstance(values, list) else [values])]

    def is_ticked(self, name: str) -> bool:
        """Return whether a box was ticked."""
        return self.text(name).lower() in _TICKED
