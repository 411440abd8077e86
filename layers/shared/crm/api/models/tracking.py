"""What clients send and get, as Segment's tracking API has it. For the document: ingestion has its own, faster eyes."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from crm.api.models.base import Instant, Output, Properties

Id = Annotated[str, Field(examples=["u-1"])] | int | None


class Event(BaseModel):
    """One event. It needs `userId` or `anonymousId`; track needs `event`, group `groupId`, alias `previousId`."""

    model_config = ConfigDict(extra="allow")

    type: Literal["identify", "track", "page", "screen", "group", "alias"] | None = Field(
        default=None, description="Only in a batch: alone, the path says it."
    )
    messageId: str | None = Field(  # noqa: N815 - the names are Segment's
        default=None, description="The same id is the same event, however often it is sent."
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
    """Up to 500 KB of events; `context` and `integrations` are defaults for each."""

    model_config = ConfigDict(extra="allow")

    batch: list[Event]
    context: Properties | None = None
    integrations: Properties | None = None
    sentAt: Instant | None = None  # noqa: N815
    writeKey: str | None = None  # noqa: N815


class Rejection(Output):
    """Why one item of a batch was not taken."""

    index: int
    code: str
    message: str


class Accepted(Output):
    """The events are stored for good; those that are listed as rejected are not."""

    success: Literal[True]
    accepted: int
    rejected: list[Rejection]
    left_out: int = Field(default=0, description="Events of bots that are not kept, with `BotEvents=drop`.")


class Rejected(Output):
    """Input that was rejected, with the reason."""

    id: str
    received_at: Instant
    source: str
    type: str
    index: int
    code: str
    message: str
    truncated: bool = Field(
        description="Whether only the first 16 KB were kept, as of a message over 32 KB or a body over 500 KB."
    )
    size: int = Field(description="Bytes of the whole content.")
    sha256: str | None = Field(description="Of the whole content, where it is truncated.")
    content: Any = Field(description="The message as it came: JSON where it is JSON, text where not.")


class RejectedTotals(Output):
    """What a source had rejected on a day, whether or not its content was kept."""

    source: str
    messages: int
    reasons: dict[str, int] = Field(description="Messages by code.")
    kept_bytes: int = Field(description="Of content that was kept; each rejection counts for 1,024 at least.")
    content_not_kept: int = Field(
        description="Messages whose content was not kept, because the source had had its bytes of the day."
    )


class RejectedPage(Output):
    """What was rejected on a day."""

    rejected: list[Rejected]
    next_cursor: str | None
    totals: list[RejectedTotals] = Field(description="Of the whole day.")


class ClientSettings(Output):
    """What Segment's browser SDK asks for before it starts."""

    integrations: dict[str, Any]
    metrics: dict[str, Any]


class SourceConfig(Output):
    """What RudderStack's browser SDK asks for before it starts."""

    source: dict[str, Any]
