"""The dry run of the projection decides rows about the same customer: it ends, and changes no stored data."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from crm.domain.activity import Activity
from crm.domain.commands.import_mappings import MappedColumn
from crm.domain.times import DAY_MS, iso
from crm.services.imports import import_mappings, row_clusters
from crm.services.imports.dry_run import DryRun
from crm.services.projection.overlay_store import OverlayStore
from crm.settings import settings
from crm.storage.keys import PAGE_PREFIX
from tests.support import world
from tests.support.dropped_files import counts, csv_of, drop, newest, person
from tests.support.segmented_shop import BOUGHT, Segmented
from tests.support.shop import Shop
from tests.support.thoroughness import part_of

NOTE = "so many words that few days of them are kept inline in the profile of whoever says them, as often as "
YEAR = {"event": "Order Completed", "window": {"within_days": 365}}
ROWS = csv_of(
    {"user id": "u-1", "email": "ana@example.com", "city": "Vigo"},
    {"user id": "", "email": "ana@example.com", "city": "Lugo"},
    {"user id": "u-1", "email": "", "city": "Rome"},
)
ROWS_OF_OTHERS = [{"user id": f"u-{n}", "email": f"c{n}@example.com", "city": "Lugo"} for n in (2, 3)]


@pytest.fixture
def segmented(shop: Shop) -> Segmented:
    """A shop with a segment, a value and a declared attribute, and a customer with two identities."""
    segmented = Segmented(shop)
    segmented.make("Buyers", BOUGHT)
    made = shop.ask("POST", "aggregates", {"name": "note", "function": "first", "property": "note", **YEAR})
    assert made.status == 201
    assert shop.ask("POST", "attributes", {"name": "shoe_size", "type": "number"}).status == 201
    shop.send("identify", userId="u-1", traits={"email": "ana@example.com"})
    return segmented


def buy(shop: Shop, days_ago: Iterable[int]) -> None:
    """Send an order with only an email address, as a till does."""
    for ago in days_ago:
        shop.send(
            "track",
            event="Order Completed",
            timestamp=iso(shop.clock.now - ago * DAY_MS),
            context={"traits": {"email": "ana@example.com"}},
            properties={"total": 2, "note": f"{NOTE}{ago}"},
        )


def pages(shop: Shop) -> dict[str, object]:
    return {item["sk"]["S"]: item["d"] for item in shop.items() if item["sk"]["S"].startswith(PAGE_PREFIX)}


def test_an_import_with_definitions_is_done(segmented: Segmented) -> None:
    job = drop(segmented.shop, "people.csv", ROWS)
    assert (job["state"], counts(job)) == ("done", {"rows": 3, "updated": 3})
    assert person(segmented.shop, "user_id", "u-1")["attributes"]["city"] == "Rome"


def test_a_file_of_a_year_ago_can_be_imported_again(segmented: Segmented) -> None:
    """The key of a row's activity has the day of the first import, which is in a page by then."""
    shop = segmented.shop
    columns: dict[str, MappedColumn] = {
        "addresses": {"column": "user id", "to": "ignore"},
        "all": {"column": "user id", "to": "identity", "name": "user_id"},
    }
    for name, column in columns.items():
        import_mappings.create({"name": name, "columns": [column]}, now=shop.clock.now)
    buy(shop, [20])
    drop(shop, "addresses/people.csv", ROWS)
    segmented.later(days=300)
    buy(shop, range(300, 0, -12))
    assert len(pages(shop)) > 3
    shop.ask("PATCH", f"profiles/{person(shop, 'user_id', 'u-1')['id']}/attributes", {"city": "Paris"})
    shop.ask("POST", "imports", {"key": "imports/addresses/people.csv", "mapping": "all"})
    job = newest(shop)
    assert (job["state"], counts(job)) == ("done", {"rows": 3, "updated": 3}), job
    found = person(shop, "user_id", "u-1")
    assert (found["attributes"]["city"], found["totals"]["orders"]) == ("Rome", 26)


def test_a_dry_run_does_not_change_counts(segmented: Segmented, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a change of parameters, each log is folded again when it is read; the dry run does not store that."""
    shop = segmented.shop
    buy(shop, range(300, 0, -12))
    before = pages(shop)
    monkeypatch.setenv("DOUBLE_OPT_IN", "email")
    settings.cache_clear()
    seen, apply = [], DryRun.apply

    def watch(dry_run: DryRun, activity: Activity) -> None:
        apply(dry_run, activity)
        seen.append(pages(shop))

    monkeypatch.setattr(DryRun, "apply", watch)
    job = drop(shop, "people.csv", ROWS)
    assert (job["state"], counts(job)) == ("done", {"rows": 3, "updated": 3}), job
    assert seen == [before] * 3


def test_many_rows_about_one_customer_are_read_once(
    segmented: Segmented, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop, read = segmented.shop, OverlayStore.activities
    monkeypatch.setattr(world, "BATCH", 1000)
    numbers: list[int] = []

    def counted(store: OverlayStore, *range_: Any) -> list[Activity]:
        found = list(read(store, *range_))
        numbers.append(len(found))
        return found

    monkeypatch.setattr(OverlayStore, "activities", counted)
    many = part_of(600, least=100)
    rows = [
        {"user id": "u-1", "email": "ana@example.com", "city": f"City {number}"} for number in range(many)
    ]
    job = drop(shop, "visits.csv", csv_of(*rows, *ROWS_OF_OTHERS))
    assert (job["state"], counts(job)) == ("done", {"rows": many + 2, "updated": many, "created": 2})
    assert sum(numbers) == many
    assert person(shop, "user_id", "u-1")["attributes"]["city"] == f"City {many - 1}"


def test_too_many_rows_about_one_customer_are_refused(
    segmented: Segmented, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(row_clusters, "MAX_ROWS_OF_ONE", 2)
    job = drop(segmented.shop, "people.csv", ROWS)
    assert (job["state"], job["error"]["code"]) == ("failed", "too_many_rows_of_one")
    monkeypatch.setattr(row_clusters, "MAX_ROWS_OF_ONE", 3)
    assert drop(segmented.shop, "again.csv", ROWS + "\n")["state"] == "done"
