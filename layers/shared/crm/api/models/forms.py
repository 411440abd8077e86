"""Forms and submissions."""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from crm.api.models.base import Input, Instant, Output
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
from crm.domain.source import MAX_NAME_LENGTH, MAX_ORIGINS

Name = Annotated[
    str,
    Field(
        min_length=1,
        max_length=MAX_NAME_LENGTH,
        examples=["Newsletter"],
        description="What a submission is called in the timeline.",
    ),
]
FieldName = Annotated[
    str,
    Field(
        min_length=1,
        max_length=rules.LONGEST_NAME,
        examples=["email"],
        description="The name of the HTML field.",
    ),
]
AttributeName = Annotated[
    str,
    Field(
        min_length=1,
        max_length=attribute.LONGEST_NAME,
        examples=["email"],
        description="The declared attribute that it fills; `email` and `phone` name the person.",
    ),
]
Line = Annotated[str, Field(min_length=1, max_length=rules.LONGEST_LABEL)]
Text = Annotated[str, Field(min_length=1, max_length=rules.LONGEST_TEXT)]
Wording = Annotated[
    str,
    Field(
        min_length=1,
        max_length=rules.LONGEST_WORDING,
        examples=["Send me the newsletter by e-mail. I can leave it at any time."],
        description="The exact text beside the box: it is kept with each consent as its proof.",
    ),
]
InputType = Annotated[
    str,
    Field(
        description="Of the HTML input, where it is not what suits the attribute.",
        json_schema_extra={"enum": list(rules.INPUT_TYPES)},
    ),
]
Tags = Annotated[
    list[Annotated[str, Field(min_length=1, max_length=tag.LONGEST_NAME)]],
    Field(
        max_length=rules.MAX_TAGS, description="Names of the tags that a submission sets; new ones are made."
    ),
]
Redirect = Annotated[
    str,
    Field(
        max_length=rules.LONGEST_ADDRESS,
        description="Where a browser goes after a submission: http or https.",
    ),
]
Origins = Annotated[
    list[str],
    Field(
        max_length=MAX_ORIGINS,
        examples=[["https://shop.example"]],
        description="Pages that may submit and frame it; none means those that the deployment allows.",
    ),
]
Honeypot = Annotated[
    str,
    Field(
        min_length=1,
        max_length=rules.LONGEST_NAME,
        description="A field that people do not see: who fills it in is no person.",
    ),
]
Title = Annotated[
    Line | None,
    Field(description="The heading of the form's page; null is the form's name.", examples=["Newsletter"]),
]
Language = Annotated[str, Field(min_length=2, max_length=35, description="Of its texts: `en`, `pt-BR`.")]


class FormField(Input):
    """A field of a form."""

    name: FieldName
    attribute: AttributeName
    label: Line
    required: bool = Field(
        default=False, description="An attribute that forms must ask for is required anyway."
    )
    type: InputType | None = None
    placeholder: Line | None = None


class FormConsent(Input):
    """A box that grants a consent when it is ticked, and says nothing when it is not."""

    channel: str = Field(min_length=1, max_length=64, examples=["email"])
    purpose: str = Field(default=DEFAULT_PURPOSE, min_length=1, max_length=64)
    wording: Wording
    required: bool = False


DoubleOptIn = Annotated[
    bool | None,
    Field(
        description="Whether consents to e-mail are pending until a link that is sent to the address confirms them; "
        "null leaves it to the deployment."
    ),
]


class NewForm(Input):
    """A form of a web site."""

    name: Name
    fields: list[FormField] = Field(min_length=1, max_length=rules.MAX_FIELDS)
    tags: Tags = Field(default=[])
    consents: list[FormConsent] = Field(default=[], max_length=rules.MAX_CONSENTS)
    redirect: Redirect | None = None
    allowed_origins: Origins = Field(default=[])
    honeypot: Honeypot = DEFAULT_HONEYPOT
    success_text: Text = SUCCESS_TEXT
    error_text: Text = ERROR_TEXT
    submit_text: Line = SUBMIT_TEXT
    title: Title = None
    required_text: Text = REQUIRED_TEXT
    language: Language = LANGUAGE
    enabled: bool = True
    double_opt_in: DoubleOptIn = None


def _without_defaults(schema: dict[str, Any]) -> None:
    for field in schema["properties"].values():
        field.pop("default", None)


class FormChanges(Input):
    """Only what is given changes; fields, tags and consents are replaced as a whole."""

    model_config = ConfigDict(json_schema_extra=_without_defaults)

    name: Name = ""
    fields: list[FormField] = Field(default=[], min_length=1, max_length=rules.MAX_FIELDS)
    tags: Tags = Field(default=[])
    consents: list[FormConsent] = Field(default=[], max_length=rules.MAX_CONSENTS)
    redirect: Redirect | None = None
    allowed_origins: Origins = Field(default=[])
    honeypot: Honeypot = ""
    success_text: Text = ""
    error_text: Text = ""
    submit_text: Line = ""
    title: Title = None
    required_text: Text = ""
    language: Language = ""
    enabled: bool = True
    double_opt_in: DoubleOptIn = None


class StoredField(Output):
    """A field of a form."""

    name: str
    attribute: str
    label: str
    required: bool
    type: str | None
    placeholder: str | None


class StoredConsent(Output):
    """A box of a form."""

    channel: str
    purpose: str
    wording: str
    required: bool


class FormNotice(Output):
    """A part of a form that has no effect, and why."""

    field: str = Field(examples=["fields.1"])
    code: Literal[notices.CODES]  # type: ignore[valid-type] # those that the domain knows
    message: str


class Form(Output):
    """A form. Each edit makes a new version, which the submissions after it name."""

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
    notices: list[FormNotice] = Field(description="Parts of it that have no effect; empty for most forms.")
    version: int
    created_at: Instant
    updated_at: Instant


class FormList(Output):
    """Every form, oldest first."""

    forms: list[Form]


class Submission(Input):
    """A form filled in.

    HTML forms send the fields by their names, and beside them `_consent:<key>`, `_anonymous_id`, `_submission_id` and
    `_page`; JSON may have that flat shape, too. No user id is taken: a form needs no key.
    """

    model_config = ConfigDict(extra="allow")

    fields: dict[str, Any] = Field(default={}, description="Values by the names of the HTML fields.")
    consents: dict[str, bool] = Field(default={}, description="True by the key of each box that is ticked.")
    anonymous_id: str | None = Field(default=None, description="The visitor's, as the snippet knows it.")
    submission_id: str | None = Field(
        default=None,
        description="Makes a second delivery the same submission: 1 to 64 letters, digits and -.",
    )
    page: str | None = Field(default=None, description="The address of the page.")
    context: dict[str, Any] = Field(
        default={}, description="Page, campaign, screen... as the tracking API takes it."
    )


class Submitted(Output):
    """It was taken."""

    success: Literal[True]
    message: str = Field(description="The form's text for the visitor.")
    redirect: str | None
