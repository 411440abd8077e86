"""A webhook: an address outside AWS, and the changes that it wants to be told of."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from crm.domain.change import (
    CONSENT_PENDING,
    CREATED,
    ERASED,
    ID_CHANGED,
    LINKED,
    RECOGNISED,
    UNLINKED,
    UPDATED,
)

CONFLICT = "Identity Conflict"
SEGMENT_ENTERED = "Segment Entered"
SEGMENT_LEFT = "Segment Left"
EVENTS = (
    CREATED,
    RECOGNISED,
    UPDATED,
    LINKED,
    UNLINKED,
    ID_CHANGED,
    ERASED,
    CONSENT_PENDING,
    CONFLICT,
    SEGMENT_ENTERED,
    SEGMENT_LEFT,
)
SEGMENT = "segment_id"
"""In the detail of what is told of a segment: its id."""

_LISTS = ("events", "segments", "attributes")
_ID = re.compile(r"whk_[0-9a-f]{12}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """Times in epoch milliseconds. No `events` means all of them.

    `segments`: ids; of what is told of segments, only these; none means all. `attributes`: names of those whose values
    are sent, for as long as the key `granted_by` (`key:<id>`) is not revoked. After a rotation with grace,
    `retiring_secret` signs too until `retires_at`.
    """

    id: str
    name: str
    url: str
    secret: str
    created_at: int
    updated_at: int
    events: tuple[str, ...] = ()
    segments: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()
    granted_by: str | None = None
    enabled: bool = True
    retiring_secret: str | None = None
    retires_at: int | None = None
    version: int = 1

    @property
    def etag(self) -> str:
        """Names this version of it."""
        return f"{self.id}.{self.version}"

    def wants(self, type: str, detail: Mapping[str, Any]) -> bool:
        """Whether it is to be told of a change."""
        if not self.enabled or (self.events and type not in self.events):
            return False
        narrowed = self.segments and type in {SEGMENT_ENTERED, SEGMENT_LEFT}
        return not narrowed or detail.get(SEGMENT) in self.segments

    def secrets(self, now: int) -> tuple[str, ...]:
        """Those that sign at this instant, the newest first."""
        retiring = self.retiring_secret if self.retires_at and now < self.retires_at else None
        return (self.secret, retiring) if retiring else (self.secret,)


def looks_like_id(text: str) -> bool:
    """Whether it has the form of a webhook's id: what has not is not worth a lookup."""
    return _ID.fullmatch(text) is not None


def to_record(webhook: Webhook) -> dict[str, Any]:
    """The stored form: plain JSON, without what is at its default."""
    record = asdict(webhook) | {name: list(getattr(webhook, name)) for name in _LISTS}
    return {name: value for name, value in record.items() if value is not None and value != []}


def from_record(record: dict[str, Any]) -> Webhook:
    """The webhook of a stored form."""
    lists = {name: tuple(record.get(name, ())) for name in _LISTS}
    return Webhook(**record | lists)
