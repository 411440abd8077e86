"""Profiles, their timelines and their numbers."""

from typing import Any, Literal

from pydantic import Field

from crm.api.models.base import Instant, Output, Properties
from crm.api.models.consents import Consent, ConsentState


class Identity(Output):
    """A normalised identity of a person or a browser."""

    type: str
    value: str


class Totals(Output):
    """Totals over all activities of the person."""

    activities: int
    pages: int
    orders: int = Field(
        description="Completed orders that were not cancelled. All events of one order id are one order."
    )
    revenue: float = Field(description="After refunds.")
    revenue_by_currency: dict[str, float] = Field(description="After refunds.")
    gross_revenue: float = Field(description="Before refunds.")
    gross_revenue_by_currency: dict[str, float] = Field(description="Before refunds.")
    refunded: float = Field(description="`gross_revenue` minus `revenue`.")
    average_order: float | None = Field(description="`revenue` divided by `orders`; null without orders.")
    refunds: int = Field(description="Number of orders with a refund, and of refunds that name no order.")


class DroppedData(Output):
    """Data that was sent but is not kept on the profile; it remains in the timeline."""

    kind: Literal["attribute", "group", "consent", "tag", "class", "list"]
    reason: Literal["too_many_names", "value_too_large", "name_too_long"]
    names: list[str] = Field(description="Up to 20 names.")
    more: bool = Field(description="Whether there are more names.")


class Profile(Output):
    """A person, or a browser without a recognised person."""

    id: str
    kind: Literal["recognised", "anonymous"]
    attributes: Properties = Field(description="Typed if declared, else as they were sent.")
    undeclared: list[str] = Field(description="Names of undeclared attributes.")
    tags: list[str]
    lists: list[str] = Field(description="Names of the lists that the customer is on.")
    segments: list[str] = Field(description="Names of the segments that the customer is in.")
    classes: list[str]
    responsible: str | None
    consents: dict[str, Consent]
    groups: dict[str, Properties]
    identities: list[Identity]
    members: list[str] = Field(description="Ids of all profiles that belong to this person.")
    first_seen: Instant | None
    last_seen: Instant | None
    last_transaction_at: Instant | None
    environment: dict[str, Any]
    aggregates: dict[str, Any] = Field(description="Values by name; null if there is nothing to compute.")
    scores: dict[str, Any]
    expressions: dict[str, Any]
    totals: Totals | None = Field(description="Null if the activities are hidden.")
    hidden: Literal["processing_consent_missing"] | None = Field(
        description="Why the person's activities are hidden, if they are."
    )
    left_out: list[DroppedData] = Field(description="Data beyond the limits of a profile.")
    version: int


class ProfileCard(Output):
    """A profile as it appears in lists, with the first 100 characters of each text."""

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
    consents: dict[str, ConsentState] = Field(
        description="By key: the channel, followed by a colon and the purpose unless that is marketing."
    )
    first_seen: Instant | None
    last_seen: Instant | None
    last_transaction_at: Instant | None
    hidden: Literal["processing_consent_missing"] | None = Field(
        description="Why the person's activities are hidden, if they are."
    )


class Stats(Output):
    """The number of profiles."""

    recognised: int
    anonymous: int
    total: int


class ProfilePage(Output):
    """A page of profiles."""

    profiles: list[ProfileCard]
    scanned: int = Field(
        description=(
            "Number of profiles that were examined for this page: at most 2,000. A page can therefore be short or "
            "empty although there is a next page."
        )
    )
    counts: Stats | None = Field(description="The numbers of `GET /v1/stats` for `counts=true`, else null.")
    next_cursor: str | None


class SearchResult(Output):
    """A customer that was found."""

    match: str = Field(
        description=(
            "Why it was found: its `name`, `last_name`, `email` or `company` begins with the text, or the text is its "
            "`id`, or an identity of this type (`user_id`, `phone`...) that the customer has or claims."
        )
    )
    profile: ProfileCard


class SearchResults(Output):
    """The customers that a text finds: those with that id or identity first, then by name, last name, email and
    company.
    """

    results: list[SearchResult]
    more: bool = Field(description="Whether there may be more: continue the text to find them.")


class NameInUse(Output):
    """A class or a responsible user. `count`: its customers that the key can see, all of them unless `more` is true."""

    name: str = Field(description="As it is on the profiles of these customers.")
    count: int
    more: bool = Field(description="Whether there are more than `count`; only with `count_up_to`.")


class ClassesInUse(Output):
    """A page of the classes that customers have, without those that the key sees no customer of."""

    classes: list[NameInUse]
    next_cursor: str | None


class ResponsiblesInUse(Output):
    """A page of the users who are responsible for customers, without those that the key sees no customer of."""

    responsibles: list[NameInUse]
    next_cursor: str | None


class FormEffects(Output):
    """The effects of a form beyond attributes."""

    tags: list[str] = Field(description="Tags that the form added, by their current names.")
    consents: dict[str, Literal["granted", "denied", "pending"]]


class Activity(Output):
    """Something that happened to a customer."""

    id: str
    type: str
    name: str | None
    category: str
    occurred_at: Instant
    received_at: Instant
    properties: Properties
    changes: FormEffects | None
    context: Properties
    source: str = Field(
        description=(
            "Who or what it comes from: `key:<id>` of an API key, the id of a source, `form:<id>`, `import:<id>`, or a "
            "part of the product."
        )
    )
    source_name: str | None = Field(
        description="The current name of that API key, source or form; null for all else, and for deleted ones."
    )
    profile_id: str


class Timeline(Output):
    """A page of a timeline, newest first."""

    activities: list[Activity]
    next_cursor: str | None
    hidden: str | None = Field(default=None, description="Why activities are hidden, if they are.")
