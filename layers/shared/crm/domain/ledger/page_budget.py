"""The budget of a page of the ledger: no sender can make it larger than an item, or slow to read."""

from collections.abc import Callable
from typing import Any

from crm.domain.json_text import size_of
from crm.domain.ledger.entry import LedgerObject, Page
from crm.domain.ledger.stored_entry import dump_entry
from crm.domain.trust import Rank

MAX_PAGE_BYTES = 300_000
"""Maximum bytes of a page, as JSON, below what an item of DynamoDB can hold."""

PUBLIC_BYTES = 8_000
"""Maximum bytes of a page of objects that only public sources contributed to: about 60 orders, some 3,800 in all
pages.
"""

SortKey = Callable[[str], Any]


def within_budget(page: Page, sort_key: SortKey) -> Page:
    """Return the objects that a page keeps: those of trusted sources first, in the order of a secret sort key.

    The order is secret, so that strangers cannot displace chosen objects.
    """
    public = {key for key, entry in page.items() if is_public(entry)}
    left, left_for_public = MAX_PAGE_BYTES, PUBLIC_BYTES
    kept: Page = {}
    for key in sorted(page, key=lambda key: (key in public, sort_key(key))):
        size = size_of(dump_entry(page[key]))
        if size > left or (key in public and size > left_for_public):
            continue
        kept[key] = page[key]
        left -= size
        left_for_public -= size if key in public else 0
    return page if len(kept) == len(page) else kept


def is_public(entry: LedgerObject) -> bool:
    """Return whether only public sources contributed to an object."""
    return all(contributions.rank <= Rank.PUBLIC for contributions in entry.values())
