"""A real file of contacts: imported, imported again, and imported with every fiftieth row edited."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest

from crm.settings import settings
from tests.support import world
from tests.support.dropped_files import counts, csv_of, drop, person, timeline
from tests.support.dynamodb.item_size import item_size
from tests.support.shop import Shop
from tests.support.thoroughness import part_of

CONTACTS = Path(__file__).parents[3] / "shared/data/contacts-us-500.csv"
"""The file is beside the repository, not in it."""

ONE_WRITE_UNIT = 1024
ROWS = part_of(500, least=100)

pytestmark = pytest.mark.skipif(not CONTACTS.exists(), reason="the contacts are not beside the repository")


@pytest.fixture
def american(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    """A shop with phone numbers in the American format."""
    monkeypatch.setattr(world, "BATCH", 1000)
    monkeypatch.setenv("PHONE_REGION", "US")
    settings.cache_clear()
    yield shop
    settings.cache_clear()


def test_contacts_become_customers_once(american: Shop) -> None:
    content = b"".join(CONTACTS.read_bytes().splitlines(keepends=True)[: ROWS + 1])
    first = drop(american, "contacts.csv", content)
    assert (first["state"], counts(first)) == ("done", {"rows": ROWS, "created": ROWS})
    sizes = [item_size(item) for item in american.items() if item["sk"]["S"].startswith("A#")]
    assert (len(sizes), max(sizes) <= ONE_WRITE_UNIT) == (ROWS, True)
    stats = american.world.request("GET", "/v1/stats", key=american.key).body
    assert stats == {"recognised": ROWS, "anonymous": 0, "total": ROWS}
    for row in rows_of(content):
        attributes = person(american, "email", row["email"])["attributes"]
        assert (attributes["company"], attributes["street"]) == (row["company_name"], row["address"])
        assert [attributes["phone"], attributes["other_phone"]] == [
            f"+1{row[name].replace('-', '')}" for name in ("phone1", "phone2")
        ]
        assert attributes["website"] == row["web"]

    again = drop(american, "contacts-again.csv", content)
    assert (counts(again), again["result"]["duplicate_of"]) == ({}, first["id"])

    rows = rows_of(content)
    for row in rows[::50]:
        row["city"] = "Springfield"
    edited = drop(american, "contacts-edited.csv", csv_of(*rows))
    assert counts(edited) == {"rows": ROWS, "updated": ROWS // 50, "unchanged": ROWS - ROWS // 50}
    for row in rows[::50]:
        entries = timeline(american, person(american, "email", row["email"])["id"])
        assert [entry["type"] for entry in entries] == ["profile.imported"] * 2
        assert entries[0]["properties"]["attributes"]["city"]["to"] == "Springfield"


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(content.decode())))
