"""Profiles, their timelines and their numbers."""

from typing import Any, Literal

from pydantic import Field

from crm.api.models.base import Instant, Output, Properties


class Identity(Output):
    """A normalised name of a person or a browser."""

    type: str
    value: str


class Consent(Output):
    """The latest word on one purpose."""

    state: Literal["granted", "denied"]
    at: Instant
    source: str


class Totals(Output):
    """Counts over everything the person did."""

    activities: int
    pages: int
    orders: int
    revenue: float
    revenue_by_currency: dict[str, float]
    refunds: int


class Profile(Output):
    """One person, or one browser that nobody has been recognised on."""

    id: str
    kind: Literal["recognised", "anonymous"]
    attributes: Properties
    tags: list[str]
    consents: dict[str, Consent]
    groups: dict[str, Properties]
    identities: list[Identity]
    members: list[str] = Field(description="Ids of all profiles that turned out to be this one.")
    first_seen: Instant | None
    last_seen: Instant | None
    last_transaction_at: Instant | None
    environment: dict[str, Any]
    totals: Totals
    version: int


class ProfileCard(Output):
    """A profile as the list shows it."""

    id: str
    kind: Literal["recognised", "anonymous"]
    name: str | None
    email: str | None
    phone: str | None
    city: str | None
    region: str | None
    zip: str | None
    company: str | None
    first_seen: Instant | None
    last_seen: Instant | None
    last_transaction_at: Instant | None


class ProfilePage(Output):
    """One page of the list."""

    profiles: list[ProfileCard]
    next_cursor: str | None


class Activity(Output):
    """Something that happened."""

    id: str
    type: str
    name: str | None
    category: str
    occurred_at: Instant
    received_at: Instant
    properties: Properties
    context: Properties
    source: str
    profile_id: str


class Timeline(Output):
    """One page of a timeline, newest first."""

    activities: list[Activity]
    next_cursor: str | None
    hidden: str | None = Field(
        default=None, description="Why nothing is shown, where something is held back."
    )


class Stats(Output):
    """How many profiles there are."""

    recognised: int
    anonymous: int
    total: int
