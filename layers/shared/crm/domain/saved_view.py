"""Saved views: a filter and an order of the list of customers, under a name that all users of the deployment share."""

from dataclasses import dataclass
from typing import Any

from crm.domain.etag import etag_of
from crm.domain.named import GroupNaming

VIEW_NAMING = GroupNaming("view")
MAX_VIEWS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedFilter:
    """A saved view. `filter` as it was sent: filters of the list by parameter name. `created_at` in epoch ms."""

    id: str
    name: str
    filter: dict[str, Any]
    sort: str
    created_at: int
    version: int = 1

    @property
    def etag(self) -> str:
        return etag_of(self.id, self.version)
