"""Consents: changing them, the ledger, and unsubscribe links."""

from typing import Literal

from pydantic import ConfigDict, Field

from crm.api.models.base import Input, Instant, Output


class Consent(Output):
    """The latest word on one channel and purpose."""

    channel: str = Field(examples=["email"])
    purpose: str = Field(examples=["marketing"])
    state: Literal["granted", "denied", "pending", "expired"]
    at: Instant
    source: str = Field(description="Who said so: a source, an API key, a form, or what the caller named.")
    expires_at: Instant | None


class ConsentChange(Input):
    """A word on one consent."""

    state: Literal["granted", "denied"]
    purpose: str | None = Field(default=None, description="Default `marketing`.", examples=["newsletter"])
    proof: str | None = Field(
        default=None, description="What the person was shown, or said; at most 5,000 characters."
    )
    source: str | None = Field(default=None, description="Where they said so.", examples=["call centre"])
    expires_at: str | None = Field(
        default=None,
        description="ISO 8601, in the future: until when a granted consent holds.",
        examples=["2027-11-21T19:30:00.000Z"],
    )


class LedgerEntry(Output):
    """What was said at one moment, whatever has become of it. What an SDK repeats with every event is one entry."""

    key: str = Field(description="Of the consent: `email`, `email:newsletter`.")
    channel: str
    purpose: str
    state: Literal["granted", "denied", "pending"]
    at: Instant = Field(description="When it was said, the last time of `times`.")
    since: Instant = Field(description="When it was said first, as far as this page reads.")
    times: int
    source: str
    proof: str | None
    expires_at: Instant | None
    type: str = Field(description="Of the activity that says it.")
    activity_id: str
    profile_id: str = Field(description="The member whose log holds the activity.")


class ConsentLedger(Output):
    """What holds now, by key, and a page of all that was ever said, newest first."""

    consents: dict[str, Consent]
    ledger: list[LedgerEntry]
    next_cursor: str | None


class SubscriptionChoice(Input):
    """What the page's form sends, or what a mail program does for one click."""

    model_config = ConfigDict(extra="allow")

    one_click: Literal["One-Click"] | None = Field(
        default=None, alias="List-Unsubscribe", description="Leave the link's channel (RFC 8058)."
    )
    action: Literal["save", "none"] | None = Field(
        default=None, description="Keep what is ticked, or leave everything."
    )
    ticked: list[str] = Field(default=[], description="Keys of the consents that stay, or are given again.")
    shown: str | None = Field(default=None, description="What was on the page, as it came with it.")


class ConfirmationChoice(Input):
    """What the page's form sends."""

    model_config = ConfigDict(extra="allow")

    action: Literal["confirm"]


class ConfirmationLink(Output):
    """The page by which an address confirms what a form asked for, to be sent to that address alone."""

    url: str
    address: str = Field(description="The one that was typed into the form.", examples=["sofia@example.com"])
    consents: list[str] = Field(
        description="Keys of the consents that it confirms.", examples=[["email", "email:newsletter"]]
    )
    expires_at: Instant


class UnsubscribeLink(Output):
    """For one person and channel: the page's address, and the headers of a message that let a mail program use it."""

    url: str
    headers: dict[str, str] = Field(
        examples=[
            {
                "List-Unsubscribe": "<https://api.example.com/unsubscribe/AV0P...>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            }
        ]
    )
