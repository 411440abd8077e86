"""Requests and responses of Segment's tracking API. Only the OpenAPI document uses them; ingestion has a faster
validation of its own.
"""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from crm.api.models.base import Input, Instant, Output, Properties

Id = Annotated[str, Field(examples=["u-1"])] | int | None


class Event(BaseModel):
    """One event. It requires `userId` or `anonymousId`; track requires `event`, group `groupId`, alias `previousId`."""

    model_config = ConfigDict(extra="allow")

    EXAMPLES: ClassVar[dict[str, Properties]] = {
        "identify": {"userId": "user-1", "traits": {"email": "ann@example.com", "firstName": "Ann"}},
        "track": {
            "userId": "user-1",
            "event": "Order Completed",
            "properties": {"order_id": "1001", "total": 129.9, "currency": "EUR"},
        },
        "page": {
            "userId": "user-1",
            "name": "Home",
            "properties": {"url": "https://shop.example/", "path": "/"},
        },
        "screen": {"userId": "user-1", "name": "Start"},
        "group": {"userId": "user-1", "groupId": "acme", "traits": {"name": "Acme Ltd"}},
        "alias": {"userId": "user-1", "previousId": "5f1c2a34-7b1e-4d5a-9a51-0c6f5d0e1a01"},
    }

    type: Literal["identify", "track", "page", "screen", "group", "alias"] | None = Field(
        default=None, description="Only in a batch; otherwise the path gives the type."
    )
    messageId: str | None = Field(  # noqa: N815 - the names are Segment's
        default=None, description="Deduplicates: the same id is the same event, however often it is sent."
    )
    userId: Id = None  # noqa: N815
    anonymousId: Id = None  # noqa: N815
    previousId: Id = None  # noqa: N815
    groupId: Id = None  # noqa: N815
    event: str | None = None
    name: str | None = None
    properties: Properties | None = None
    traits: Properties | None = None
    context: Properties | None = None
    timestamp: Instant | None = None
    originalTimestamp: Instant | None = None  # noqa: N815
    sentAt: Instant | None = None  # noqa: N815
    writeKey: str | None = None  # noqa: N815


class Batch(BaseModel):
    """Up to 500 KB of events; `context` and `integrations` are defaults for each event."""

    model_config = ConfigDict(extra="allow")

    EXAMPLE: ClassVar[Properties] = {
        "batch": [{"type": kind, **Event.EXAMPLES[kind]} for kind in ("identify", "track")]
    }

    batch: list[Event]
    context: Properties | None = None
    integrations: Properties | None = None
    sentAt: Instant | None = None  # noqa: N815
    writeKey: str | None = None  # noqa: N815


class Rejection(Output):
    """The reason why one item of a batch was rejected."""

    index: int
    code: str
    message: str


class Accepted(Output):
    """The events are stored durably, except those that are listed as rejected."""

    success: Literal[True]
    accepted: int
    rejected: list[Rejection]
    left_out: int = Field(
        default=0, description="Number of bot events that were dropped, with `BotEvents=drop`."
    )


class Correction(Input):
    """What is replayed instead of the rejected input; without `content`, the input as it was received."""

    EXAMPLE: ClassVar[Properties] = {"content": {"userId": "ada", "event": "Signed Up"}}

    content: Properties | None = Field(
        default=None,
        examples=[{"userId": "ada", "event": "Signed Up"}],
        description=(
            "The corrected input, as `content` of `GET /v1/rejected` shows it: a message, the body of a batch, or the "
            "fields of a form; at most 500 KB."
        ),
    )


class Rejected(Output):
    """Rejected input, with the reason."""

    id: str
    received_at: Instant
    source: str
    type: str
    index: int
    code: str
    message: str
    truncated: bool = Field(
        description="Whether only the first 16 KB were kept, for a message over 32 KB or a body over 500 KB."
    )
    size: int = Field(description="Size of the whole content, in bytes.")
    sha256: str | None = Field(description="Hash of the whole content, if it is truncated.")
    content: Any = Field(description="The message as it was received: JSON if it is valid JSON, else text.")


class RejectedTotals(Output):
    """Rejected input of a source on one day, whether or not its content was kept."""

    source: str
    messages: int
    reasons: dict[str, int] = Field(description="Number of messages by code.")
    kept_bytes: int = Field(
        description="Bytes of content that was kept; each rejection counts for at least 1,024."
    )
    content_not_kept: int = Field(
        description=(
            "Number of messages whose content was not kept, because the source had used up its daily budget "
            "of bytes."
        )
    )


class RejectedPage(Output):
    """A page of the input rejected on a day."""

    rejected: list[Rejected]
    next_cursor: str | None
    totals: list[RejectedTotals] = Field(description="Totals of the whole day.")


class ClientSettings(Output):
    """Settings that Segment's browser SDK requests before it starts."""

    integrations: dict[str, Any]
    metrics: dict[str, Any]


class SourceConfig(Output):
    """Settings that RudderStack's browser SDK requests before it starts."""

    source: dict[str, Any]
