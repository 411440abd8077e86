"""The stored form of a ledger, inline and in pages."""

import zlib
from collections.abc import Mapping
from typing import Any

from crm.domain.json_text import decode, encode
from crm.domain.ledger.book import Ledger
from crm.domain.ledger.entry import Page
from crm.domain.ledger.stored_entry import dump_entries, load_entries

_FORMAT = 1


def dump_ledger(ledger: Ledger) -> dict[str, Any]:
    """Serialise the inline entries and the numbers of the pages; empty if there is nothing."""
    if not ledger:
        return {}
    document = {
        "e": dump_entries(ledger.entries),
        "g": ledger.generation,
        "p": sorted(ledger.paged),
        "u": ledger.until,
    }
    return {name: value for name, value in document.items() if value}


def load_ledger(document: Mapping[str, Any]) -> Ledger:
    """Restore the ledger that `dump_ledger` wrote."""
    return Ledger(
        load_entries(document.get("e", {})),
        document.get("g", ""),
        frozenset(document.get("p", ())),
        document.get("u", 0),
    )


def dump_ledger_page(page: Page) -> bytes:
    """Serialise a page."""
    return bytes((_FORMAT,)) + zlib.compress(encode(dump_entries(page)))


def load_ledger_page(data: bytes) -> Page:
    """Restore the page that `dump_ledger_page` wrote."""
    if data[0] != _FORMAT:
        raise ValueError(f"the page of the ledger has the unknown format {data[0]}")
    return load_entries(decode(zlib.decompress(data[1:])))
