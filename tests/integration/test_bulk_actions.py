"""Bulk actions: each action with each kind of selection, and the result for each customer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from crm.domain.api_key import SYSTEM
from crm.services.definitions import lists, tags
from tests.support.bulk_customers import (
    CHANGED,
    NAMES,
    UNCHANGED,
    ask,
    bulk,
    card,
    create_key,
    edits,
    gather,
    outcomes,
    read,
    results,
)
from tests.support.shop import Shop, profile

UNKNOWN_PROFILE = "5d0f3bd4-0b4c-5d63-9d0e-4b3a2f0c7a11"
ROMANS = ("cid", "dan", "eve")


@pytest.fixture
def crowd(shop: Shop) -> dict[str, str]:
    """Customers, as ids by name."""
    return shop.prepared(gather)


@pytest.fixture
def fair(shop: Shop) -> str:
    return str(lists.create(name="Fair", now=shop.clock.now).id)


def of(part: str, value: Any) -> Callable[[dict[str, Any]], bool]:
    return lambda profile: profile[part] == value


def without(*names: str) -> Callable[[dict[str, Any]], bool]:
    return lambda profile: not profile["attributes"].keys() & set(names)


EDITS: list[tuple[dict[str, Any], Callable[[dict[str, Any]], bool]]] = [
    ({"type": "add_tags", "tags": ["VIP", "new"]}, of("tags", ["new", "VIP"])),
    (
        {"type": "set_attributes", "attributes": {"company": "ACME", "loyalty_points": "7"}},
        lambda profile: profile["attributes"]["loyalty_points"] == 7,
    ),
    ({"type": "set_attributes", "attributes": {"city": None, "email": None}}, without("city", "email")),
    ({"type": "add_to_list", "list": "fair"}, of("lists", ["Fair"])),
    ({"type": "set_responsible", "responsible": "grace"}, of("responsible", "grace")),
    ({"type": "add_classes", "classes": ["gold", "b2b"]}, of("classes", ["b2b", "gold"])),
]


@pytest.mark.parametrize(("action", "done"), EDITS)
def test_an_edit_is_applied_to_each_customer_once(
    shop: Shop, crowd: dict[str, str], fair: str, action: dict[str, Any], done: Callable[[Any], bool]
) -> None:
    job = bulk(shop, action, all=True)
    assert job["counts"] == {"changed": 5}
    assert job["progress"]["done"] == job["progress"]["total"] == 1
    assert results(shop, job) == dict.fromkeys(crowd.values(), CHANGED)
    assert all(done(card(shop, id_)) for id_ in crowd.values())
    assert [len(edits(shop, id_)) for id_ in crowd.values()] == [1] * 5
    assert edits(shop, crowd["ada"])[0]["source"] == job["started_by"]
    again = bulk(shop, action, all=True)
    assert results(shop, again) == dict.fromkeys(crowd.values(), UNCHANGED)
    assert [len(edits(shop, id_)) for id_ in crowd.values()] == [1] * 5


@pytest.mark.parametrize(
    ("part", "given", "taken", "what"),
    [
        ("tags", "add_tags", "remove_tags", {"tags": ["VIP", "new"]}),
        ("lists", "add_to_list", "remove_from_list", {"list": "Fair"}),
        ("classes", "add_classes", "remove_classes", {"classes": ["gold"]}),
    ],
)
def test_removing_changes_only_customers_who_have_the_value(
    shop: Shop, crowd: dict[str, str], fair: str, part: str, given: str, taken: str, what: dict[str, Any]
) -> None:
    bulk(shop, {"type": given, **what}, filter={"city": "Rome"})
    assert [bool(card(shop, crowd[name])[part]) for name in NAMES] == [False, False, True, True, True]
    shown = outcomes(shop, bulk(shop, {"type": taken, **what}, all=True))
    assert shown == {id_: "changed" if name in ROMANS else "unchanged" for name, id_ in crowd.items()}
    assert not any(card(shop, id_)[part] for id_ in crowd.values())


def test_removing_an_unknown_tag_changes_no_customer(shop: Shop, crowd: dict[str, str]) -> None:
    job = bulk(shop, {"type": "remove_tags", "tags": ["unheard of"]}, all=True)
    assert job["counts"] == {"unchanged": 5}
    assert tags.all_tags() == []
    bulk(shop, {"type": "set_responsible", "responsible": "grace"}, ids=[crowd["ada"]])
    cleared = bulk(shop, {"type": "set_responsible", "responsible": None}, all=True)
    assert cleared["counts"] == {"changed": 1, "unchanged": 4}


def gather_in_groups(shop: Shop) -> dict[str, str]:
    crowd = gather(shop)
    fair = lists.create(name="Fair", now=shop.clock.now).id
    for path in (f"{crowd['ada']}/tags/VIP", f"{crowd['cid']}/tags/VIP", f"{crowd['dan']}/classes/gold"):
        shop.ask("PUT", f"profiles/{path}")
    for name in ("bob", "cid"):
        shop.ask("PUT", f"profiles/{crowd[name]}/lists/{fair}")
    shop.ask("PUT", f"profiles/{crowd['eve']}/responsible", {"user": "grace"})
    return crowd


@pytest.mark.parametrize(
    ("selected", "whom"),
    [
        ({"filter": {"city": ["rome"]}}, ROMANS),
        ({"tag": "VIP"}, ("ada", "cid")),
        ({"list": "Fair"}, ("bob", "cid")),
        ({"group": {"kind": "class", "id": "gold"}}, ("dan",)),
        ({"group": {"kind": "responsible", "id": "grace"}}, ("eve",)),
        ({"all": True}, NAMES),
        ({"filter": {"city": "Paris"}}, ()),
    ],
)
def test_customers_are_selected_in_many_ways(
    shop: Shop, selected: dict[str, Any], whom: tuple[str, ...]
) -> None:
    crowd = shop.prepared(gather_in_groups)
    job = bulk(shop, {"type": "add_tags", "tags": ["chosen"]}, **selected)
    assert outcomes(shop, job) == {crowd[name]: "changed" for name in whom}
    assert job["result"]["selected"] == len(whom)


def test_customers_selected_by_id_are_all_reported(shop: Shop, crowd: dict[str, str]) -> None:
    by_email = profile("email", "bob@example.com")
    shop.ask("DELETE", f"profiles/{crowd['dan']}")
    ids = [crowd["ada"], by_email, crowd["bob"], UNKNOWN_PROFILE, "=1+1", crowd["dan"]]
    job = bulk(shop, {"type": "add_tags", "tags": ["VIP"]}, ids=ids)
    assert outcomes(shop, job) == {
        crowd["ada"]: "changed",
        crowd["bob"]: "changed",
        UNKNOWN_PROFILE: "skipped",
        "'=1+1": "skipped",
        crowd["dan"]: "skipped",
    }
    assert results(shop, job)[UNKNOWN_PROFILE].code == "not_found"
    cleared = bulk(shop, {"type": "add_tags", "tags": ["VIP"]}, ids=[UNKNOWN_PROFILE])
    assert cleared["counts"] == {"skipped": 1}


def test_a_failing_customer_does_not_stop_the_others(
    shop: Shop, crowd: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crm.services.editing.prepared_edit.MAX_PROFILE_TAGS", 1)
    shop.ask("PUT", f"profiles/{crowd['bob']}/tags/full")
    job = bulk(shop, {"type": "add_tags", "tags": ["VIP"]}, all=True)
    assert job["counts"] == {"changed": 4, "failed": 1}
    shown = results(shop, job)[crowd["bob"]]
    assert shown == ("failed", "too_many_tags", "a profile can have at most 1 tags")


def test_the_link_to_the_results_requires_the_export_scope(shop: Shop, crowd: dict[str, str]) -> None:
    job = bulk(shop, {"type": "add_tags", "tags": ["VIP"]}, all=True)
    assert f"exports/{job['id']}/results.csv" in job["links"]["results"]
    assert read(shop, job["id"], key=create_key(shop, "jobs:read"))["links"] == {}
    assert read(shop, job["id"], key=create_key(shop, "jobs:read", "profiles:export"))["links"]
    shop.wait(8 * 24 * 60)
    assert read(shop, job["id"])["links"] == {}


def test_bulk_deleted_customers_can_be_restored(shop: Shop, crowd: dict[str, str]) -> None:
    job = bulk(shop, {"type": "delete"}, filter={"city": "Rome"})
    assert outcomes(shop, job) == {crowd[name]: "changed" for name in ROMANS}
    left = shop.ask("GET", "profiles").body["profiles"]
    assert {profile["id"] for profile in left} == {crowd["ada"], crowd["bob"]}
    assert shop.ask("POST", f"profiles/{crowd['cid']}/restore").status == 200


def test_erased_customers_are_deleted_with_a_receipt_each(shop: Shop, crowd: dict[str, str]) -> None:
    job = bulk(shop, {"type": "erase"}, ids=[crowd["ada"], crowd["eve"]])
    shown = results(shop, job)
    assert {id_: result.outcome for id_, result in shown.items()} == {
        crowd["ada"]: "changed",
        crowd["eve"]: "changed",
    }
    for id_, result in shown.items():
        receipt = read(shop, result.message.removeprefix("job "))
        assert (receipt["kind"], receipt["state"]) == ("erase", "done")
        assert receipt["result"]["profile_id"] == id_
        assert receipt["counts"]["profiles"] == 2
    assert shop.traces(["ada@example.com", "eve@example.com"]) == []
    assert shop.traces(["bob@example.com"])


def test_selected_customers_are_merged_into_the_given_one(shop: Shop, crowd: dict[str, str]) -> None:
    ids = [crowd[name] for name in ("bob", "ada", "eve")]
    job = bulk(shop, {"type": "merge", "into": crowd["ada"]}, ids=ids)
    assert results(shop, job) == dict.fromkeys(ids, CHANGED)
    merged = card(shop, crowd["eve"])
    assert merged["id"] == crowd["ada"]
    assert set(ids) < set(merged["members"])
    assert [entry["type"] for entry in edits(shop, crowd["ada"])] == ["profile.merged"]
    refused = ask(shop, {"type": "merge"}, ids=ids)
    assert (refused.status, refused.body["code"]) == (400, "invalid_selection")
    shop.ask("PUT", f"profiles/{crowd['dan']}/tags/VIP")
    more = bulk(shop, {"type": "merge"}, ids=[crowd["dan"], crowd["cid"], UNKNOWN_PROFILE])
    assert outcomes(shop, more) == {
        crowd["dan"]: "changed",
        crowd["cid"]: "changed",
        UNKNOWN_PROFILE: "skipped",
    }
    assert card(shop, crowd["cid"])["tags"] == ["VIP"]


def test_many_customers_are_merged_in_batches(shop: Shop) -> None:
    ids = [profile("user_id", f"u-{number}") for number in range(30)]
    shop.post("batch", {"batch": [{"type": "identify", "userId": f"u-{number}"} for number in range(30)]})
    job = bulk(shop, {"type": "merge"}, ids=ids)
    assert job["counts"] == {"changed": 30}
    assert set(card(shop, ids[7])["members"]) == set(ids)
    assert len(edits(shop, ids[0])) == 2


def test_an_export_is_a_job_of_its_own(shop: Shop, crowd: dict[str, str]) -> None:
    begun = ask(shop, {"type": "export", "columns": ["email"]}, filter={"city": "Berlin"})
    assert (begun.status, begun.body["kind"]) == (202, "export")
    shop.world.settle()
    export = shop.ask("GET", f"exports/{begun.body['id']}").body
    assert (export["state"], export["file"]["rows"], export["file"]["format"]) == ("done", 2, "csv")


def test_a_limited_key_acts_on_its_own_customers_only(shop: Shop, crowd: dict[str, str]) -> None:
    for name in ("ada", "cid"):
        shop.ask("PUT", f"profiles/{crowd[name]}/classes/north")
    north = create_key(shop, classes=("north",))
    job = bulk(shop, {"type": "add_tags", "tags": ["VIP"]}, key=north, all=True)
    assert outcomes(shop, job) == {crowd["ada"]: "changed", crowd["cid"]: "changed"}
    picked = bulk(shop, {"type": "add_tags", "tags": ["x"]}, key=north, ids=[crowd["bob"], crowd["ada"]])
    assert outcomes(shop, picked) == {crowd["bob"]: "skipped", crowd["ada"]: "changed"}
    removed_classes = bulk(shop, {"type": "remove_classes", "classes": ["north"]}, key=north, all=True)
    assert removed_classes["counts"] == {"changed": 2}
    assert tags.count(tags.get("VIP"), SYSTEM) == 2
    assert bulk(shop, {"type": "add_tags", "tags": ["y"]}, key=north, all=True)["counts"] == {}
    other_key = create_key(shop, "jobs:read", classes=("south",))
    assert shop.world.request("GET", f"/v1/jobs/{job['id']}", key=other_key).status == 404
