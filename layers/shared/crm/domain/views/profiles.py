"""Views of profiles and timelines."""

from typing import Any, NotRequired, TypedDict

from crm.domain.views.consents import ConsentView


class ProfileCardView(TypedDict):
    """A profile as it appears in lists, with the first 100 characters of each text."""

    id: str
    kind: str
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
    consents: dict[str, str]
    first_seen: str | None
    last_seen: str | None
    last_transaction_at: str | None
    hidden: str | None


class StatsView(TypedDict):
    """The number of profiles."""

    recognised: int
    anonymous: int
    total: int


class ProfileRowsView(TypedDict):
    """The profiles of a page."""

    profiles: list[ProfileCardView]
    scanned: int
    counts: StatsView | None


class ProfilePageView(ProfileRowsView):
    """A page of profiles."""

    next_cursor: str | None


class SearchResultView(TypedDict):
    """A customer that was found."""

    match: str
    profile: ProfileCardView


class SearchResultsView(TypedDict):
    """The customers that a text finds."""

    results: list[SearchResultView]
    more: bool


class IdentityView(TypedDict):
    """A normalised identity of a person or a browser."""

    type: str
    value: str


class TotalsView(TypedDict):
    """Totals over all activities of the person."""

    activities: int
    pages: int
    orders: int
    revenue: float
    revenue_by_currency: dict[str, float]
    gross_revenue: float
    gross_revenue_by_currency: dict[str, float]
    refunded: float
    average_order: float | None
    refunds: int


class DroppedDataView(TypedDict):
    """Data that was sent but is not kept on the profile; it remains in the timeline."""

    kind: str
    reason: str
    names: list[str]
    more: bool


class ProfileView(TypedDict):
    """A person, or a browser without a recognised person."""

    id: str
    kind: str
    attributes: dict[str, Any]
    undeclared: list[str]
    tags: list[str]
    lists: list[str]
    segments: list[str]
    classes: list[str]
    responsible: str | None
    consents: dict[str, ConsentView]
    groups: dict[str, dict[str, Any]]
    identities: list[IdentityView]
    members: list[str]
    first_seen: str | None
    last_seen: str | None
    last_transaction_at: str | None
    environment: dict[str, Any]
    aggregates: dict[str, Any]
    scores: dict[str, Any]
    expressions: dict[str, Any]
    totals: TotalsView | None
    hidden: str | None
    left_out: list[DroppedDataView]
    version: int


class NameInUseView(TypedDict):
    """A class or a responsible user. `count`: its customers that the key can see, all of them unless `more` is true."""

    name: str
    count: int
    more: bool


class ClassesInUseView(TypedDict):
    """A page of the classes that customers have."""

    classes: list[NameInUseView]
    next_cursor: str | None


class ResponsiblesInUseView(TypedDict):
    """A page of the users who are responsible for customers."""

    responsibles: list[NameInUseView]
    next_cursor: str | None


class FormEffectsView(TypedDict):
    """The effects of a form beyond attributes."""

    tags: list[str]
    consents: dict[str, str]


class ActivityView(TypedDict):
    """Something that happened to a customer."""

    id: str
    type: str
    name: str | None
    category: str
    occurred_at: str
    received_at: str
    properties: dict[str, Any]
    changes: FormEffectsView | None
    context: dict[str, Any]
    source: str
    source_name: str | None
    profile_id: str


class ActivitiesView(TypedDict):
    """The activities of a page of a timeline, newest first."""

    activities: list[ActivityView]
    hidden: NotRequired[str | None]


class TimelineView(ActivitiesView):
    """A page of a timeline."""

    next_cursor: str | None
