"""Commands of webhooks."""

from typing import NotRequired, TypedDict


class NewWebhook(TypedDict):
    """A service outside AWS that receives change events."""

    name: str
    url: str
    events: NotRequired[list[str]]
    segments: NotRequired[list[str]]
    attributes: NotRequired[list[str]]
    enabled: NotRequired[bool]


class WebhookChanges(TypedDict, total=False):
    """A partial update: omitted fields stay as they are; lists are replaced as a whole."""

    name: str
    url: str
    events: list[str]
    segments: list[str]
    attributes: list[str]
    enabled: bool


class SecretRotation(TypedDict, total=False):
    """Options for the rotation of a secret."""

    grace_seconds: int


class Replay(TypedDict, total=False):
    """The maximum number of deliveries to replay."""

    limit: int
