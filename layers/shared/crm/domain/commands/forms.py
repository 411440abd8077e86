"""Commands of forms."""

from typing import NotRequired, TypedDict


class FormField(TypedDict):
    """A field of a form."""

    name: str
    attribute: str
    label: str
    required: NotRequired[bool]
    type: NotRequired[str | None]
    placeholder: NotRequired[str | None]


class FormConsent(TypedDict):
    """A checkbox. When ticked, it grants a consent; when not, the consent stays as it is."""

    channel: str
    purpose: NotRequired[str]
    wording: str
    required: NotRequired[bool]


class NewForm(TypedDict):
    """A form of a website."""

    name: str
    fields: list[FormField]
    tags: NotRequired[list[str]]
    consents: NotRequired[list[FormConsent]]
    redirect: NotRequired[str | None]
    allowed_origins: NotRequired[list[str]]
    honeypot: NotRequired[str]
    success_text: NotRequired[str]
    error_text: NotRequired[str]
    submit_text: NotRequired[str]
    title: NotRequired[str | None]
    required_text: NotRequired[str]
    language: NotRequired[str]
    enabled: NotRequired[bool]
    double_opt_in: NotRequired[bool | None]


class FormChanges(TypedDict, total=False):
    """A partial update: omitted fields stay as they are; fields, tags and consents are replaced as a whole."""

    name: str
    fields: list[FormField]
    tags: list[str]
    consents: list[FormConsent]
    redirect: str | None
    allowed_origins: list[str]
    honeypot: str
    success_text: str
    error_text: str
    submit_text: str
    title: str | None
    required_text: str
    language: str
    enabled: bool
    double_opt_in: bool | None
