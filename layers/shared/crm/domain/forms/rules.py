"""Rules for the definition of forms. Every rule raises InvalidInputError, with the offending field in the details."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NoReturn
from urllib.parse import urlsplit

from crm.domain.consent import DEFAULT_PURPOSE, valid_consent_name
from crm.domain.errors import InvalidInputError
from crm.domain.forms.definition import RESERVED_PREFIX, ConsentBox, Field, Form
from crm.domain.source import valid_display_name, valid_origins

INPUT_TYPES = (
    "text",
    "email",
    "tel",
    "url",
    "number",
    "date",
    "datetime-local",
    "textarea",
    "select",
    "checkbox",
    "hidden",
)
MAX_FIELDS = 50
MAX_FORM_CONSENTS = 20
MAX_FORM_TAGS = 20
MAX_FORM_NAME_LENGTH = 64
MAX_LABEL_LENGTH = 200
MAX_FORM_TEXT_LENGTH = 1000
MAX_WORDING_LENGTH = 5000
MAX_ADDRESS_LENGTH = 2000

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.\[\]-]{0,63}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def valid_fields(fields: Iterable[Mapping[str, Any]]) -> tuple[Field, ...]:
    """Convert the fields to entities, 1 to 50, each with a name and an attribute of its own."""
    checked = tuple(_field(f"fields.{index}", field) for index, field in enumerate(fields))
    if not 0 < len(checked) <= MAX_FIELDS:
        _refuse("fields", f"a form must have 1 to {MAX_FIELDS} fields")
    _distinct("name", [field.name for field in checked])
    _distinct("attribute", [field.attribute for field in checked])
    return checked


def _field(at: str, field: Mapping[str, Any]) -> Field:
    type_ = field.get("type")
    if type_ is not None and type_ not in INPUT_TYPES:
        _refuse(f"{at}.type", f"the type of an input must be one of {', '.join(INPUT_TYPES)}")
    placeholder = field.get("placeholder")
    return Field(
        name=valid_field_name(field["name"], at=f"{at}.name"),
        attribute=field["attribute"],
        label=_text(f"{at}.label", field["label"], MAX_LABEL_LENGTH),
        required=field.get("required", False),
        type=type_,
        placeholder=None
        if placeholder is None
        else _text(f"{at}.placeholder", placeholder, MAX_LABEL_LENGTH),
    )


def valid_field_name(name: str, *, at: str = "honeypot") -> str:
    """Validate a name for an HTML field that is not reserved for forms."""
    if not _NAME.fullmatch(name):
        _refuse(
            at,
            f"a field's name must be a letter, followed by up to {MAX_FORM_NAME_LENGTH - 1} letters, "
            f"digits and . _ - [ ]; names that begin with {RESERVED_PREFIX} are reserved",
        )
    return name


def _distinct(what: str, names: list[str]) -> None:
    repeated = [name for name, times in Counter(names).items() if times > 1]
    if repeated:
        _refuse("fields", f"two fields have the {what} {repeated[0]}: each field needs its own {what}")


def valid_consents(boxes: Iterable[Mapping[str, Any]]) -> tuple[ConsentBox, ...]:
    """Convert the boxes to entities, at most 20, one for each channel and purpose."""
    checked = tuple(_consent(f"consents.{index}", box) for index, box in enumerate(boxes))
    if len(checked) > MAX_FORM_CONSENTS:
        _refuse("consents", f"a form can have at most {MAX_FORM_CONSENTS} consents")
    if len({box.key for box in checked}) < len(checked):
        _refuse("consents", "a form can ask for each channel and purpose only once")
    return checked


def _consent(at: str, box: Mapping[str, Any]) -> ConsentBox:
    return ConsentBox(
        channel=valid_consent_name(f"{at}.channel", box["channel"]),
        purpose=valid_consent_name(f"{at}.purpose", box.get("purpose") or DEFAULT_PURPOSE),
        wording=_text(f"{at}.wording", box["wording"], MAX_WORDING_LENGTH, lines=True),
        required=box.get("required", False),
    )


def valid_redirect(address: str | None) -> str | None:
    """Validate an absolute http(s) address, or none: then a page with the success text is shown."""
    if address is not None and not _is_address(address):
        _refuse("redirect", "redirect must be an absolute address like https://shop.example/thanks, or null")
    return address


def _is_address(text: str) -> bool:
    # A header holds printable ASCII only: everything else of an address is percent-encoded.
    if len(text) > MAX_ADDRESS_LENGTH or not text.isascii() or not text.isprintable() or " " in text:
        return False
    try:
        parts = urlsplit(text)
        parts.port  # noqa: B018 - raises for what is none
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and "@" not in parts.netloc


def valid_language(language: str) -> str:
    """Validate a BCP 47 language tag: `en`, `pt-BR`."""
    if not _LANGUAGE.fullmatch(language):
        _refuse("language", "language must be a tag like en or pt-BR")
    return language


def _sentence(name: str) -> Callable[[str], str]:
    return lambda text: _text(name, text, MAX_FORM_TEXT_LENGTH, lines=True)


def _text(at: str, text: str, longest: int, *, lines: bool = False) -> str:
    stripped = text.strip()
    plain = stripped.replace("\n", "").replace("\r", "") if lines else stripped
    if not 0 < len(stripped) <= longest or not plain.isprintable():
        _refuse(at, f"{at} must have 1 to {longest} printable characters")
    return stripped


VALID: dict[str, Callable[[Any], Any]] = {
    "name": valid_display_name,
    "fields": valid_fields,
    "consents": valid_consents,
    "redirect": valid_redirect,
    "allowed_origins": valid_origins,
    "honeypot": valid_field_name,
    "success_text": _sentence("success_text"),
    "error_text": _sentence("error_text"),
    "submit_text": lambda text: _text("submit_text", text, MAX_LABEL_LENGTH),
    "title": lambda text: None if text is None else _text("title", text, MAX_LABEL_LENGTH),
    "required_text": _sentence("required_text"),
    "language": valid_language,
    "enabled": bool,
    "double_opt_in": lambda wanted: wanted,
}
"""Validators by field of a form; each returns the value to store. Tags are validated by the registry."""


def check_addresses(form: Form) -> None:
    """Refuse a box whose consent is for an address that the form has no field for."""
    filled = {field.attribute for field in form.fields}
    for index, box in enumerate(form.consents):
        if box.address and box.address not in filled:
            _refuse(
                f"consents.{index}.channel",
                f"a consent to {box.channel} requires an address: add a field with the attribute "
                f"{box.address}",
            )


def check_whole(form: Form) -> None:
    """Check the rules that concern several fields of the form."""
    if form.honeypot in {field.name for field in form.fields}:
        _refuse("honeypot", "honeypot must differ from the names of all fields of the form")


def _refuse(field: str, message: str) -> NoReturn:
    raise InvalidInputError(message, details={"field": field})
