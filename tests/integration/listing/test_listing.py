"""The list of profiles: its fields, its orders and its pages."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from crm.api.models.profiles import Timeline
from crm.domain.activity import DELETED, EDITED, FORM, TAGGED
from crm.domain.api_key import SYSTEM
from crm.domain.identity import Identity
from crm.domain.times import HOUR_MS, iso
from crm.services.definitions import tags
from crm.services.editing import append_edit
from crm.services.editing.append_edit import Edit
from crm.services.profiles import people, profile_list, time_orders
from crm.services.projection.deployment import id_of
from crm.storage.profiles import ProfileTable
from tests.support.activities import activity, user
from tests.support.effects import effects_on
from tests.support.gateway import Answer, Client
from tests.support.listing_world import World, ids_on, pages_of
from tests.support.stream import Pump

SCOPES = ("profiles:read",)

NOW = time.time_ns() // 1_000_000


def create(name: str, **effects: Any) -> str:
    identity = Identity("email", f"{name}@example.com")
    effects["attributes"] = {"name": name, **effects.get("attributes", {})}
    return append_edit.create(
        identity, Edit(type=EDITED, effects=effects_on(**effects)), by="key:1", now=NOW
    ).id


def edit(id_: str, type_: str = EDITED, **effects: Any) -> None:
    append_edit.apply(
        people.find(id_, SYSTEM), Edit(type=type_, effects=effects_on(**effects)), by="key:1", now=NOW
    )


def test_a_listed_profile_has_the_fields_of_its_card(get: Callable[..., Answer], world: World) -> None:
    (tag,) = world.tags.values()
    consents = {
        "email": {"state": "granted"},
        "sms": {"state": "granted", "expires_at": iso(NOW - 1)},
    }
    effects = {"tags": {tag: True}, "classes": {"gold": True}, "fields": {"responsible": "bob"}}
    attributes = {"city": "x" * 150, "first_name": "Ada", "last_name": "King"}
    id_ = create("ada", attributes=attributes, consents=consents, **effects)

    (listed,) = get("/v1/profiles").body["profiles"]
    assert listed == {
        "id": id_,
        "kind": "recognised",
        "name": "ada",
        "first_name": "Ada",
        "last_name": "King",
        "email": "ada@example.com",
        "phone": None,
        "city": "x" * 100,
        "region": None,
        "zip": None,
        "company": None,
        "tags": ["VIP"],
        "classes": ["gold"],
        "responsible": "bob",
        "consents": {"email": "granted", "sms": "expired"},
        "first_seen": iso(NOW),
        "last_seen": None,
        "last_transaction_at": None,
        "hidden": None,
    }


def test_a_page_counts_all_profiles_on_request(
    client: Client, get: Callable[..., Answer], limited: str, world: World
) -> None:
    create("ada", classes={"gold": True})
    create("bob")
    plain = get("/v1/profiles", limit=1).body
    assert plain["counts"] is None
    counted = get("/v1/profiles", limit=1, city="Rome", counts="true").body
    assert counted["counts"] == get("/v1/stats").body == {"recognised": 2, "anonymous": 0, "total": 2}
    assert counted["profiles"] == []
    first = get("/v1/profiles", limit=1, counts="true").body
    second = get("/v1/profiles", limit=1, cursor=first["next_cursor"]).body
    assert {one["id"] for one in first["profiles"]}.isdisjoint({one["id"] for one in second["profiles"]})
    own = client("GET", "/v1/profiles", key=limited, query={"counts": "true"}).body["counts"]
    assert own == {"recognised": 1, "anonymous": 0, "total": 1}
    assert get("/v1/profiles", counts="yes").status == 400


def test_edits_are_visible_in_the_list_immediately(get: Callable[..., Answer], world: World) -> None:
    (tag,) = world.tags.values()
    id_ = create("ada")
    assert ids_on([get("/v1/profiles", tag="vip").body]) == []
    edit(id_, TAGGED, tags={tag: True})
    assert ids_on([get("/v1/profiles", tag="vip").body]) == [id_]
    tags.update(tag, {"name": "Friend"})
    assert ids_on([get("/v1/profiles", tag="vip").body]) == []
    assert get("/v1/profiles", tag="friend").body["profiles"][0]["tags"] == ["Friend"]
    tags.delete(tag)
    for name in ("friend", tag):
        assert ids_on([get("/v1/profiles", tag=name).body]) == []
        assert ids_on([get("/v1/profiles", **{"tag.none": name}).body]) == [id_]
    assert get("/v1/profiles").body["profiles"][0]["tags"] == []


def test_deleted_profiles_are_listed_as_deleted_only(get: Callable[..., Answer], world: World) -> None:
    kept, gone = create("ada", classes={"gold": True}), create("bob", classes={"gold": True})
    edit(gone, DELETED, fields={"deleted": True})
    for query in ({}, {"kind": "recognised"}, {"sort": "name"}, {"class": "gold"}):
        assert ids_on([get("/v1/profiles", **query).body]) == [kept]
    for query in ({}, {"class": "gold"}, {"name": "BOB"}):
        assert ids_on([get("/v1/profiles", kind="deleted", **query).body]) == [gone]
    assert get("/v1/stats").body["total"] == 1
    for path in ("", "/activities", "/consents"):
        assert get(f"/v1/profiles/{gone}{path}").status == 404
    assert get("/v1/identities/email/bob@example.com").status == 404


def test_merged_profiles_are_listed_under_the_id_that_is_shown(
    get: Callable[..., Answer], world: World
) -> None:
    shown = id_of(user("other"))
    world.add(1, id=shown, name="ada")
    assert ids_on([get("/v1/profiles").body]) == ids_on([get("/v1/profiles", sort="name").body]) == [shown]


@pytest.mark.parametrize("kind", ["anonymous", "deleted"])
@pytest.mark.parametrize("sort", ["name", "-email", "created", "last_transaction"])
def test_sort_orders_of_recognised_profiles_are_refused_for_other_kinds(
    get: Callable[..., Answer], kind: str, sort: str
) -> None:
    answer = get("/v1/profiles", kind=kind, sort=sort)
    assert (answer.status, answer.body["code"]) == (400, "invalid_parameter")
    assert "recognised profiles only" in answer.body["message"]


class TestScanLimit:
    """A page has the number of scanned profiles, and a cursor after them."""

    @pytest.fixture(autouse=True)
    def _ten_profiles(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        for number in range(10):
            name = f"n{number}"
            world.add(
                number, name=name, last_seen=NOW - number * HOUR_MS, city="Rome" if number == 9 else "Oslo"
            )
        monkeypatch.setattr(profile_list, "SCAN_LIMIT", 4)

    @pytest.mark.parametrize("sort", ["-last_activity", "name"])
    def test_a_page_with_a_next_cursor_can_be_empty(self, client: Client, key: str, sort: str) -> None:
        pages = pages_of(client, key, city="rome", sort=sort)
        assert [len(page["profiles"]) for page in pages] == [0, 0, 1]
        assert [page["scanned"] for page in pages] == [4, 4, 2]

    def test_a_list_without_filters_ends_with_its_last_full_page(self, client: Client, key: str) -> None:
        assert [len(page["profiles"]) for page in pages_of(client, key, limit=2)] == [2] * 5

    def test_a_cursor_with_other_filters_is_refused(self, get: Callable[..., Answer]) -> None:
        cursor = get("/v1/profiles", city="rome").body["next_cursor"]
        for query in ({}, {"city": "oslo"}, {"city": "rome", "sort": "name"}):
            answer = get("/v1/profiles", cursor=cursor, **query)
            assert (answer.status, answer.body["code"]) == (400, "invalid_cursor")

    def test_an_unknown_filter_is_refused_with_a_suggestion(self, get: Callable[..., Answer]) -> None:
        answer = get("/v1/profiles", **{"city.startswith": "R"})
        assert answer.status == 400
        assert "city.starts_with" in answer.body["message"]


@pytest.mark.parametrize("sort", ["last_activity", "-last_activity"])
@pytest.mark.parametrize("limit", [1, 2, 7])
def test_all_profiles_are_listed_when_one_hour_exceeds_the_sort_limit(
    client: Client, key: str, world: World, monkeypatch: pytest.MonkeyPatch, sort: str, limit: int
) -> None:
    monkeypatch.setattr(time_orders, "EXACT_TOGETHER", 3)
    hour = NOW // HOUR_MS * HOUR_MS
    for number in range(10):
        world.add(number, last_seen=hour - number % 2 * HOUR_MS + number)
    found = ids_on(pages_of(client, key, sort=sort, limit=limit))
    assert len(found) == 10
    assert set(found) == set(world.cards)
    hours = [world.cards[id_]["last_seen"] // HOUR_MS for id_ in found]
    assert hours == sorted(hours, reverse=sort.startswith("-"))


@pytest.mark.parametrize("sort", ["last_activity", "-last_activity", "name", "-name"])
def test_no_profile_is_missed_when_a_group_exceeds_the_limit_between_pages(
    get: Callable[..., Answer], world: World, monkeypatch: pytest.MonkeyPatch, sort: str
) -> None:
    for number in range(6):
        world.add(number, classes=["gold"], name=f"n{number}", last_seen=NOW - number * HOUR_MS // 3)
    first = get("/v1/profiles", sort=sort, limit=2, **{"class": "gold"}).body
    monkeypatch.setattr(profile_list, "GROUP_LIMIT", 1)
    second = get("/v1/profiles", sort=sort, limit=2, cursor=first["next_cursor"], **{"class": "gold"}).body
    monkeypatch.undo()
    third = get("/v1/profiles", sort=sort, limit=2, cursor=second["next_cursor"], **{"class": "gold"}).body
    by_name = sorted(world.cards, key=lambda id_: world.cards[id_]["name"], reverse=sort == "-name")
    assert ids_on([first, second, third]) == (by_name[::-1] if sort == "last_activity" else by_name)


def test_the_size_of_a_page_is_limited(
    client: Client, key: str, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        world.add(number, name=str(number) * 100)
    monkeypatch.setattr(profile_list, "PROFILE_PAGE_BYTES", 1000)
    pages = pages_of(client, key, sort="name")
    assert ids_on(pages) == list(world.cards)
    assert len(pages) > 1


def test_the_timeline_shows_the_changes_of_a_form(
    get: Callable[..., Answer], world: World, pump: Pump
) -> None:
    (tag,) = world.tags.values()
    consent = {"state": "granted", "proof": "Yes, write to me."}
    effects = {"attributes": {"name": "Ada"}, "tags": {tag: True}, "consents": {"email": consent}}
    ada = user("ada")
    ProfileTable().append(
        [
            activity(ada, type=FORM, name="Newsletter", at=NOW, effects=effects, message_id="f1"),
            activity(ada, type=FORM, name="Contact", at=NOW + 1, message_id="f2"),
            activity(ada, type="page", at=NOW + 2, message_id="p1"),
        ]
    )
    pump()
    timeline = get(f"/v1/profiles/{id_of(ada)}/activities").body
    Timeline.model_validate(timeline)
    changes = {entry["id"]: entry["changes"] for entry in timeline["activities"]}
    assert changes == {"f1": {"tags": ["VIP"], "consents": {"email": "granted"}}, "f2": None, "p1": None}
    assert "effects" not in timeline["activities"][-1]


def test_a_profile_response_has_the_etag_for_edits(get: Callable[..., Answer], world: World) -> None:
    id_ = create("ada")
    etag = people.find(id_, SYSTEM).etag
    for path in (f"/v1/profiles/{id_}", "/v1/identities/email/ada@example.com"):
        assert get(path).headers["etag"] == f'"{etag}"'
