"""Profiles, their timelines and their numbers."""

from typing import Any, Literal

from pydantic import Field

from crm.api.models.base import Instant, Output, Properties
from crm.api.models.consents import Consent


class Identity(Output):
    """A normalised name of a person or a browser."""

    type: str
    value: str


class Totals(Output):
    """Counts over everything the person did."""

    activities: int
    pages: int
    orders: int = Field(description="Completed and not cancelled; all events of one order id are one order.")
    revenue: float = Field(description="After refunds.")
    revenue_by_currency: dict[str, float] = Field(description="After refunds.")
    gross_revenue: float = Field(description="Before refunds.")
    gross_revenue_by_currency: dict[str, float] = Field(description="Before refunds.")
    refunded: float = Field(description="`gross_revenue` without `revenue`.")
    average_order: float | None = Field(description="`revenue` by `orders`; null where there are none.")
    refunds: int = Field(
        description="Orders of which something was refunded, and refunds that name no order."
    )


class LeftOut(Output):
    """Something that was sent and that the profile does not keep; the timeline has it."""

    kind: Literal["attribute", "group", "consent", "tag", "class", "list"]
    reason: Literal["too_many_names", "value_too_large", "name_too_long"]
    names: list[str] = Field(description="Up to 20 of them.")
    more: bool = Field(description="Whether there are more.")


class Profile(Output):
    """One person, or one browser that nobody has been recognised on."""

    id: str
    kind: Literal["recognised", "anonymous"]
    attributes: Properties = Field(description="Typed where they are declared, else as they were sent.")
    undeclared: list[str] = Field(description="Names of those attributes that nobody has declared.")
    tags: list[str]
    lists: list[str] = Field(description="Those the customer is on, by name.")
    segments: list[str] = Field(description="Those the customer is in, by name.")
    classes: list[str]
    responsible: str | None
    consents: dict[str, Consent]
    groups: dict[str, Properties]
    identities: list[Identity]
    members: list[str] = Field(description="Ids of all profiles that turned out to be this one.")
    first_seen: Instant | None
    last_seen: Instant | None
    last_transaction_at: Instant | None
    environment: dict[str, Any]
    aggregates: dict[str, Any] = Field(description="Values by name; null where there is nothing to compute.")
    scores: dict[str, Any]
    expressions: dict[str, Any]
    totals: Totals | None = Field(description="Null where the activities are hidden.")
    hidden: Literal["processing_consent_missing"] | None = Field(
        description="Why the person's activities are not shown, where they are not."
    )
    left_out: list[LeftOut] = Field(description="What is over a limit of profiles.")
    version: int


class ProfileCard(Output):
    """A profile as the list shows it; of its texts the first 100 characters."""

    id: str
    kind: Literal["recognised", "anonymous", "deleted"]
    name: str | None
    first_name: str | None
    last_name: str | None
    email: str | None
    phone: str | None
    city: str | None
    region: str | None
    zip: str | None
    company: str | None
    tags: list[str]
    classes: list[str]
    responsible: str | None
    consents: dict[str, Literal["granted", "denied", "pending", "expired"]] = Field(
        description="By key: the channel, and behind a colon the purpose unless it is marketing."
    )
    first_seen: Instant | None
    last_seen: Instant | None
    last_transaction_at: Instant | None
    hidden: Literal["processing_consent_missing"] | None = Field(
        description="Why the person's activities are not shown, where they are not."
    )


class ProfilePage(Output):
    """One page of the list."""

    profiles: list[ProfileCard]
    scanned: int = Field(
        description="How many profiles were looked at for this page: at most 2,000 are, so that a page can be short, "
        "or empty, when there is a next one."
    )
    next_cursor: str | None


class FormChanges(Output):
    """What a form did beside filling in attributes."""

    tags: list[str] = Field(description="Those it set, as they are named now.")
    consents: dict[str, Literal["granted", "denied", "pending"]]


class Activity(Output):
    """Something that happened."""

    id: str
    type: str
    name: str | None
    category: str
    occurred_at: Instant
    received_at: Instant
    properties: Properties
    changes: FormChanges | None
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
