"""Merges and unmerges through the API."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from crm.api.models.links import MergePreview, Unmerged
from crm.api.models.profiles import Profile
from crm.domain.identity import Identity
from crm.services.editing import append_edit
from crm.services.projection.deployment import id_of
from crm.settings import settings
from crm.storage.groups import count_group, group_ids
from crm.storage.orders import in_order
from crm.storage.profiles import count_profiles
from functions.link_profiles.app import handler
from tests.support.gateway import Client
from tests.support.shop import Shop
from tests.support.staff import Staff, staff_of
from tests.support.stream import PatientClient

EVENTS = Path(__file__).parents[2] / "events"
UNKNOWN_PROFILE = "5d0f3bd4-0b4c-5d63-9d0e-4b3a2f0c7a11"


@pytest.fixture
def client(shop: Shop) -> Client:
    """The API of the shop."""
    return PatientClient(shop.world.read_stream)


@pytest.fixture
def processing_consent_required(shop: Shop) -> Iterator[None]:
    """Require the consent to processing for the activities of a customer."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PROCESSING_CONSENT_REQUIRED", "true")
        settings.cache_clear()
        yield
    settings.cache_clear()


@pytest.fixture
def ada(shop: Shop, staff: Staff) -> str:
    """A customer with a user id, an order, a browser, tags and a consent."""
    shop.send("page", anonymousId="ada-browser", name="Home")
    shop.send("identify", userId="ada", anonymousId="ada-browser", traits={"firstName": "Ada"})
    shop.send("track", userId="ada", event="Order Completed", properties={"revenue": 5})
    id_ = id_of(Identity("user_id", "ada"))
    assert staff("PATCH", f"{id_}/attributes", {"city": "Rome", "zip": "00100"}).status == 200
    assert staff("PUT", f"{id_}/tags/VIP").status == 200
    assert staff("PUT", f"{id_}/consents/email", {"state": "granted"}).status == 200
    return id_


@pytest.fixture
def adele(shop: Shop, staff: Staff) -> str:
    """A customer who was created manually, with an email address."""
    shop.wait()
    made = staff.new(
        "adele@example.com",
        attributes={"first_name": "Adele", "company": "Analytics"},
        tags=["VIP", "fair"],
        classes=["b2b"],
        responsible="grace",
    )
    return str(made["id"])


def shown(staff: Staff, *ids: str) -> list[dict[str, Any]]:
    return [{key: value for key, value in staff.card(id_).items() if key != "version"} for id_ in ids]


def index() -> list[Any]:
    """Return the index of lists and counts by group."""
    orders = [
        list(in_order(order, descending=False)) for order in ("name", "email", "created", "last_transaction")
    ]
    groups = [list(group_ids(*group)) for group in (("class", "b2b"), ("responsible", "grace"))]
    return [*orders, *groups, count_profiles("recognised"), count_profiles("anonymous")]


@pytest.mark.parametrize("swapped", [False, True])
def test_an_unmerge_restores_both_profiles_exactly(
    shop: Shop, staff: Staff, ada: str, adele: str, swapped: bool
) -> None:
    kept, other = (adele, ada) if swapped else (ada, adele)
    before, listed = shown(staff, kept, other), index()

    merged = staff("POST", f"{kept}/merge", {"profiles": [other]})
    assert merged.status == 200, merged.body
    Profile.model_validate(merged.body)
    assert merged.body["id"] == kept
    assert staff.card(kept) == staff.card(other) == merged.body
    assert merged.body["attributes"]["company"] == "Analytics"
    assert merged.body["totals"]["orders"] == 1
    assert merged.body["tags"] == ["fair", "VIP"]
    assert (count_profiles("recognised"), count_group("class", "b2b")) == (1, 1)

    parted = staff("POST", f"{kept}/unmerge", {"profile": other}, etag=merged.headers["etag"])
    assert parted.status == 200, parted.body
    Unmerged.model_validate(parted.body)
    assert [parted.body["profile"], parted.body["unmerged"]] == [staff.card(kept), staff.card(other)]
    assert shown(staff, kept, other) == before
    assert index() == listed
    shop.world.settle()
    assert (shown(staff, kept, other), index()) == (before, listed)


def test_both_timelines_list_the_merge_once(shop: Shop, staff: Staff, ada: str, adele: str) -> None:
    shop.wait()
    staff("POST", f"{adele}/merge", {"profiles": [ada]})
    shop.wait()
    assert [a["type"] for a in staff.timeline(adele)].count("profile.merged") == 1
    staff("POST", f"{adele}/unmerge", {"profile": ada})
    for id_ in (ada, adele):
        types = [activity["type"] for activity in staff.timeline(id_)]
        assert types[:2] == ["profile.unmerged", "profile.merged"]
        assert len(types) == len({a["id"] for a in staff.timeline(id_)})


def test_profiles_can_be_merged_again_after_an_unmerge(staff: Staff, ada: str, adele: str) -> None:
    for _ in range(2):
        assert staff("POST", f"{ada}/merge", {"profiles": [adele]}).body["id"] == ada
        assert staff("POST", f"{ada}/unmerge", {"profile": adele}).status == 200
    assert staff("POST", f"{adele}/merge", {"profiles": [ada]}).body["id"] == adele


def test_one_of_several_merged_profiles_can_be_unmerged(
    shop: Shop, staff: Staff, ada: str, adele: str
) -> None:
    shop.wait()
    third = str(staff.new("third@example.com", attributes={"city": "Oslo"})["id"])
    before = shown(staff, third)
    merged = staff("POST", f"{ada}/merge", {"profiles": [third, adele]}).body
    assert merged["attributes"]["city"] == "Oslo"
    parted = staff("POST", f"{ada}/unmerge", {"profile": third}).body
    assert shown(staff, third) == before
    assert parted["profile"]["attributes"]["company"] == "Analytics"
    assert staff.card(adele)["id"] == ada


def test_a_preview_has_the_source_of_each_value_and_writes_nothing(
    shop: Shop, staff: Staff, ada: str, adele: str
) -> None:
    shop.wait()
    staff("PATCH", f"{adele}/attributes", {"city": "Oslo"})
    staff("PATCH", f"{ada}/attributes", {"zip": None})
    held = [dict(item) for item in shop.items()]
    answer = staff("POST", f"{ada}/merge", {"profiles": [adele]}, dry_run="true")
    assert answer.status == 200, answer.body
    MergePreview.model_validate(answer.body)
    assert shop.items() == held
    preview = answer.body
    assert preview["id"] == ada
    assert {name: (given["value"], given["profile_id"]) for name, given in preview["attributes"].items()} == {
        "city": ("Oslo", adele),
        "company": ("Analytics", adele),
        "email": ("adele@example.com", adele),
        "first_name": ("Adele", adele),
    }
    assert [
        (conflict["attribute"], conflict["kept"]["value"], [lost["value"] for lost in conflict["lost"]])
        for conflict in preview["conflicts"]
    ] == [("city", "Oslo", ["Rome"]), ("first_name", "Adele", ["Ada"])]
    assert {lost["profile_id"] for conflict in preview["conflicts"] for lost in conflict["lost"]} == {ada}
    merged = staff("POST", f"{ada}/merge", {"profiles": [adele]}).body
    assert {name: given["value"] for name, given in preview["attributes"].items()} == merged["attributes"]
    for part in ("kind", "tags", "classes", "responsible", "consents", "identities", "totals", "hidden"):
        assert preview[part] == merged[part]


def test_a_preview_with_a_consenting_customer_does_not_reveal_hidden_activities(
    processing_consent_required: None, staff: Staff, ada: str, adele: str
) -> None:
    assert staff("PUT", f"{adele}/consents/processing", {"state": "granted"}).status == 200
    assert staff.card(ada)["totals"] is None
    for into, other in ((ada, adele), (adele, ada)):
        preview = staff("POST", f"{into}/merge", {"profiles": [other]}, dry_run="true").body
        assert (preview["totals"], preview["hidden"]) == (None, "processing_consent_missing")
    staff("PUT", f"{ada}/consents/processing", {"state": "granted"})
    preview = staff("POST", f"{ada}/merge", {"profiles": [adele]}, dry_run="true").body
    assert (preview["totals"]["orders"], preview["hidden"]) == (1, None)


def test_a_cleared_value_hides_an_older_one_in_the_preview(staff: Staff, ada: str, adele: str) -> None:
    staff("PATCH", f"{adele}/attributes", {"city": "Oslo"})
    staff("PATCH", f"{adele}/attributes", {"city": None})
    preview = staff("POST", f"{ada}/merge", {"profiles": [adele]}, dry_run="true").body
    assert "city" not in preview["attributes"]
    (city,) = [conflict for conflict in preview["conflicts"] if conflict["attribute"] == "city"]
    assert (city["kept"]["value"], city["lost"][0]["value"]) == (None, "Rome")


def test_an_unmerged_browser_is_not_linked_again_by_events(shop: Shop, staff: Staff, ada: str) -> None:
    browser = id_of(Identity("anonymous_id", "ada-browser"))
    answer = staff("POST", f"{ada}/unmerge", {"profile": browser})
    assert answer.status == 200, answer.body
    assert answer.body["unmerged"]["kind"] == "anonymous"
    assert answer.body["unmerged"]["totals"]["pages"] == 1
    shop.send_everything_again()
    shop.send("identify", userId="ada", anonymousId="ada-browser")
    assert staff.card(browser)["id"] == browser
    assert staff("POST", f"{ada}/merge", {"profiles": [browser]}).body["id"] == ada


def test_an_unmerged_identity_without_activities_becomes_a_profile(shop: Shop, staff: Staff) -> None:
    shop.send("identify", userId="u", traits={"email": "typo@example.com"})
    user, mail = id_of(Identity("user_id", "u")), id_of(Identity("email", "typo@example.com"))
    answer = staff("POST", f"{user}/unmerge", {"profile": mail})
    assert answer.status == 200, answer.body
    assert answer.body["unmerged"]["identities"] == [{"type": "email", "value": "typo@example.com"}]
    assert answer.body["profile"]["identities"] == [{"type": "user_id", "value": "u"}]


def test_profiles_of_the_same_customer_cannot_be_merged(staff: Staff, ada: str, adele: str) -> None:
    browser = id_of(Identity("anonymous_id", "ada-browser"))
    for others in ([ada], [browser], [adele, adele]):
        answer = staff("POST", f"{ada}/merge", {"profiles": others})
        assert (answer.status, answer.body["code"]) == (400, "already_one")


@pytest.mark.parametrize(
    "body", [{}, {"profiles": []}, {"profiles": ["x"] * 21}, {"profiles": [""]}, {"ids": ["x"]}]
)
def test_an_invalid_body_is_refused(staff: Staff, ada: str, body: Any) -> None:
    answer = staff("POST", f"{ada}/merge", body)
    assert (answer.status, answer.body["code"]) == (400, "invalid_request")


def test_an_unknown_profile_cannot_be_merged(staff: Staff, ada: str, adele: str) -> None:
    assert staff("POST", f"{ada}/merge", {"profiles": [UNKNOWN_PROFILE]}).status == 404
    assert staff("POST", f"{UNKNOWN_PROFILE}/merge", {"profiles": [ada]}).status == 404
    assert staff("DELETE", adele).status == 204
    assert staff("POST", f"{ada}/merge", {"profiles": [adele]}).status == 404


def test_only_a_member_other_than_the_shown_one_can_be_unmerged(staff: Staff, ada: str, adele: str) -> None:
    browser = id_of(Identity("anonymous_id", "ada-browser"))
    shown_one = staff("POST", f"{browser}/unmerge", {"profile": ada})
    assert (shown_one.status, shown_one.body["code"]) == (400, "shown_member")
    assert shown_one.body["details"] == {"members": [browser]}
    for other_profile in (adele, UNKNOWN_PROFILE):
        answer = staff("POST", f"{ada}/unmerge", {"profile": other_profile})
        assert (answer.status, answer.body["code"]) == (400, "not_a_member")


@pytest.mark.parametrize("swapped", [False, True])
def test_an_outdated_etag_is_refused(staff: Staff, ada: str, adele: str, swapped: bool) -> None:
    kept, other = (adele, ada) if swapped else (ada, adele)
    read = staff("GET", kept).headers["etag"]
    assert staff("PUT", f"{kept}/tags/changed").status == 200
    for path, body in (("merge", {"profiles": [other]}), ("unmerge", {"profile": other})):
        answer = staff("POST", f"{kept}/{path}", body, etag=read)
        assert (answer.status, answer.body["code"]) == (412, "version_conflict")
    merged = staff("POST", f"{kept}/merge", {"profiles": [other]}, etag=staff("GET", kept).headers["etag"])
    assert merged.status == 200
    stale = staff("POST", f"{kept}/unmerge", {"profile": other}, etag=read)
    assert stale.status == 412
    parted = staff("POST", f"{kept}/unmerge", {"profile": other}, etag=merged.headers["etag"])
    assert parted.headers["etag"] == staff("GET", kept).headers["etag"]


def test_a_concurrent_edit_is_kept(
    staff: Staff, ada: str, adele: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    done, users = append_edit.apply_all, iter(["hedy", "lise"])

    def disturb(*args: Any, **more: Any) -> None:
        monkeypatch.setattr(append_edit, "apply_all", done)
        assert staff("PUT", f"{adele}/responsible", {"user": next(users)}).status == 200
        done(*args, **more)

    monkeypatch.setattr(append_edit, "apply_all", disturb)
    merged = staff("POST", f"{adele}/merge", {"profiles": [ada]})
    assert (merged.status, merged.body["responsible"]) == (200, "hedy")
    monkeypatch.setattr(append_edit, "apply_all", disturb)
    answer = staff("POST", f"{adele}/unmerge", {"profile": ada}, etag=merged.headers["etag"])
    assert answer.status == 412
    assert len(staff.card(ada)["members"]) == 3


class TestLimitedToClasses:
    def test_a_limited_key_can_neither_merge_nor_see_other_customers(
        self, client: Client, staff: Staff, ada: str, adele: str
    ) -> None:
        limited = staff_of(client, "b2b")
        assert limited("POST", f"{adele}/merge", {"profiles": [ada]}).status == 404
        assert limited("POST", f"{ada}/merge", {"profiles": [adele]}).status == 404
        assert limited("POST", f"{ada}/unmerge", {"profile": adele}).status == 404
        staff("POST", f"{adele}/merge", {"profiles": [ada]})
        parted = limited("POST", f"{adele}/unmerge", {"profile": ada})
        assert parted.body["profile"]["id"] == adele
        assert parted.body["unmerged"] is None

    def test_a_merge_that_would_hide_the_customer_from_the_key_is_refused(
        self, client: Client, staff: Staff
    ) -> None:
        one, other = (
            str(staff.new(mail, classes=["b2b", "fair"])["id"]) for mail in ("ann@x.example", "bea@x.example")
        )
        staff("DELETE", f"{one}/classes/fair")
        staff("DELETE", f"{other}/classes/b2b")
        answer = staff_of(client, "b2b", "fair")("POST", f"{one}/merge", {"profiles": [other]})
        assert (answer.status, answer.body["code"]) == (400, "out_of_sight")
        assert staff("POST", f"{one}/merge", {"profiles": [other]}).body["classes"] == []


def test_a_repeated_merge_is_performed_once_and_its_response_is_not_stored(
    client: Client, staff: Staff, ada: str, adele: str
) -> None:
    headers = {"idempotency-key": "k"}
    path = f"/v1/profiles/{ada}/merge"
    first = client("POST", path, {"profiles": [adele]}, key=staff.key, headers=headers)
    again = client("POST", path, {"profiles": [adele]}, key=staff.key, headers=headers)
    assert first.status == 200
    assert (again.status, again.body["code"], again.body["details"]) == (409, "already_done", {"id": ada})


def test_an_erased_profile_that_was_unmerged_leaves_no_trace(
    shop: Shop, staff: Staff, ada: str, adele: str
) -> None:
    shop.send("identify", userId="ada", traits={"email": "typo@example.com"})
    mail = id_of(Identity("email", "typo@example.com"))
    staff("POST", f"{ada}/unmerge", {"profile": mail})
    staff("POST", f"{ada}/merge", {"profiles": [adele]})
    staff("POST", f"{ada}/unmerge", {"profile": adele})
    for id_ in (mail, adele):
        assert shop.erase(id_)["state"] == "done"
    assert shop.traces(["typo@example.com", "adele@example.com", "Adele", "Analytics"]) == []
    assert staff.card(ada)["attributes"]["first_name"] == "Ada"


@pytest.mark.parametrize("sample", sorted(EVENTS.glob("link_profiles_*.json")), ids=lambda path: path.stem)
def test_sample_events_are_handled(shop: Shop, sample: Path) -> None:
    assert handler(json.loads(sample.read_text()), None)["statusCode"] == 404
