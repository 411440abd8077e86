"""Membership of lists: added and removed through the API, shown, found, counted, and in the timeline."""

from typing import Any
from urllib.parse import quote

import pytest

from crm.api.models.profiles import Profile
from crm.domain.api_key import SYSTEM
from crm.services.definitions import lists
from crm.services.editing import prepared_edit
from crm.storage.groups import count_group, group_ids
from tests.support.gateway import Client
from tests.support.staff import Staff, staff_of

NOW = 1_795_289_400_000
UNKNOWN_PROFILE = "5d0f3bd4-0b4c-5d63-9d0e-4b3a2f0c7a11"


@pytest.fixture
def fair(client: Client) -> str:
    """Create a list, and return its id."""
    return lists.create(name="Trade fair", now=NOW).id


def found(staff: Staff, **query: Any) -> list[str]:
    answer = staff("GET", **query)
    assert answer.status == 200, answer.body
    return [profile["email"] for profile in answer.body["profiles"]]


@pytest.mark.parametrize("by_name", [False, True])
def test_a_customer_is_added_to_and_removed_from_a_list_once(staff: Staff, fair: str, by_name: bool) -> None:
    made = staff.new()
    path = f"{made['id']}/lists/{quote('trade FAIR') if by_name else fair}"
    put_on = staff("PUT", path)
    assert put_on.status == 200
    Profile.model_validate(put_on.body)
    assert put_on.body["lists"] == ["Trade fair"]
    assert staff("PUT", path).body == put_on.body
    assert list(group_ids("list", fair)) == [("recognised", made["id"])]
    for _ in range(2):
        assert staff("DELETE", path).status == 204
    assert staff.card(made["id"])["lists"] == []
    assert count_group("list", fair) == 0
    shown = [(entry["type"], entry["name"], entry["category"]) for entry in staff.timeline(made["id"])]
    assert shown[:2] == [("list.left", "Trade fair", "edits"), ("list.joined", "Trade fair", "edits")]
    assert len(shown) == 3
    assert staff.timeline(made["id"])[1]["properties"] == {"lists": {"added": ["Trade fair"]}}


def test_a_customer_without_lists_is_stored_without_the_field(staff: Staff, table: Any) -> None:
    made = staff.new()
    item = table.get_item(Key={"pk": f"P#{made['id']}", "sk": "PROFILE"})["Item"]
    assert "list" not in str(item)
    assert staff.card(made["id"])["lists"] == []


def test_an_unknown_list_or_profile_is_not_found(staff: Staff, fair: str) -> None:
    made = staff.new()
    for method in ("PUT", "DELETE"):
        assert staff(method, f"{made['id']}/lists/unheard%20of").status == 404
        assert staff(method, f"{made['id']}/lists/list_0123456789ab").status == 404
        assert staff(method, f"{UNKNOWN_PROFILE}/lists/{fair}").status == 404
    assert staff.card(made["id"]) == made


def test_lists_are_filtered_by_name_and_id(staff: Staff, fair: str) -> None:
    spring = lists.create(name="Spring", now=NOW).id
    ada, bob = (staff.new(f"{name}@example.com")["id"] for name in ("ada", "bob"))
    staff.new("eve@example.com")
    for id_, on in ((ada, fair), (ada, spring), (bob, fair)):
        assert staff("PUT", f"{id_}/lists/{on}").status == 200
    by_email = {"sort": "email"}
    assert found(staff, list="trade fair", **by_email) == ["ada@example.com", "bob@example.com"]
    assert found(staff, list=f"{fair},Spring", **by_email) == ["ada@example.com"]
    assert found(staff, **by_email, **{"list.none": spring}) == ["bob@example.com", "eve@example.com"]
    assert found(staff, list="unheard of") == []
    assert len(found(staff, **{"list.none": "unheard of"})) == 3


def test_profiles_show_the_new_name_of_a_list_and_no_deleted_list(staff: Staff, fair: str) -> None:
    made = staff.new()
    staff("PUT", f"{made['id']}/lists/{fair}")
    lists.update(fair, {"name": "Fair"})
    assert staff.card(made["id"])["lists"] == ["Fair"]
    lists.delete(fair)
    assert staff.card(made["id"])["lists"] == []
    assert found(staff, list="Fair") == []
    again = lists.create(name="Fair", now=NOW)
    assert lists.count(again, SYSTEM) == 0
    assert staff.card(made["id"])["lists"] == []


def test_the_number_of_lists_of_a_profile_is_limited(staff: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prepared_edit, "MAX_PROFILE_LISTS", 2)
    made = staff.new()
    one, two, three = (lists.create(name=name, now=NOW).id for name in ("one", "two", "three"))
    for id_ in (one, two):
        assert staff("PUT", f"{made['id']}/lists/{id_}").status == 200
    full = staff("PUT", f"{made['id']}/lists/{three}")
    assert (full.status, full.body["code"]) == (409, "too_many_lists")
    assert staff("PUT", f"{made['id']}/responsible", {"user": "grace"}).status == 200
    assert staff("PUT", f"{made['id']}/lists/{one}").status == 200
    lists.delete(two)
    assert staff("PUT", f"{made['id']}/lists/{three}").body["lists"] == ["one", "three"]


def test_deleted_customers_are_not_counted_until_restored(staff: Staff, fair: str) -> None:
    made = staff.new()
    staff("PUT", f"{made['id']}/lists/{fair}")
    assert staff("DELETE", made["id"]).status == 204
    assert lists.count(lists.get(fair), SYSTEM) == 0
    assert staff("POST", f"{made['id']}/restore").body["lists"] == ["Trade fair"]
    assert lists.count(lists.get(fair), SYSTEM) == 1


def test_a_merged_profile_is_on_the_lists_of_both_profiles(staff: Staff, fair: str) -> None:
    spring = lists.create(name="Spring", now=NOW).id
    ada, bob = (staff.new(f"{name}@example.com")["id"] for name in ("ada", "bob"))
    for id_, on in ((ada, fair), (bob, fair), (bob, spring)):
        assert staff("PUT", f"{id_}/lists/{on}").status == 200
    preview = staff("POST", f"{ada}/merge", {"profiles": [bob]}, dry_run="true")
    assert (preview.status, preview.body["lists"]) == (200, ["Spring", "Trade fair"]), preview.body
    assert staff("POST", f"{ada}/merge", {"profiles": [bob]}).body["lists"] == ["Spring", "Trade fair"]
    assert [count_group("list", id_) for id_ in (fair, spring)] == [1, 1]


def test_a_limited_key_adds_only_its_own_customers_to_lists(client: Client, staff: Staff, fair: str) -> None:
    north = staff_of(client, "north")
    own, other_profile = north.new("ada@example.com"), staff.new("bob@example.com")
    assert north("PUT", f"{own['id']}/lists/{fair}").body["lists"] == ["Trade fair"]
    assert north("PUT", f"{other_profile['id']}/lists/{fair}").status == 404
    assert found(north, list=fair) == ["ada@example.com"]
