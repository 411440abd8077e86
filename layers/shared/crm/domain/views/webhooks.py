"""Views of webhooks."""

from typing import Any, TypedDict


class WebhookView(TypedDict):
    """A webhook, without its secret."""

    id: str
    name: str
    url: str
    events: list[str]
    segments: list[str]
    segment_names: dict[str, str]
    attributes: list[str]
    attributes_key: str | None
    enabled: bool
    retires_at: str | None
    created_at: str
    updated_at: str
    version: int


class WebhookWithSecretView(WebhookView):
    """A webhook with its secret, which is shown only once."""

    secret: str


class WebhookListView(TypedDict):
    """All webhooks, oldest first."""

    webhooks: list[WebhookView]


class QueuedEventView(TypedDict):
    """An event in the delivery queue."""

    id: str
    type: str


class WebhookDeliveryView(TypedDict):
    """A delivery that failed permanently."""

    id: str
    event_id: str
    event_type: str
    body: dict[str, Any]
    attempts: int
    status: int | None
    error: str | None
    response_body: str | None
    first_attempt_at: str
    died_at: str
    expires_at: str


class WebhookDeliveryPageView(TypedDict):
    """A page of failed deliveries, newest first."""

    deliveries: list[WebhookDeliveryView]
    next_cursor: str | None


class RecentDeliveryView(TypedDict):
    """A delivery with the result of its last attempt."""

    id: str
    event_id: str
    event_type: str
    body: dict[str, Any]
    state: str
    attempts: int
    status: int | None
    error: str | None
    response_body: str | None
    first_attempt_at: str
    last_attempt_at: str
    next_attempt_at: str | None


class RecentDeliveryPageView(TypedDict):
    """A page of recent deliveries, newest event first."""

    deliveries: list[RecentDeliveryView]
    next_cursor: str | None


class ReplayedView(TypedDict):
    """The result of a replay."""

    replayed: int
    more: bool
