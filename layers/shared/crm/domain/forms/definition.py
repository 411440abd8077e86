"""A form: its fields, the attributes they fill, the tags and consents of a submission, and the texts for visitors."""

from collections.abc import Iterable
from dataclasses import dataclass

from crm.domain.consent import ADDRESS_TYPE_BY_CHANNEL, DEFAULT_PURPOSE, consent_key
from crm.domain.etag import etag_of
from crm.domain.id_format import IdFormat
from crm.domain.identity import EMAIL
from crm.domain.source import origin_allowed

RESERVED_PREFIX = "_"
"""Prefix of the names that a page sends in addition to the fields (`_anonymous_id`, `_consent:email`); no field has
it.
"""

CONSENT_FIELD_PREFIX = "_consent:"
DEFAULT_HONEYPOT = "website_url_confirm"
SUCCESS_TEXT = "Thank you. We have received your message."
ERROR_TEXT = "Please check the marked fields."
SUBMIT_TEXT = "Send"
REQUIRED_TEXT = "Fields marked with * are required."
LANGUAGE = "en"
RATE, BURST = 10, 50
"""Submissions a second that a form accepts, and how many at once: the address is public."""

FORM_ID_FORMAT = IdFormat("frm")


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A field of a form.

    `name`: of the HTML field. `attribute`: the attribute that it fills. `type`: of the HTML input, if not the one
    that suits the attribute.
    """

    name: str
    attribute: str
    label: str
    required: bool = False
    type: str | None = None
    placeholder: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentBox:
    """A consent's checkbox: the wording next to it is what the person agrees to, and is kept as the proof."""

    channel: str
    wording: str
    purpose: str = DEFAULT_PURPOSE
    required: bool = False

    @property
    def key(self) -> str:
        """Return the key of the consent."""
        return consent_key(self.channel, self.purpose)

    @property
    def name(self) -> str:
        """Return the name of the HTML checkbox."""
        return CONSENT_FIELD_PREFIX + self.key

    @property
    def address(self) -> str | None:
        """Return the type of the address that the consent is for; None for a channel that needs none."""
        return ADDRESS_TYPE_BY_CHANNEL.get(self.channel)


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form as it is stored. Times in epoch milliseconds.

    `tags` are registry ids, `redirect` the address after a submission. Without `allowed_origins` those of the
    deployment apply. `double_opt_in`: whether consents to email need a confirmation; None leaves it to the deployment.
    `title` heads the form's page; None is the name. `version` counts the edits from 1; submissions name it.
    """

    id: str
    name: str
    fields: tuple[Field, ...]
    created_at: int
    updated_at: int
    tags: tuple[str, ...] = ()
    consents: tuple[ConsentBox, ...] = ()
    redirect: str | None = None
    allowed_origins: tuple[str, ...] = ()
    honeypot: str = DEFAULT_HONEYPOT
    success_text: str = SUCCESS_TEXT
    error_text: str = ERROR_TEXT
    submit_text: str = SUBMIT_TEXT
    title: str | None = None
    required_text: str = REQUIRED_TEXT
    language: str = LANGUAGE
    enabled: bool = True
    double_opt_in: bool | None = None
    version: int = 1

    @property
    def etag(self) -> str:
        """Return the ETag of this version."""
        return etag_of(self.id, self.version)

    @property
    def source_id(self) -> str:
        """Return the source id of its submissions."""
        return f"form:{self.id}"

    def confirms(self, box: ConsentBox, *, by_default: bool) -> bool:
        """Return whether this consent is pending until a link sent to the address confirms it."""
        wanted = by_default if self.double_opt_in is None else self.double_opt_in
        return wanted and box.address == EMAIL

    def allows_origin(self, origin: str, deployment: Iterable[str] = ("*",)) -> bool:
        """Return whether a browser page at `origin` (`https://shop.example`) may submit this form."""
        return origin_allowed(origin, self.allowed_origins or deployment)
