"""Lists and segments of a mapping: the customers that a file adds, and the result if the list was deleted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Unpack

import pytest

from crm.domain.api_key import SYSTEM
from crm.domain.commands.import_mappings import ImportMappingChanges
from crm.domain.effect_fields import Effects
from crm.domain.errors import InvalidInputError
from crm.domain.identity import Identity
from crm.domain.imports.row_decision import ROW_CREATED, ImportOutcome, RowData
from crm.services.definitions import lists
from crm.services.imports import import_file, import_mappings, stage_0_plan
from crm.services.imports.decided_rows import Decided, from_line, to_line
from crm.services.segments import segments
from crm.services.segments.manual_overrides import override
from tests.support.dropped_files import counts, csv_of, drop, newest, person, put, timeline
from tests.support.segmented_shop import BOUGHT, Segmented
from tests.support.shop import Shop

ANA, BEN, CLEO = (
    {"email": f"{name}@example.com", "phone": "", "city": "Lugo"} for name in ("ana", "ben", "cleo")
)
PEOPLE = csv_of(ANA, BEN, ANA | {"city": "Vigo"}, CLEO | {"phone": "+34600123456"})


def mapping(shop: Shop, **fields: Unpack[ImportMappingChanges]) -> None:
    """The mapping of the folder `fair`."""
    import_mappings.create({"name": "fair", **fields}, now=shop.clock.now)


def new_list(shop: Shop, name: str) -> str:
    return lists.create(name=name, now=shop.clock.now).id


def ids(shop: Shop, *rows: dict[str, str]) -> set[str]:
    return {person(shop, "email", row["email"])["id"] for row in rows}


def on_list(shop: Shop, name: str) -> set[str]:
    answer = shop.world.request("GET", "/v1/profiles", key=shop.key, query={"list": name})
    return {profile["id"] for profile in answer.body["profiles"]}


def test_all_customers_of_a_file_are_added_to_lists_and_segments(segmented: Segmented) -> None:
    shop = segmented.shop
    cards, visited = new_list(shop, "Cards"), segmented.make("Visited", type="static")
    buyers = segmented.make("Buyers", BOUGHT)
    mapping(shop, lists=["cards", cards], segments=["VISITED", buyers])
    job = drop(shop, "fair/people.csv", PEOPLE)
    assert counts(job) == {"rows": 4, "created": 3, "updated": 1}
    everybody = ids(shop, ANA, BEN, CLEO)
    assert (on_list(shop, "Cards"), segmented.of(visited), segmented.of(buyers)) == (everybody,) * 3
    ben = person(shop, "email", BEN["email"])
    assert (ben["lists"], ben["segments"]) == (["Cards"], ["Buyers", "Visited"])
    assert segmented.entered(visited) == everybody


def test_the_timeline_shows_lists_and_segments_of_an_import(segmented: Segmented) -> None:
    shop = segmented.shop
    new_list(shop, "Cards")
    gone, visited = segmented.make("Gone", type="static"), segmented.make("Seen", type="static")
    mapping(shop, lists=["Cards"], segments=["Gone", "Seen"])
    drop(shop, "fair/people.csv", PEOPLE)
    segments.update(visited, {"name": "Visited"}, by=SYSTEM, now=shop.clock.now)
    segments.delete(gone, by=SYSTEM, now=shop.clock.now)
    lists.update("Cards", {"name": "Left a card"})
    entries = timeline(shop, person(shop, "email", BEN["email"])["id"])
    (row,) = [activity["properties"] for activity in entries if activity["type"] == "profile.imported"]
    assert (row["lists"], row["segments"]) == ({"added": ["Left a card"]}, {"Visited": "in"})


def test_existing_memberships_are_not_written_again(segmented: Segmented) -> None:
    shop = segmented.shop
    new_list(shop, "Cards")
    visited = segmented.make("Visited", type="static")
    drop(shop, "people.csv", PEOPLE)
    mapping(shop, lists=["Cards"], segments=["Visited"])
    last = csv_of(ANA | {"city": "Vigo"}, BEN, CLEO)
    assert counts(drop(shop, "fair/first.csv", last)) == {"rows": 3, "updated": 3}
    import_mappings.update("fair", {"description": "Again"})
    assert counts(drop(shop, "fair/second.csv", last)) == {"rows": 3, "unchanged": 3}
    assert segmented.of(visited) == on_list(shop, "Cards") == ids(shop, ANA, BEN, CLEO)


@pytest.mark.parametrize(("conflict", "inside"), [("file", True), ("existing", False)])
def test_an_import_overrides_an_exclusion_unless_existing_values_win(
    segmented: Segmented, conflict: str, inside: bool
) -> None:
    shop = segmented.shop
    visited = segmented.make("Visited", type="static")
    drop(shop, "people.csv", csv_of(ANA))
    (ana,) = ids(shop, ANA)
    override(ana, visited, member=False, by=SYSTEM, now=shop.clock.now)
    mapping(shop, segments=["Visited"], conflict=conflict)
    drop(shop, "fair/people.csv", csv_of(ANA, BEN))
    assert segmented.of(visited) == ids(shop, *([ANA] if inside else []), BEN)
    shop.wait()
    override(ana, visited, member=False, by=SYSTEM, now=shop.clock.now)
    assert segmented.of(visited) == ids(shop, BEN)


def test_skipped_customers_are_not_added(segmented: Segmented) -> None:
    shop = segmented.shop
    new_list(shop, "Cards")
    visited = segmented.make("Visited", type="static")
    drop(shop, "people.csv", csv_of(ANA))
    mapping(shop, lists=["Cards"], segments=["Visited"], write="create")
    drop(shop, "fair/people.csv", csv_of(ANA, BEN))
    assert on_list(shop, "Cards") == segmented.of(visited) == ids(shop, BEN)


def test_a_row_with_too_many_lists_is_rejected(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_file, "MAX_PROFILE_LISTS", 1)
    new_list(shop, "Cards")
    drop(shop, "people.csv", csv_of(ANA))
    shop.ask("PUT", f"profiles/{ids(shop, ANA).pop()}/lists/{new_list(shop, 'Friends')}")
    mapping(shop, lists=["Cards"])
    job = drop(shop, "fair/people.csv", csv_of(ANA, BEN))
    assert counts(job) == {"rows": 2, "created": 1, "skipped": 1}
    assert job["result"]["reasons"] == {"too_many_lists": 1}
    assert on_list(shop, "Cards") == ids(shop, BEN)


def test_repeated_chunks_change_nothing(
    shop_on_wire: Callable[[], Shop], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stored(shop: Shop) -> Any:
        """Return the stored data of customers, with names in place of the ids of lists and segments."""
        people = [person(shop, "email", row["email"]) for row in (ANA, BEN, CLEO)]
        entries = [timeline(shop, one["id"]) for one in people]
        return [(one["lists"], one["segments"], one["attributes"]) for one in people], [
            [(activity["type"], activity["name"], activity["properties"].get("lists")) for activity in of]
            for of in entries
        ]

    def begin(shop: Shop) -> str:
        new_list(shop, "Cards")
        visited = Segmented(shop).make("Visited", type="static")
        mapping(shop, lists=["Cards"], segments=["Visited"])
        put(shop, "fair/people.csv", PEOPLE)
        return visited

    calm = shop_on_wire()
    begin(calm)
    calm.world.settle()
    expected = counts(newest(calm)), stored(calm)
    monkeypatch.setattr(stage_0_plan, "TARGET", 40)
    busy = shop_on_wire()
    visited = begin(busy)
    queue, seen = busy.wire.queues["jobs"], []
    while queue:
        seen.append(queue[0])
        queue.append(queue[0])
        busy.take_message("jobs")
        busy.take_message("jobs")
    queue += seen
    busy.world.settle()
    assert (counts(newest(busy)), stored(busy)) == expected
    assert Segmented(busy).of(visited) == on_list(busy, "Cards") == ids(busy, ANA, BEN, CLEO)


@pytest.mark.parametrize("kind", ["list", "segment"])
def test_a_mapping_with_a_deleted_list_or_segment_fails_the_import(segmented: Segmented, kind: str) -> None:
    shop = segmented.shop
    lists_, visited = new_list(shop, "Cards"), segmented.make("Visited", type="static")
    mapping(shop, lists=["Cards"], segments=["Visited"])
    if kind == "list":
        lists.delete(lists_)
    else:
        segments.delete(visited, by=SYSTEM, now=shop.clock.now)
    job = drop(shop, "fair/people.csv", PEOPLE)
    assert (job["state"], job["error"]["code"]) == ("failed", f"unknown_{kind}")
    assert "remove it from the mapping" in job["error"]["message"]
    assert shop.status("email", ANA["email"]) == 404
    import_mappings.update("fair", {"lists": []} if kind == "list" else {"segments": []})
    assert counts(drop(shop, "fair/again.csv", PEOPLE)) == {"rows": 4, "created": 3, "updated": 1}


def test_unknown_lists_and_segments_of_a_mapping_are_refused(segmented: Segmented) -> None:
    shop = segmented.shop
    new_list(shop, "Cards")
    archived = segmented.make("Archived", type="static")
    segments.update(archived, {"archived": True}, by=SYSTEM, now=shop.clock.now)
    with pytest.raises(InvalidInputError) as refused:
        mapping(shop, lists=["Cards", "Friends"], segments=["Archived"])
    assert refused.value.details["errors"] == [
        {"field": "lists.1", "message": "Friends is not a list: create it first"},
        {"field": "segments.0", "message": "Archived is not a segment, or is archived: create it first"},
    ]


def test_a_mapping_keeps_a_deleted_list(shop: Shop) -> None:
    cards = new_list(shop, "Cards")
    mapping(shop, lists=["Cards"])
    lists.delete(cards)
    assert import_mappings.update("fair", {"description": "Of the fair"}).lists == ("Cards",)
    with pytest.raises(InvalidInputError):
        import_mappings.update("fair", {"lists": ["Cards", "Friends"]})


def test_decided_lines_of_earlier_versions_are_read() -> None:
    given = RowData((Identity("email", "ana@example.com"),), {"city": "Lugo"}, [], {}, None, [])
    effects: Effects = {"attributes": {"city": "Lugo"}}
    former = b'{"n":7,"i":[["email","ana@example.com"]],"a":{"city":"Lugo"},"o":"created","at":5}'
    assert from_line(former) == Decided(7, given, ImportOutcome(ROW_CREATED, None, 5, effects))
    put_in = Decided(
        7,
        RowData(given.identities, {}, [], {}, None, ["list:a", "segment:b"]),
        ImportOutcome(ROW_CREATED, None, 5, {"fields": {"list:a": True, "segment:b": True}}),
    )
    assert from_line(to_line(put_in)) == put_in
