"""Fifteen pydantic models, as a first version would have them: one per thing that the API can be told."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class Page(BaseModel):
    """The page an event happened on."""

    path: str | None = None
    referrer: str | None = None
    search: str | None = None
    title: str | None = None
    url: str | None = None


class Campaign(BaseModel):
    """Where a visitor came from."""

    name: str | None = None
    source: str | None = None
    medium: str | None = None
    term: str | None = None
    content: str | None = None


class Library(BaseModel):
    """The client that sent it."""

    name: str
    version: str


class Device(BaseModel):
    """What the visitor held."""

    id: str | None = None
    manufacturer: str | None = None
    model: str | None = None
    type: str | None = None


class Screen(BaseModel):
    """How much the visitor saw."""

    width: int | None = None
    height: int | None = None
    density: float | None = None


class Consent(BaseModel):
    """What the visitor agreed to."""

    category_preferences: dict[str, bool] = Field(default_factory=dict, alias="categoryPreferences")


class Context(BaseModel):
    """Everything around an event."""

    model_config = ConfigDict(extra="allow")
    page: Page | None = None
    campaign: Campaign | None = None
    library: Library | None = None
    device: Device | None = None
    screen: Screen | None = None
    consent: Consent | None = None
    locale: str | None = None
    timezone: str | None = None
    user_agent: str | None = Field(default=None, alias="userAgent")
    ip: str | None = None


class Message(BaseModel):
    """What all messages have in common."""

    model_config = ConfigDict(extra="allow")
    message_id: str = Field(alias="messageId", max_length=100)
    anonymous_id: str | None = Field(default=None, alias="anonymousId")
    user_id: str | None = Field(default=None, alias="userId")
    timestamp: datetime
    context: Context = Field(default_factory=Context)


class Track(Message):
    """Something a customer did."""

    type: Literal["track"]
    event: str = Field(min_length=1)
    properties: dict[str, Any] = Field(default_factory=dict)


class PageView(Message):
    """A page a customer saw."""

    type: Literal["page"]
    name: str | None = None
    properties: dict[str, Any] = Field(default_factory=dict)


class Identify(Message):
    """Who a customer is."""

    type: Literal["identify"]
    traits: dict[str, Any] = Field(default_factory=dict)


class Batch(BaseModel):
    """Several messages at once."""

    batch: list[Track | PageView | Identify] = Field(max_length=500)
    sent_at: datetime | None = Field(default=None, alias="sentAt")
    write_key: str | None = Field(default=None, alias="writeKey")


class Accepted(BaseModel):
    """The answer to a batch."""

    success: bool
    accepted: int


class ProfileAnswer(BaseModel):
    """The answer to a question for a profile."""

    id: str
    kind: Literal["anonymous", "recognised"]
    last_seen: datetime
    events: int


class Problem(BaseModel):
    """The answer to a bad request."""

    code: str
    message: str
    details: dict[str, Any] = Field(default_factory=dict)
