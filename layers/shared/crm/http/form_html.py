"""Render a form as HTML: plain, labelled, and working without scripts; with the snippet, it is submitted in place."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

from crm.domain.attribute import LIST, Attribute
from crm.domain.forms.definition import ConsentBox, Field, Form
from crm.domain.forms.filled import Asked, is_box, offered_boxes
from crm.domain.forms.submission import Problem, given

HONEYPOT_LABEL = "Leave this field empty"
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
class FormHtml:
    """A form, the address that it is sent to, and values filled in before. `beside`: hidden values by name."""

    form: Form
    asked: Asked
    action: str
    values: Mapping[str, Any] = field(default_factory=dict)
    problems: Sequence[Problem] = ()
    beside: Mapping[str, str] = field(default_factory=dict)
    target: str | None = None

    def render(self) -> str:
        """Render the form element."""
        target = {"target": self.target} if self.target else {}
        start = _tag(
            "form",
            {"class": "crm-form", "data-crm-form": self.form.id, "action": self.action}
            | {"method": "post", "accept-charset": "utf-8", **target},
        )
        lines = [
            start,
            *self._summary(),
            *self._required(),
            *(self._field(one, attribute) for one, attribute in self.asked),
            *(self._consent(box) for box in offered_boxes(self.form, self.asked)),
            self._honeypot(),
            *(
                _tag("input", {"type": "hidden", "name": name, "value": value})
                for name, value in self.beside.items()
            ),
            f'<p><button type="submit">{escape(self.form.submit_text)}</button></p>',
            "</form>",
        ]
        return "\n".join(lines) + "\n"

    def _summary(self) -> list[str]:
        """Render the summary of errors, which is read out first, with a link to each field."""
        if not self.problems:
            return []
        links = [
            f'<li><a href="#{escape(self._id(problem["field"]))}">{self._label_of(problem["field"])}</a>: '
            f"{escape(problem['message'])}</li>"
            for problem in self.problems
        ]
        text = escape(self.form.error_text)
        return [f'<div class="crm-error" role="alert"><p>{text}</p><ul>{"".join(links)}</ul></div>']

    def _required(self) -> list[str]:
        """Explain the `*` beside labels, if there is one."""
        fields = (one.required and one.type != "hidden" for one, _ in self.asked)
        boxes = (box.required for box in offered_boxes(self.form, self.asked))
        text = escape(self.form.required_text)
        return [f'<p class="crm-required">{text}</p>'] if any(fields) or any(boxes) else []

    def _field(self, one: Field, attribute: Attribute) -> str:
        if one.type == "hidden":
            return _tag("input", self._named(one) | {"type": "hidden", "value": self._text(one.name)})
        if is_box(one, attribute):
            return self._box(one.name, one.label, required=one.required)
        if attribute.choices and attribute.type == LIST and one.type in {None, "checkbox"}:
            return self._boxes(one, attribute)
        marked = _label(one.label, required=one.required)
        label = f'<label for="{escape(self._id(one.name))}">{marked}</label>'
        return f'<p class="crm-field">{label}{self._control(one, attribute)}{self._note(one.name)}</p>'

    def _control(self, one: Field, attribute: Attribute) -> str:
        choices = attribute.choices if one.type in {None, "select"} else ()
        shared = self._named(one) | self._described(one.name) | ({"required": ""} if one.required else {})
        if choices:
            many = {"multiple": ""} if attribute.type == LIST else {}
            return _tag("select", shared | many) + self._options(one, choices, many=bool(many)) + "</select>"
        shared |= {"placeholder": one.placeholder} if one.placeholder else {}
        shared |= {"autocomplete": _AUTOFILL[one.attribute]} if one.attribute in _AUTOFILL else {}
        if one.type == "textarea":
            return _tag("textarea", shared | {"rows": "4"}) + escape(self._text(one.name)) + "</textarea>"
        type_ = one.type or _input_type(attribute)
        steps = {"step": "any"} if type_ == "number" else {}
        return _tag("input", {"type": type_, "value": self._text(one.name)} | shared | steps)

    def _options(self, one: Field, choices: Iterable[str], *, many: bool) -> str:
        chosen = self._texts(one.name)
        none = "" if many else f'<option value="">{escape(one.placeholder or "")}</option>'
        return none + "".join(
            _tag("option", {"value": choice} | ({"selected": ""} if choice in chosen else {}))
            + f"{escape(choice)}</option>"
            for choice in choices
        )

    def _boxes(self, one: Field, attribute: Attribute) -> str:
        chosen = self._texts(one.name)
        boxes = "".join(
            self._tick(one.name, choice, escape(choice), ticked=choice in chosen, number=number)
            for number, choice in enumerate(attribute.choices)
        )
        legend = f"<legend>{_label(one.label, required=one.required)}</legend>"
        return f'<fieldset class="crm-field">{legend}{boxes}{self._note(one.name)}</fieldset>'

    def _consent(self, box: ConsentBox) -> str:
        return self._box(box.name, box.wording, required=box.required)

    def _box(self, name: str, text: str, *, required: bool) -> str:
        ticked = self._text(name).lower() in _TICKED
        label = _label(text, required=required)
        return self._tick(name, "on", label, ticked=ticked, required=required) + self._note(name)

    def _tick(
        self, name: str, value: str, label: str, *, ticked: bool, required: bool = False, number: int = 0
    ) -> str:
        id_ = self._id(name) + (f"-{number}" if number else "")
        states = {"checked": ticked, "required": required}
        attributes = {"type": "checkbox", "id": id_, "name": name, "value": value} | self._described(name)
        box = _tag("input", attributes | {state: "" for state, holds in states.items() if holds})
        return f'<p class="crm-box">{box}<label for="{escape(id_)}">{label}</label></p>'

    def _honeypot(self) -> str:
        """Render the honeypot, hidden by an attribute: no stylesheet and no policy of the page has to allow it."""
        name = self.form.honeypot
        box = _tag(
            "input",
            {"type": "text", "id": self._id(name), "name": name, "tabindex": "-1", "autocomplete": "off"},
        )
        label = f'<label for="{escape(self._id(name))}">{HONEYPOT_LABEL}</label>'
        return f'<p hidden aria-hidden="true">{label}{box}</p>'

    def _named(self, one: Field) -> dict[str, str]:
        return {"id": self._id(one.name), "name": one.name}

    def _id(self, name: str) -> str:
        return f"{self.form.id}-{name}".replace(" ", "-")

    def _described(self, name: str) -> dict[str, str]:
        wrong = any(problem["field"] == name for problem in self.problems)
        return {"aria-invalid": "true", "aria-describedby": f"{self._id(name)}-note"} if wrong else {}

    def _note(self, name: str) -> str:
        messages = [problem["message"] for problem in self.problems if problem["field"] == name]
        id_ = escape(self._id(name))
        return "".join(f'<span class="crm-note" id="{id_}-note">{escape(text)}</span>' for text in messages)

    def _label_of(self, name: str) -> str:
        labels = {one.name: one.label for one, _ in self.asked} | {
            box.name: box.wording for box in self.form.consents
        }
        return escape(labels.get(name, name))

    def _text(self, name: str) -> str:
        value = given(self.values.get(name), many=False)
        return "" if value is None or isinstance(value, dict) else str(value)

    def _texts(self, name: str) -> list[str]:
        values = given(self.values.get(name), many=True)
        return [str(value) for value in (values if isinstance(values, list) else [values])]


def _input_type(attribute: Attribute) -> str:
    return _FORMATS.get(attribute.format or "") or _DATES.get(attribute.type, "text")


def _label(text: str, *, required: bool) -> str:
    lines = "<br>".join(escape(line) for line in text.splitlines())
    return lines + (' <span aria-hidden="true">*</span>' if required else "")


def _tag(name: str, attributes: Mapping[str, str]) -> str:
    rendered = "".join(
        f' {key}="{escape(value)}"' if value else f" {key}" for key, value in attributes.items()
    )
    return f"<{name}{rendered}>"
