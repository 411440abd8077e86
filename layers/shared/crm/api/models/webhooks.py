"""Webhooks, and the deliveries that were given up."""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from crm.api.models.access import MAX_GRACE_SECONDS
from crm.api.models.base import Input, Instant, Output, Properties
from crm.api.models.card_conditions import AttributeName
from crm.domain.source import MAX_NAME_LENGTH
from crm.domain.webhooks import rules
from crm.domain.webhooks.addresses import LONGEST_URL
from crm.domain.webhooks.definition import EVENTS
from crm.domain.webhooks.delivery import AT_ONCE, MOST_AT_ONCE

Name = Annotated[str, Field(min_length=1, max_length=MAX_NAME_LENGTH, examples=["Newsletter tool"])]
Url = Annotated[
    str,
    Field(
        min_length=1,
        max_length=LONGEST_URL,
        examples=["https://hooks.shop.example/customers"],
        description="Where changes are posted: https, and a public address.",
    ),
]
EventType = Literal[EVENTS]  # type: ignore[valid-type] # those that the domain knows
Events = Annotated[
    list[EventType], Field(max_length=len(EVENTS), description="What it is told of; none means everything.")
]
Segments = Annotated[
    list[Annotated[str, Field(min_length=1, max_length=rules.LONGEST_SEGMENT)]],
    Field(
        max_length=rules.MOST_SEGMENTS,
        examples=[["big-spenders"]],
        description="Of what happens in segments, only in these, by id, name or slug; none means in all.",
    ),
]
Attributes = Annotated[
    list[AttributeName],
    Field(
        max_length=rules.MOST_ATTRIBUTES,
        examples=[["email", "first_name"]],
        description="Attributes whose values are sent with each event, as they are then, for as long as the key that "
        "says so is not revoked; none by default.",
    ),
]


def _without_defaults(schema: dict[str, Any]) -> None:
    for field in schema["properties"].values():
        field.pop("default", None)


class NewWebhook(Input):
    """A service outside AWS that is to be told of changes."""

    name: Name
    url: Url
    events: Events = Field(default=[])
    segments: Segments = Field(default=[])
    attributes: Attributes = Field(default=[])
    enabled: bool = True


class WebhookChanges(Input):
    """Only what is given changes; lists are replaced as a whole."""

    model_config = ConfigDict(json_schema_extra=_without_defaults)

    name: Name = ""
    url: Url = ""
    events: Events = Field(default=[])
    segments: Segments = Field(default=[])
    attributes: Attributes = Field(default=[])
    enabled: bool = True


class SecretRotation(Input):
    """How the old secret ends."""

    grace_seconds: int = Field(
        default=0, ge=0, le=MAX_GRACE_SECONDS, description="For how long the old secret signs, too."
    )


class Webhook(Output):
    """A webhook, without its secret."""

    id: str
    name: str
    url: str
    events: list[str]
    segments: list[str] = Field(description="Ids.")
    segment_names: dict[str, str] = Field(
        description="The names that these segments have now, by id; for keys with `segments:read`."
    )
    attributes: list[str]
    attributes_key: str | None = Field(
        description="Id of the API key that lets the webhook carry attributes."
    )
    enabled: bool
    retires_at: Instant | None = Field(description="Until when the secret before this one signs, too.")
    created_at: Instant
    updated_at: Instant
    version: int


class WebhookWithSecret(Webhook):
    """The one time that the secret is shown."""

    secret: str = Field(examples=["whsec_bm8gc2VjcmV0LCBhbiBleGFtcGxlIG9ubHkgLi4u"])


class WebhookList(Output):
    """Every webhook, oldest first."""

    webhooks: list[Webhook]


class QueuedEvent(Output):
    """What is on its way."""

    id: str = Field(description="The `webhook-id` that it will bear.")
    type: str


class WebhookDelivery(Output):
    """A delivery that was given up."""

    id: str
    event_id: str = Field(description="Its `webhook-id`.")
    event_type: str
    body: Properties = Field(description="What was sent.")
    attempts: int
    status: int | None = Field(description="What the receiver answered last; null where it did not.")
    error: str | None = Field(
        description="`disabled`, `gone`, `unknown_host`, `refused_address`, `no_connection`, `bad_certificate`, "
        "`timeout` or `no_end`; null where a status says it.",
    )
    first_attempt_at: Instant
    died_at: Instant = Field(description="When it was given up.")
    expires_at: Instant = Field(description="Until when it can be sent again.")


class WebhookDeliveryPage(Output):
    """One page of dead deliveries, newest first."""

    deliveries: list[WebhookDelivery]
    next_cursor: str | None


class Replay(Input):
    """How many at once."""

    limit: int = Field(default=AT_ONCE, ge=1, le=MOST_AT_ONCE)


class Replayed(Output):
    """What is on its way again."""

    replayed: int
    more: bool = Field(description="Whether there are more, which another request replays.")
