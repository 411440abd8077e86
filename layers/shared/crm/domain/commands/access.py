"""Commands of sources and API keys."""

from typing import Literal, NotRequired, TypedDict


class NewSource(TypedDict):
    """A site, app or server that sends events."""

    name: str
    kind: NotRequired[str]
    allowed_origins: NotRequired[list[str]]
    enabled: NotRequired[bool]
    rate_limit: NotRequired[float | Literal["default"] | None]
    burst: NotRequired[int | None]


class SourceChanges(TypedDict, total=False):
    """A partial update of a source: omitted fields stay as they are; null removes a rate limit, `default` restores the
    deployment's.
    """

    name: str
    kind: str
    allowed_origins: list[str]
    enabled: bool
    rate_limit: float | Literal["default"] | None
    burst: int | None


class Rotation(TypedDict, total=False):
    """Options for the rotation of a write key."""

    grace_seconds: int


class NewApiKey(TypedDict):
    """A new API key. A key can grant only the scopes and the classes that it has itself; `admin` grants all."""

    name: str
    scopes: list[str]
    classes: NotRequired[list[str] | None]
