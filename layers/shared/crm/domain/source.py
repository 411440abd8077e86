"""A source: one site, app or server that sends events, and the rules for sending in its name."""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Literal, NamedTuple
from urllib.parse import urlsplit

from crm.domain.errors import InvalidInputError
from crm.domain.etag import etag_of
from crm.domain.id_format import IdFormat

SERVER = "server"
SOURCE_KINDS = ("web", "mobile", SERVER)
MAX_SOURCE_NAME_LENGTH = 100
MAX_ORIGINS = 50
DEFAULT_LIMIT: Literal["default"] = "default"
"""Value of `rate_limit` for a source that follows the deployment's limit."""

SOURCE_ID_FORMAT = IdFormat("src")
_WRITE_KEY = re.compile(r"wk_[A-Za-z0-9_-]{22}")
_LABELS = re.compile(r"[a-z0-9-][a-z0-9.-]*")
_HOST = re.compile(r"(\*\.)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:]+\]")


class LeftOutBySource(NamedTuple):
    """When a source first and last (epoch ms) sent more than profiles keep; `events`: about how many."""

    since: int
    last_at: int
    events: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A rate limit: `rate` events a second, `burst` at once. `is_default`: the deployment's, and not the source's
    own.
    """

    rate: float
    burst: int
    is_default: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A source as it is stored. Times in epoch milliseconds. `rate_limit` in events per second.

    A web or mobile source without one has the deployment's limit, unless it is `unlimited`. Without `allowed_origins`
    those of the deployment apply. After a rotation with grace, `retiring_key` is still valid until `retires_at`.
    """

    id: str
    name: str
    kind: str
    write_key: str
    created_at: int
    updated_at: int
    allowed_origins: tuple[str, ...] = ()
    enabled: bool = True
    rate_limit: float | None = None
    burst: int | None = None
    unlimited: bool = False
    retiring_key: str | None = None
    retires_at: int | None = None
    version: int = 1

    @property
    def etag(self) -> str:
        """Return the ETag of this version."""
        return etag_of(self.id, self.version)

    @property
    def capacity(self) -> int:
        """Return how many events are accepted at once: `burst`, or one second's worth."""
        return self.burst or max(1, math.ceil(self.rate_limit or 1))

    def limit(self, default: Limit | None = None) -> Limit | None:
        """Return the limit in force: its own, or the deployment's `default`; None if there is none."""
        if self.rate_limit:
            return Limit(rate=self.rate_limit, burst=self.capacity)
        if default is None or self.unlimited or self.kind == SERVER:
            return None
        return replace(default, burst=self.burst or default.burst)

    def allows_origin(self, origin: str, deployment: Iterable[str] = ("*",)) -> bool:
        """Return whether a browser page at `origin` (`https://shop.example`) may send in this source's name."""
        return origin_allowed(origin, self.allowed_origins or deployment)


def origin_allowed(origin: str, allowed: Iterable[str]) -> bool:
    """Return whether one of these (`*`, `https://shop.example`, `https://*.shop.example`) matches the origin."""
    return any(_matches(one, origin.lower()) for one in allowed)


def _matches(allowed: str, origin: str) -> bool:
    if "*." not in allowed:
        return allowed in {"*", origin}
    scheme, _, suffix = allowed.partition("*")
    if not (origin.startswith(scheme) and origin.endswith(suffix)):
        return False
    return _LABELS.fullmatch(origin, len(scheme), len(origin) - len(suffix)) is not None


def looks_like_write_key(text: str) -> bool:
    """Return whether a text has the form of a write key."""
    return _WRITE_KEY.fullmatch(text) is not None


def valid_display_name(name: str) -> str:
    """Trim a name. Raises InvalidInputError when the rest is empty or too long."""
    if not 0 < len(stripped := name.strip()) <= MAX_SOURCE_NAME_LENGTH or not stripped.isprintable():
        raise InvalidInputError(
            f"name must have 1 to {MAX_SOURCE_NAME_LENGTH} printable characters", details={"field": "name"}
        )
    return stripped


def valid_kind(kind: str) -> str:
    """Validate a kind. Raises InvalidInputError unless it is web, mobile or server."""
    if kind not in SOURCE_KINDS:
        raise InvalidInputError(f"kind must be one of {', '.join(SOURCE_KINDS)}", details={"field": "kind"})
    return kind


def valid_origins(origins: Iterable[str]) -> tuple[str, ...]:
    """Normalise origins: lower case, each once, in the order given.

    Raises InvalidInputError naming the first invalid one.
    """
    normalised = tuple(dict.fromkeys(_valid_origin(origin) for origin in origins))
    if len(normalised) > MAX_ORIGINS:
        raise InvalidInputError(
            f"a source can have at most {MAX_ORIGINS} allowed origins", details={"field": "allowed_origins"}
        )
    return normalised


def _valid_origin(text: str) -> str:
    origin = text.strip().lower()
    if origin == "*":
        return origin
    if _is_origin(origin):
        _refuse_public_suffix(origin)
        return origin
    raise InvalidInputError(
        "an allowed origin must be *, or a scheme and host without a path: https://shop.example, "
        "https://*.shop.example",
        details={"field": "allowed_origins", "value": text},
    )


def _refuse_public_suffix(origin: str) -> None:
    from crm.domain.public_suffix import is_public_suffix  # not for `track_events`, which only reads sources

    _, wildcard, rest = origin.partition("*.")
    suffix = rest.partition(":")[0]
    if wildcard and is_public_suffix(suffix):
        raise InvalidInputError(
            f"*.{suffix} includes sites of other owners: send your own domain, like "
            "https://*.shop.example, or * to allow every page",
            details={"field": "allowed_origins", "value": origin},
        )


def _is_origin(origin: str) -> bool:
    try:
        scheme, host, path, query, fragment = urlsplit(origin)
        port = urlsplit(origin).port
    except ValueError:
        return False
    bare = host.removesuffix(f":{port}") if port is not None else host
    return scheme in {"http", "https"} and bool(_HOST.fullmatch(bare)) and not (path or query or fragment)


def limit_fields(rate_limit: float | Literal["default"] | None) -> dict[str, Any]:
    """Return the fields of a source with this limit: a rate, `default`, or None for no limit.

    Raises InvalidInputError.
    """
    named = None if isinstance(rate_limit, str) else valid_rate(rate_limit)
    return {"rate_limit": named, "unlimited": rate_limit is None}


def valid_rate(rate_limit: float | None) -> float | None:
    """Validate a rate. Raises InvalidInputError unless it is above 0 events per second, or None for no limit."""
    if rate_limit is not None and not 0 < rate_limit <= 1_000_000:  # noqa: PLR2004 - what a bucket can count
        raise InvalidInputError(
            "rate_limit must be above 0 and at most 1000000 events per second, or null for no limit",
            details={"field": "rate_limit"},
        )
    return rate_limit


def valid_burst(burst: int | None) -> int | None:
    """Validate a burst. Raises InvalidInputError unless it is at least 1 event, or None for one second's worth."""
    if burst is not None and not 1 <= burst <= 1_000_000:  # noqa: PLR2004 - what a bucket can count
        raise InvalidInputError("burst must be from 1 to 1000000 events", details={"field": "burst"})
    return burst
