"""Forms and submissions."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import ConfigDict, Field

from crm.api.models.base import Input, Instant, Output, PartialUpdate, Properties
from crm.domain import attribute, tag
from crm.domain.consent import DEFAULT_PURPOSE
from crm.domain.forms import notices, rules
from crm.domain.forms.definition import (
    DEFAULT_HONEYPOT,
    ERROR_TEXT,
    LANGUAGE,
    REQUIRED_TEXT,
    SUBMIT_TEXT,
    SUCCESS_TEXT,
)
from crm.domain.source import MAX_ORIGINS, MAX_SOURCE_NAME_LENGTH

_Name = Annotated[
    str,
    Field(
        min_length=1,
        max_length=MAX_SOURCE_NAME_LENGTH,
        examples=["Newsletter"],
        description="Name of the form's submissions in the timeline.",
    ),
]
FieldName = Annotated[
    str,
    Field(
        min_length=1,
        max_length=rules.MAX_FORM_NAME_LENGTH,
        examples=["email"],
        description="Name of the HTML field.",
    ),
]
_AttributeName = Annotated[
    str,
    Field(
        min_length=1,
        max_length=attribute.MAX_ATTRIBUTE_NAME_LENGTH,
        examples=["email"],
        description="The declared attribute to fill; `email` and `phone` identify the person.",
    ),
]
_Line = Annotated[str, Field(min_length=1, max_length=rules.MAX_LABEL_LENGTH)]
_Text = Annotated[str, Field(min_length=1, max_length=rules.MAX_FORM_TEXT_LENGTH)]
Wording = Annotated[
    str,
    Field(
        min_length=1,
        max_length=rules.MAX_WORDING_LENGTH,
        examples=["Send me the newsletter by e-mail. I can leave it at any time."],
        description="The exact text next to the checkbox. It is kept with each consent as its proof.",
    ),
]
InputType = Annotated[
    str,
    Field(
        description="Type of the HTML input. By default, it follows from the attribute.",
        json_schema_extra={"enum": list(rules.INPUT_TYPES)},
    ),
]
_Tags = Annotated[
    list[Annotated[str, Field(min_length=1, max_length=tag.MAX_NAME_LENGTH)]],
    Field(
        max_length=rules.MAX_FORM_TAGS,
        description="Names of the tags to add with a submission. Tags that do not exist are created.",
    ),
]
Redirect = Annotated[
    str,
    Field(
        max_length=rules.MAX_ADDRESS_LENGTH,
        description="Address to which a browser is redirected after a submission: http or https.",
    ),
]
_Origins = Annotated[
    list[str],
    Field(
        max_length=MAX_ORIGINS,
        examples=[["https://shop.example"]],
        description=(
            "Origins of pages that may submit and frame the form. An empty list means the origins that the deployment "
            "allows."
        ),
    ),
]
Honeypot = Annotated[
    str,
    Field(
        min_length=1,
        max_length=rules.MAX_FORM_NAME_LENGTH,
        description="Name of a hidden field. A submission that fills it is treated as sent by a bot.",
    ),
]
Title = Annotated[
    _Line | None,
    Field(description="Heading of the form's page; null means the form's name.", examples=["Newsletter"]),
]
Language = Annotated[
    str, Field(min_length=2, max_length=35, description="Language of the form's texts: `en`, `pt-BR`.")
]


class FormField(Input):
    """A field of a form."""

    name: FieldName
    attribute: _AttributeName
    label: _Line
    required: bool = Field(
        default=False, description="A field whose attribute forms must require is required in any case."
    )
    type: InputType | None = None
    placeholder: _Line | None = None


class FormConsent(Input):
    """A checkbox. When ticked, it grants a consent; when not, the consent stays as it is."""

    channel: str = Field(min_length=1, max_length=64, examples=["email"])
    purpose: str = Field(default=DEFAULT_PURPOSE, min_length=1, max_length=64)
    wording: Wording
    required: bool = False


DoubleOptIn = Annotated[
    bool | None,
    Field(
        description=(
            "Whether email consents are pending until the address confirms them by a link (double opt-in); null means "
            "the deployment's setting."
        )
    ),
]


class NewForm(Input):
    """A form of a website."""

    EXAMPLE: ClassVar[Properties] = {
        "name": "Newsletter",
        "fields": [{"name": "email", "attribute": "email", "label": "E-mail", "required": True}],
        "consents": [{"channel": "email", "wording": "Yes, send me news by e-mail."}],
    }

    name: _Name
    fields: list[FormField] = Field(min_length=1, max_length=rules.MAX_FIELDS)
    tags: _Tags = Field(default=[])
    consents: list[FormConsent] = Field(default=[], max_length=rules.MAX_FORM_CONSENTS)
    redirect: Redirect | None = None
    allowed_origins: _Origins = Field(default=[])
    honeypot: Honeypot = DEFAULT_HONEYPOT
    success_text: _Text = SUCCESS_TEXT
    error_text: _Text = ERROR_TEXT
    submit_text: _Line = SUBMIT_TEXT
    title: Title = None
    required_text: _Text = REQUIRED_TEXT
    language: Language = LANGUAGE
    enabled: bool = True
    double_opt_in: DoubleOptIn = None


class FormChanges(PartialUpdate):
    """A partial update: omitted fields stay as they are; fields, tags and consents are replaced as a whole."""

    EXAMPLE: ClassVar[Properties] = {"title": "Our newsletter"}

    name: _Name
    fields: list[FormField] = Field(min_length=1, max_length=rules.MAX_FIELDS)
    tags: _Tags
    consents: list[FormConsent] = Field(max_length=rules.MAX_FORM_CONSENTS)
    redirect: Redirect | None
    allowed_origins: _Origins
    honeypot: Honeypot
    success_text: _Text
    error_text: _Text
    submit_text: _Line
    title: Title
    required_text: _Text
    language: Language
    enabled: bool
    double_opt_in: DoubleOptIn


class StoredField(Output):
    """A field of a form."""

    name: str
    attribute: str
    label: str
    required: bool
    type: str | None
    placeholder: str | None


class StoredConsent(Output):
    """A consent checkbox of a form."""

    channel: str
    purpose: str
    wording: str
    required: bool


class FormNotice(Output):
    """A part of a form that has no effect, and the reason."""

    field: str = Field(examples=["fields.1"])
    code: Literal[notices.CODES]  # type: ignore[valid-type] # those that the domain knows
    message: str


class Form(Output):
    """A form. Each edit creates a new version, which later submissions name."""

    id: str
    name: str
    fields: list[StoredField]
    tags: list[str]
    consents: list[StoredConsent]
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
    notices: list[FormNotice] = Field(description="Parts of the form that have no effect; usually empty.")
    version: int
    created_at: Instant
    updated_at: Instant


class FormList(Output):
    """All forms, oldest first."""

    forms: list[Form]


class Submission(Input):
    """A submission of a form.

    HTML forms send the fields by their names, with `_consent:<key>`, `_anonymous_id`, `_submission_id` and `_page`
    as well; JSON may have that flat shape as well. User ids are not accepted, because a form needs no key.
    """

    EXAMPLE: ClassVar[Properties] = {"email": "zoe@example.com", "_consent:email": "on"}

    model_config = ConfigDict(extra="allow")

    fields: dict[str, Any] = Field(default={}, description="Values by the names of the HTML fields.")
    consents: dict[str, bool] = Field(
        default={}, description="Consents by key: true for each ticked checkbox."
    )
    anonymous_id: str | None = Field(
        default=None, description="The visitor's anonymous id, as the snippet knows it."
    )
    submission_id: str | None = Field(
        default=None,
        description="Deduplicates repeated deliveries of a submission: 1 to 64 letters, digits and hyphens.",
    )
    page: str | None = Field(default=None, description="Address of the page.")
    context: dict[str, Any] = Field(
        default={}, description="Page, campaign, screen and so on, as in the tracking API."
    )


class Submitted(Output):
    """The submission was accepted."""

    success: Literal[True]
    message: str = Field(description="The form's success text for the visitor.")
    redirect: str | None
