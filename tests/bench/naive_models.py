"""Fifteen pydantic models, one for each object of the API, as in a first version."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class Page(BaseModel):
    """The page of an event."""

    path: str | None = None
    referrer: str | None = None
    search: str | None = None
    title: str | None = None
    url: str | None = None


class Campaign(BaseModel):
    """The campaign that a visitor came from."""

    name: str | None = None
    source: str | None = None
    medium: str | None = None
    term: str | None = None
    content: str | None = None


class Library(BaseModel):
    """The client library."""

    name: str
    version: str


class Device(BaseModel):
    """The visitor's device."""

    id: str | None = None
    manufacturer: str | None = None
    model: str | None = None
    type: str | None = None


class Screen(BaseModel):
    """The visitor's screen."""

    width: int | None = None
    height: int | None = None
    density: float | None = None


class Consent(BaseModel):
    """A consent of the visitor."""

    category_preferences: dict[str, bool] = Field(default_factory=dict, alias="categoryPreferences")


class Context(BaseModel):
    """The context of an event."""

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
    """The fields that all messages have."""

    model_config = ConfigDict(extra="allow")
    message_id: str = Field(alias="messageId", max_length=100)
    anonymous_id: str | None = Field(default=None, alias="anonymousId")
    user_id: str | None = Field(default=None, alias="userId")
    timestamp: datetime
    context: Context = Field(default_factory=Context)


class Track(Message):
    """An event of a customer."""

    type: Literal["track"]
    event: str = Field(min_length=1)
    properties: dict[str, Any] = Field(default_factory=dict)


class PageView(Message):
    """A page view."""

    type: Literal["page"]
    name: str | None = None
    properties: dict[str, Any] = Field(default_factory=dict)


class Identify(Message):
    """The traits of a customer."""

    type: Literal["identify"]
    traits: dict[str, Any] = Field(default_factory=dict)


class Batch(BaseModel):
    """Several messages together."""

    batch: list[Track | PageView | Identify] = Field(max_length=500)
    sent_at: datetime | None = Field(default=None, alias="sentAt")
    write_key: str | None = Field(default=None, alias="writeKey")


class Accepted(BaseModel):
    """The response to a batch."""

    success: bool
    accepted: int


class ProfileAnswer(BaseModel):
    """The response to a request for a profile."""

    id: str
    kind: Literal["anonymous", "recognised"]
    last_seen: datetime
    events: int


class Problem(BaseModel):
    """The response to an invalid request."""

    code: str
    message: str
    details: dict[str, Any] = Field(default_factory=dict)
