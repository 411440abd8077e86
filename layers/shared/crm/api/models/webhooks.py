"""Webhooks, and deliveries that failed permanently."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from crm.api.models.access import MAX_GRACE_SECONDS
from crm.api.models.base import Input, Instant, Output, PartialUpdate, Properties
from crm.api.models.card_conditions import AttributeName
from crm.domain.event_types import EVENT_TYPES, SEGMENT_ENTERED, SEGMENT_LEFT
from crm.domain.source import MAX_SOURCE_NAME_LENGTH
from crm.domain.webhooks import rules
from crm.domain.webhooks.addresses import MAX_URL_LENGTH
from crm.domain.webhooks.delivery import DELIVERY_STATES, MAX_AT_ONCE, REPLAYED_AT_ONCE, RESPONSE_BYTES

_Name = Annotated[str, Field(min_length=1, max_length=MAX_SOURCE_NAME_LENGTH, examples=["Newsletter tool"])]
Url = Annotated[
    str,
    Field(
        min_length=1,
        max_length=MAX_URL_LENGTH,
        examples=["https://hooks.shop.example/customers"],
        description="Address to which changes are posted: https, and public.",
    ),
]
EventType = Literal[EVENT_TYPES]  # type: ignore[valid-type] # those that the domain knows
Events = Annotated[
    list[EventType],
    Field(
        max_length=len(EVENT_TYPES), description="Types of change events to send; an empty list means all."
    ),
]
_Segments = Annotated[
    list[Annotated[str, Field(min_length=1, max_length=rules.MAX_SEGMENT_LENGTH)]],
    Field(
        max_length=rules.MAX_WEBHOOK_SEGMENTS,
        examples=[["big-spenders"]],
        description="Segments whose changes are sent, by id, name or slug; an empty list means all segments.",
    ),
]
_Attributes = Annotated[
    list[AttributeName],
    Field(
        max_length=rules.MAX_ATTRIBUTES,
        examples=[["email", "first_name"]],
        description=(
            "Attributes to send with each event, with their values at that time, until the API key that set this is "
            "revoked; none by default."
        ),
    ),
]


class NewWebhook(Input):
    """A service outside AWS that receives change events."""

    EXAMPLE: ClassVar[Properties] = {
        "name": "Mailing tool",
        "url": "https://hooks.shop.example/customers",
        "events": [SEGMENT_ENTERED, SEGMENT_LEFT],
        "enabled": False,  # deliveries to an unreachable address would be retried for a day
    }

    name: _Name
    url: Url
    events: Events = Field(default=[])
    segments: _Segments = Field(default=[])
    attributes: _Attributes = Field(default=[])
    enabled: bool = True


class WebhookChanges(PartialUpdate):
    """A partial update: omitted fields stay as they are; lists are replaced as a whole."""

    EXAMPLE: ClassVar[Properties] = {"enabled": True}

    name: _Name
    url: Url
    events: Events
    segments: _Segments
    attributes: _Attributes
    enabled: bool


class SecretRotation(Input):
    """Options for the rotation of a secret."""

    EXAMPLE: ClassVar[Properties] = {"grace_seconds": 86_400}

    grace_seconds: int = Field(
        default=0,
        ge=0,
        le=MAX_GRACE_SECONDS,
        description="How long messages are also signed with the old secret.",
    )


class Webhook(Output):
    """A webhook, without its secret."""

    id: str
    name: str
    url: str
    events: list[str]
    segments: list[str] = Field(description="Ids of the segments.")
    segment_names: dict[str, str] = Field(
        description="Current names of these segments, by id; only for keys with `segments:read`."
    )
    attributes: list[str]
    attributes_key: str | None = Field(
        description="Id of the API key that authorizes the webhook to send attributes."
    )
    enabled: bool
    retires_at: Instant | None = Field(
        description="Until when messages are also signed with the previous secret."
    )
    created_at: Instant
    updated_at: Instant
    version: int


class WebhookWithSecret(Webhook):
    """A webhook with its secret, which is shown only once."""

    secret: str = Field(examples=["whsec_bm8gc2VjcmV0LCBhbiBleGFtcGxlIG9ubHkgLi4u"])


class WebhookList(Output):
    """All webhooks, oldest first."""

    webhooks: list[Webhook]


class QueuedEvent(Output):
    """An event in the delivery queue."""

    id: str = Field(description="The `webhook-id` of the delivery.")
    type: str


_ResponseBody = Annotated[
    str | None,
    Field(
        description=(
            f"The first {RESPONSE_BYTES:,} bytes of the last response, as UTF-8, without control characters; null if "
            "there was none, or it was compressed."
        )
    ),
]


class WebhookDelivery(Output):
    """A delivery that failed permanently."""

    id: str
    event_id: str = Field(description="The `webhook-id` of the delivery.")
    event_type: str
    body: Properties = Field(description="The body that was sent.")
    attempts: int
    status: int | None = Field(description="Status of the last response; null if there was none.")
    error: str | None = Field(
        description=(
            "`disabled`, `gone`, `unknown_host`, `refused_address`, `no_connection`, `bad_certificate`, `timeout` or "
            "`no_end`; null if `status` gives the reason."
        ),
    )
    response_body: _ResponseBody
    first_attempt_at: Instant
    died_at: Instant = Field(description="When the retries of the delivery ended.")
    expires_at: Instant = Field(description="Until when the delivery can be replayed.")


class WebhookDeliveryPage(Output):
    """A page of failed deliveries, newest first."""

    deliveries: list[WebhookDelivery]
    next_cursor: str | None


class RecentDelivery(Output):
    """A delivery with the result of its last attempt."""

    id: str
    event_id: str = Field(description="The `webhook-id` of the delivery.")
    event_type: str
    body: Properties = Field(
        description="The body that is sent, without the attributes that the webhook carries."
    )
    state: Literal[DELIVERY_STATES]  # type: ignore[valid-type] # those of the domain
    attempts: int
    status: int | None = Field(description="Status of the last response; null if there was none.")
    error: str | None = Field(
        description=(
            "As of failed deliveries, or `resting`: the address did not respond a moment ago: it was not tried. Null "
            "if `status` gives the reason."
        ),
    )
    response_body: _ResponseBody
    first_attempt_at: Instant
    last_attempt_at: Instant
    next_attempt_at: Instant | None = Field(description="Null if it is delivered or failed.")


class RecentDeliveryPage(Output):
    """A page of recent deliveries, newest event first."""

    deliveries: list[RecentDelivery]
    next_cursor: str | None


class Replay(Input):
    """The maximum number of deliveries to replay."""

    EXAMPLE: ClassVar[Properties] = {"limit": 100}

    limit: int = Field(default=REPLAYED_AT_ONCE, ge=1, le=MAX_AT_ONCE)


class Replayed(Output):
    """The result of a replay."""

    replayed: int
    more: bool = Field(description="Whether there are more deliveries, which need another request.")
