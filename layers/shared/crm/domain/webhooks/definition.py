"""A webhook: an address outside AWS, and the change events that it receives."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from crm.domain.etag import etag_of
from crm.domain.event_types import SEGMENT_ENTERED, SEGMENT_LEFT
from crm.domain.id_format import IdFormat

SEGMENT_ID = "segment_id"
"""Field with the segment's id in the detail of a segment's event."""

_LISTS = ("events", "segments", "attributes")
WEBHOOK_ID_FORMAT = IdFormat("whk")


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """A webhook as it is stored. Times in epoch milliseconds.

    Without `events` it receives all of them. `segments`: ids; of segments' events, only those of these are sent; none
    means all. `attributes`: names of those whose values are sent, for as long as the key `granted_by` (`key:<id>`) is
    not revoked. After a rotation with grace, `retiring_secret` signs too until `retires_at`.
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
        """Return the ETag of this version."""
        return etag_of(self.id, self.version)

    def wants(self, type: str, detail: Mapping[str, Any]) -> bool:
        """Return whether it receives this event."""
        if not self.enabled or (self.events and type not in self.events):
            return False
        narrowed = self.segments and type in {SEGMENT_ENTERED, SEGMENT_LEFT}
        return not narrowed or detail.get(SEGMENT_ID) in self.segments

    def secrets(self, now: int) -> tuple[str, ...]:
        """Return the secrets that sign at this instant, the newest first."""
        retiring = self.retiring_secret if self.retires_at and now < self.retires_at else None
        return (self.secret, retiring) if retiring else (self.secret,)
