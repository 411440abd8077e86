"""A form as HTML: its visible and accessible parts, and its submission."""

from html.parser import HTMLParser
from typing import Any

import pytest

from crm.domain.attribute import Attribute
from crm.domain.forms.definition import REQUIRED_TEXT, ConsentBox, Field, Form
from crm.domain.forms.filled import visible_fields
from crm.http.form_view import RenderedForm
from functions.capture_form.app import PAGES

NASTY = '"><script>alert(1)</script>'
VOID = frozenset({"input", "br"})


class Page(HTMLParser):
    """Parses each element with its attributes; fails if one is not closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        assert not self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def named(self, name: str) -> list[tuple[str, dict[str, str | None]]]:
        return [
            (tag, html_attributes)
            for tag, html_attributes in self.elements
            if html_attributes.get("name") == name
        ]

    def one(self, name: str) -> tuple[str, dict[str, str | None]]:
        (found,) = self.named(name)
        return found


def page(*fields: tuple[Field, Attribute], boxes: tuple[ConsentBox, ...] = (), **more: Any) -> Page:
    form = Form(
        id="frm_0123456789ab",
        name="Form",
        fields=tuple(field for field, _ in fields),
        consents=boxes,
        created_at=1,
        updated_at=1,
    )
    known = {attribute.name: attribute for _, attribute in fields}
    visible = visible_fields(form, known)
    view = RenderedForm(form=form, visible=visible, action="https://api.example/v1/forms/x", **more)
    return Page(PAGES.render("form.html", view=view))


def field(attribute: Attribute, **more: Any) -> tuple[Field, Attribute]:
    return Field(name=attribute.name, attribute=attribute.name, label=attribute.label, **more), attribute


@pytest.mark.parametrize(
    ("attribute", "type_", "tag", "html_attributes"),
    [
        (
            Attribute("email", "E-mail", format="email"),
            None,
            "input",
            {"type": "email", "autocomplete": "email"},
        ),
        (Attribute("phone", "Phone", format="phone"), None, "input", {"type": "tel", "autocomplete": "tel"}),
        (Attribute("first_name", "Name"), None, "input", {"type": "text", "autocomplete": "given-name"}),
        (Attribute("shoes", "Shoes", "number"), None, "input", {"type": "number", "step": "any"}),
        (Attribute("birthday", "Birthday", "date"), None, "input", {"type": "date", "autocomplete": "bday"}),
        (Attribute("visit", "Visit", "datetime"), None, "input", {"type": "datetime-local"}),
        (Attribute("member", "Member", "boolean"), None, "input", {"type": "checkbox", "value": "on"}),
        (Attribute("size", "Size", "choice", choices=("S", "M")), None, "select", {}),
        (Attribute("tastes", "Tastes", "list"), None, "input", {"type": "text"}),
        (Attribute("tastes", "Tastes", "list", choices=("a",)), "select", "select", {"multiple": None}),
        (Attribute("text", "Text"), "textarea", "textarea", {}),
        (Attribute("site", "Site"), "url", "input", {"type": "url"}),
        (Attribute("code", "Code"), "hidden", "input", {"type": "hidden"}),
    ],
)
def test_each_attribute_type_has_a_suitable_input(
    attribute: Attribute, type_: str | None, tag: str, html_attributes: dict[str, str | None]
) -> None:
    found, attributes = page(field(attribute, type=type_)).one(attribute.name)
    assert found == tag
    assert html_attributes.items() <= attributes.items()


def test_every_visible_input_has_a_label() -> None:
    shown = page(
        field(Attribute("email", "E-mail", format="email")),
        field(Attribute("member", "Member", "boolean")),
        field(Attribute("tastes", "Tastes", "list", choices=("sweet", "sour"))),
        boxes=(ConsentBox(channel="wifi", wording="Yes"),),
    )
    labelled = {html_attributes["for"] for tag, html_attributes in shown.elements if tag == "label"}
    seen = [
        html_attributes
        for tag, html_attributes in shown.elements
        if tag == "input" and html_attributes["type"] != "hidden"
    ]
    assert {html_attributes["id"] for html_attributes in seen} == labelled
    assert len(seen) == len(labelled) == 6


@pytest.mark.parametrize(
    ("shown", "explained"),
    [
        (page(field(Attribute("email", "E-mail"), required=True)), 1),
        (page(field(Attribute("zip", "Zip", required=True)), field(Attribute("city", "City"))), 1),
        (page(boxes=(ConsentBox(channel="wifi", wording="Yes", required=True),)), 1),
        (page(field(Attribute("email", "E-mail"))), 0),
        (page(field(Attribute("email", "E-mail"), required=True, type="hidden")), 0),
    ],
)
def test_the_asterisk_is_explained_if_a_field_is_required(shown: Page, explained: int) -> None:
    assert shown.texts.count(REQUIRED_TEXT) == explained
    assert (" *" in "".join(shown.texts)) == bool(explained)


def test_required_fields_are_marked() -> None:
    shown = page(
        field(Attribute("email", "E-mail"), required=True),
        field(Attribute("zip", "Zip", required=True)),
        field(Attribute("city", "City")),
        boxes=(
            ConsentBox(channel="wifi", wording="Yes", required=True),
            ConsentBox(channel="push", wording="No"),
        ),
    )
    required = {
        html_attributes["name"] for _, html_attributes in shown.elements if "required" in html_attributes
    }
    assert required == {"email", "zip", "_consent:wifi"}


def test_a_consent_checkbox_shows_its_wording_unchecked() -> None:
    shown = page(boxes=(ConsentBox(channel="push", purpose="offers", wording="Offers & news\nby push."),))
    _, box = shown.one("_consent:push:offers")
    assert "checked" not in box
    assert "Offers & news" in shown.texts


def test_the_honeypot_field_is_hidden_from_people() -> None:
    shown = page()
    _, trap = shown.one("website_url_confirm")
    assert (trap["type"], trap["tabindex"], trap["autocomplete"]) == ("text", "-1", "off")
    assert ("p", {"hidden": None, "aria-hidden": "true"}) in shown.elements


def test_texts_are_escaped() -> None:
    text = Attribute("text", NASTY)
    shown = page(
        (Field(name="text", attribute="text", label=NASTY, placeholder=NASTY), text),
        field(Attribute("area", "Area"), type="textarea"),
        field(Attribute("size", NASTY, "choice", choices=(NASTY,))),
        boxes=(ConsentBox(channel="wifi", wording=NASTY),),
        values={"text": NASTY, "area": NASTY, "size": NASTY, "_consent:wifi": NASTY},
        problems=[{"field": "text", "message": NASTY}, {"field": NASTY, "message": NASTY}],
        hidden={"_page": NASTY},
    )
    assert "script" not in {tag for tag, _ in shown.elements}
    assert shown.one("text")[1]["value"] == NASTY
    assert shown.one("_page")[1]["value"] == NASTY


def test_submitted_values_are_shown_again() -> None:
    shown = page(
        field(Attribute("name", "Name")),
        field(Attribute("size", "Size", "choice", choices=("S", "M"))),
        field(Attribute("tastes", "Tastes", "list", choices=("sweet", "sour", "salty"))),
        field(Attribute("member", "Member", "boolean")),
        boxes=(ConsentBox(channel="wifi", wording="Yes"), ConsentBox(channel="push", wording="No")),
        values={
            "name": ["", "Ada"],
            "size": "M",
            "tastes": ["sweet", "salty"],
            "member": True,
            "_consent:wifi": "on",
            "_consent:push": "off",
        },
    )
    assert shown.one("name")[1]["value"] == "Ada"
    assert [
        html_attributes["value"] for _, html_attributes in shown.elements if "selected" in html_attributes
    ] == ["M"]
    checked = [
        (html_attributes["name"], html_attributes["value"])
        for _, html_attributes in shown.elements
        if "checked" in html_attributes
    ]
    assert checked == [("tastes", "sweet"), ("tastes", "salty"), ("member", "on"), ("_consent:wifi", "on")]


def test_a_text_that_begins_with_a_newline_keeps_it() -> None:
    shown = page(field(Attribute("text", "Text"), type="textarea"), values={"text": "\n\nB"})
    assert "\n\n\nB" in shown.texts  # HTML drops the first newline of a <textarea>


def test_errors_are_shown_at_the_top_and_at_their_fields() -> None:
    shown = page(
        field(Attribute("email", "E-mail")),
        field(Attribute("city", "City")),
        problems=[{"field": "email", "message": "must be filled in"}],
    )
    _, email = shown.one("email")
    assert (email["aria-invalid"], email["aria-describedby"]) == ("true", f"{email['id']}-note")
    assert ("span", {"class": "crm-note", "id": f"{email['id']}-note"}) in shown.elements
    assert ("a", {"href": f"#{email['id']}"}) in shown.elements
    assert "aria-invalid" not in shown.one("city")[1]
    assert any(html_attributes.get("role") == "alert" for _, html_attributes in shown.elements)


def test_the_checkbox_of_a_channel_is_shown_with_a_field_for_its_address() -> None:
    email = field(Attribute("email", "E-mail", format="email"))
    boxes = (ConsentBox(channel="email", wording="By e-mail"), ConsentBox(channel="sms", wording="By SMS"))
    shown = page(email, boxes=boxes)
    assert shown.one("_consent:email")
    assert not shown.named("_consent:sms")
