"""Views of forms."""

from typing import TypedDict


class StoredFieldView(TypedDict):
    """A field of a form."""

    name: str
    attribute: str
    label: str
    required: bool
    type: str | None
    placeholder: str | None


class StoredConsentView(TypedDict):
    """A consent checkbox of a form."""

    channel: str
    purpose: str
    wording: str
    required: bool


class FormNoticeView(TypedDict):
    """A part of a form that has no effect, and the reason."""

    field: str
    code: str
    message: str


class FormView(TypedDict):
    """A form. Each edit creates a new version, which later submissions name."""

    id: str
    name: str
    fields: list[StoredFieldView]
    tags: list[str]
    consents: list[StoredConsentView]
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
    notices: list[FormNoticeView]
    version: int
    created_at: str
    updated_at: str


class FormListView(TypedDict):
    """All forms, oldest first."""

    forms: list[FormView]


class SubmittedView(TypedDict):
    """The submission was accepted."""

    success: bool
    message: str
    redirect: str | None
