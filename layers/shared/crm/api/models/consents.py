"""Consents: changes, the consent ledger, and unsubscribe links."""

from typing import ClassVar, Literal

from pydantic import ConfigDict, Field

from crm.api.models.base import Input, Instant, Output, Properties
from crm.domain.consent import DEFAULT_PURPOSE, SHOWN_STATES

ConsentState = Literal[SHOWN_STATES]  # type: ignore[valid-type] # those that the domain knows


class Consent(Output):
    """The current state of the consent for one channel and purpose."""

    channel: str = Field(examples=["email"])
    purpose: str = Field(examples=[DEFAULT_PURPOSE])
    state: ConsentState
    at: Instant
    source: str = Field(
        description="Origin of the statement: a source, an API key, a form, or a name that the caller gave."
    )
    expires_at: Instant | None


class ConsentChange(Input):
    """A change to one consent."""

    EXAMPLE: ClassVar[Properties] = {"state": "granted", "proof": "Yes, send me news."}

    state: Literal["granted", "denied"]
    purpose: str | None = Field(default=None, description="`marketing` by default.", examples=["newsletter"])
    proof: str | None = Field(
        default=None, description="The text that the person was shown or spoke; at most 5,000 characters."
    )
    source: str | None = Field(
        default=None,
        description="Place where the consent was given or denied, such as the address of a page.",
        examples=["call centre"],
    )
    expires_at: str | None = Field(
        default=None,
        description="When a granted consent expires: ISO 8601, in the future.",
        examples=["2027-11-21T19:30:00.000Z"],
    )


class LedgerEntry(Output):
    """A statement on a consent, as it was made at one moment. Repetitions by an SDK with every event are one entry."""

    key: str = Field(description="Key of the consent: `email`, `email:newsletter`.")
    channel: str
    purpose: str
    state: Literal["granted", "denied", "pending"]
    at: Instant = Field(description="When the statement was made; the last time, of `times`.")
    since: Instant = Field(description="When the statement was first made, as far as this page reads.")
    times: int
    source: str
    source_name: str | None = Field(
        description="Current name of the API key, source or form that made the statement; null if it no longer exists."
    )
    proof: str | None
    expires_at: Instant | None
    type: str = Field(description="Id of the activity that made the statement.")
    activity_id: str
    profile_id: str = Field(description="The member whose log holds the activity.")


class ConsentLedger(Output):
    """The consents in force, by key, and a page of the history of statements, newest first."""

    consents: dict[str, Consent]
    ledger: list[LedgerEntry]
    next_cursor: str | None


class SubscriptionChoice(Input):
    """The choice of a person, as the preference centre or the one-click request of a mail program sends it."""

    model_config = ConfigDict(extra="allow")

    one_click: Literal["One-Click"] | None = Field(
        default=None,
        alias="List-Unsubscribe",
        description="Unsubscribes from the channel of the link (RFC 8058).",
    )
    action: Literal["save", "none"] | None = Field(
        default=None, description="Whether to keep the ticked consents, or to unsubscribe from everything."
    )
    ticked: list[str] = Field(default=[], description="Keys of the consents to keep or to grant again.")
    shown: str | None = Field(
        default=None, description="Keys of the consents that the page showed, as it sent them."
    )


class ConfirmationChoice(Input):
    """The choice of a person on the confirmation page."""

    model_config = ConfigDict(extra="allow")

    action: Literal["confirm"]


class ConfirmationLink(Output):
    """A link to the page on which an address confirms what a form asked for. Send it to that address only."""

    url: str
    address: str = Field(
        description="The address that was entered into the form.", examples=["sofia@example.com"]
    )
    consents: list[str] = Field(
        description="Keys of the consents that the link confirms.", examples=[["email", "email:newsletter"]]
    )
    expires_at: Instant


class UnsubscribeLink(Output):
    """An unsubscribe link for one person and channel: the address of the page, and the message headers for one-click
    unsubscribing.
    """

    url: str
    headers: dict[str, str] = Field(
        examples=[
            {
                "List-Unsubscribe": "<https://api.example.com/unsubscribe/AV0P...>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            }
        ]
    )
