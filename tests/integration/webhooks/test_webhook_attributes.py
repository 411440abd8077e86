"""Webhooks with filters by segment, and with attributes in their events."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from crm.domain.webhooks import rules
from crm.domain.webhooks.delivery import Result
from crm.services.access import api_keys
from crm.services.webhooks import http_post
from tests.support.gateway import Answer
from tests.support.segmented_shop import BOUGHT, Segmented
from tests.support.shop import Shop

HOOK = {"name": "Mailing", "url": "https://mail.example/hooks"}
Sent = list[dict[str, Any]]


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Sent:
    """The bodies that the receiver accepted."""
    taken: Sent = []

    def post(_url: str, _headers: dict[str, str], body: bytes) -> Result:
        taken.append(json.loads(body))
        return Result(status=204)

    monkeypatch.setattr(http_post, "post", post)
    return taken


def hook(shop: Shop, **more: Any) -> dict[str, Any]:
    answer = shop.ask("POST", "webhooks", HOOK | more)
    assert answer.status == 201, answer.body
    return dict(answer.body)


def profiles(sent: Sent, type_: str) -> list[Any]:
    return [content["data"].get("profile") for content in sent if content["type"] == type_]


def ann(shop: Shop, **traits: Any) -> str:
    shop.send("identify", userId="ann", traits={"email": "ann@x.example", **traits})
    id_: str = shop.ask("GET", "identities/user_id/ann").body["id"]
    return id_


class TestSegments:
    """A webhook stores ids of segments, given by id, slug or name; unknown segments are refused."""

    def test_a_segment_is_named_by_id_name_or_slug(self, segmented: Segmented) -> None:
        buyers, big = segmented.make("Buyers", BOUGHT), segmented.make("Big spenders!", type="static")
        made = hook(segmented.shop, segments=["buyers", buyers, "big-spenders", "Big spenders!"])
        assert made["segments"] == [buyers, big]
        assert made["segment_names"] == {buyers: "Buyers", big: "Big spenders!"}
        segmented.shop.ask("PATCH", f"segments/{big}", {"name": "Whales"})
        read = segmented.shop.ask("GET", f"webhooks/{made['id']}").body
        assert read["segment_names"][big] == "Whales"
        assert segmented.shop.ask("GET", "webhooks").body["webhooks"] == [read]
        changed = segmented.shop.ask("PATCH", f"webhooks/{made['id']}", {"segments": ["whales"]}).body
        assert changed["segments"] == [big]

    def test_an_unknown_segment_is_refused_with_its_field(self, segmented: Segmented) -> None:
        segmented.make("Buyers", BOUGHT)
        for called in ("buyer", "seg_0123456789ab"):
            refused = segmented.shop.ask("POST", "webhooks", HOOK | {"segments": ["Buyers", called]})
            assert (refused.status, refused.body["code"]) == (400, "unknown_segment")
            assert [error["field"] for error in refused.body["details"]["errors"]] == ["segments.1"]
        assert segmented.shop.ask("GET", "webhooks").body["webhooks"] == []

    def test_the_number_of_segments_is_limited(self, shop: Shop) -> None:
        for wrong in ([""], ["x"] * (rules.MAX_WEBHOOK_SEGMENTS + 1)):
            refused = shop.ask("POST", "webhooks", HOOK | {"segments": wrong})
            assert (refused.status, refused.body["code"]) == (400, "invalid_request")

    def test_a_segment_used_by_a_webhook_cannot_be_deleted(self, segmented: Segmented) -> None:
        segmented.make("Buyers", BOUGHT)
        hook(segmented.shop, segments=["Buyers"])
        assert segmented.shop.ask("DELETE", "segments/buyers").body["code"] == "segment_in_use"

    def test_only_changes_of_its_segments_are_delivered(self, segmented: Segmented, sent: Sent) -> None:
        segmented.make("Others", BOUGHT)
        segmented.make("Buyers", BOUGHT)
        made = hook(segmented.shop, segments=["buyers"], events=["Segment Entered"])
        segmented.shop.send("track", userId="ann", event="Order Completed")
        assert [content["data"]["segment_id"] for content in sent] == made["segments"]


class TestAttributes:
    """Values are read at the time of delivery, with the permissions of the key that requested them."""

    def test_deliveries_contain_the_selected_attributes(self, segmented: Segmented, sent: Sent) -> None:
        segmented.make("Buyers", BOUGHT)
        made = hook(segmented.shop, attributes=["email", "first_name", "city"], events=["Segment Entered"])
        assert made["attributes"] == ["email", "first_name", "city"]
        id_ = ann(segmented.shop, firstName="Ann", city="Rome", phone="+39061234567")
        segmented.shop.send("track", userId="ann", event="Order Completed")
        (profile,) = profiles(sent, "Segment Entered")
        assert profile == {
            "id": id_,
            "attributes": {"email": "ann@x.example", "first_name": "Ann", "city": "Rome"},
        }

    def test_an_email_identity_is_delivered_as_attribute(self, segmented: Segmented, sent: Sent) -> None:
        hook(segmented.shop, attributes=["email", "first_name"], events=["Profile Created"])
        segmented.shop.ask("POST", "profiles", {"identities": {"email": "bo@x.example"}})
        assert profiles(sent, "Profile Created")[-1]["attributes"] == {
            "email": "bo@x.example",
            "first_name": None,
        }

    def test_attributes_are_read_when_they_are_delivered(
        self, segmented: Segmented, sent: Sent, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        hook(segmented.shop, attributes=["city"], events=["Profile Created"])
        taking = http_post.post
        monkeypatch.setattr(http_post, "post", lambda *_: Result(status=500))
        segmented.shop.world.request(
            "POST", "/v1/profiles", {"identities": {"user_id": "cy"}}, key=segmented.shop.key
        )
        segmented.shop.world.read_stream()
        queued = segmented.shop.wire.queues["webhooks"]
        assert len(queued) == 1
        assert "cy" not in queued[0]
        waiting, segmented.shop.wire.queues["webhooks"] = queued, []
        id_ = segmented.shop.ask("GET", "identities/user_id/cy").body["id"]
        segmented.shop.ask("PATCH", f"profiles/{id_}/attributes", {"city": "Oslo"})
        monkeypatch.setattr(http_post, "post", taking)
        segmented.shop.wire.queues["webhooks"] = waiting
        segmented.shop.world.settle()
        assert profiles(sent, "Profile Created") == [{"id": id_, "attributes": {"city": "Oslo"}}]

    def test_attributes_of_erased_customers_are_not_delivered(self, segmented: Segmented, sent: Sent) -> None:
        hook(segmented.shop, attributes=["email"])
        id_ = ann(segmented.shop)
        segmented.shop.ask("PATCH", f"profiles/{id_}/attributes", {"city": "Oslo"})
        sent.clear()
        segmented.shop.world.request(
            "PATCH", f"/v1/profiles/{id_}/attributes", {"city": "Rome"}, key=segmented.shop.key
        )
        segmented.shop.world.read_stream()
        waiting, segmented.shop.wire.queues["webhooks"] = segmented.shop.wire.queues["webhooks"], []
        segmented.shop.erase(id_)
        segmented.shop.wire.queues["webhooks"] = waiting
        segmented.shop.world.settle()
        assert set(map(str, profiles(sent, "Profile Updated"))) == {"None"}
        assert all("profile" not in one["data"] for one in sent if one["type"] == "Profile Erased")
        assert "ann@x.example" not in json.dumps(sent)

    def test_deliveries_after_a_merge_have_the_merged_profile(self, segmented: Segmented, sent: Sent) -> None:
        segmented.make("Buyers", BOUGHT)
        segmented.shop.send("track", userId="ann", event="Order Completed")
        first = segmented.shop.ask("GET", "identities/user_id/ann").body["id"]
        other = segmented.shop.ask("POST", "profiles", {"identities": {"email": "bo@x.example"}}).body["id"]
        hook(segmented.shop, attributes=["email"], events=["Segment Entered"])
        segmented.shop.ask("POST", f"profiles/{other}/merge", {"profiles": [first]})
        (shown,) = sent
        assert (shown["data"]["profile_id"], shown["data"]["replaces"]) == (other, first)
        assert shown["data"]["profile"] == {"id": other, "attributes": {"email": "bo@x.example"}}

    def test_large_values_are_omitted_and_listed(self, segmented: Segmented, sent: Sent) -> None:
        for number in range(4):
            segmented.shop.ask("POST", "attributes", {"name": f"note_{number}", "type": "text"})
        names = [f"note_{number}" for number in range(4)]
        id_ = ann(segmented.shop)
        hook(segmented.shop, attributes=[*names, "email"], events=["Profile Updated"])
        long = dict.fromkeys(names, "ü" * 1000)
        assert segmented.shop.ask("PATCH", f"profiles/{id_}/attributes", long).status == 200
        profile = profiles(sent, "Profile Updated")[-1]
        assert profile["left_out"]
        assert profile["attributes"].keys() | set(profile["left_out"]) == {*names, "email"}
        assert profile["attributes"]["email"] == "ann@x.example"
        assert len(json.dumps(profile["attributes"])) <= rules.MAX_WEBHOOK_VALUES_BYTES + 100

    def test_unknown_and_too_many_attributes_are_refused(self, segmented: Segmented) -> None:
        refused = segmented.shop.ask("POST", "webhooks", HOOK | {"attributes": ["email", "emial"]})
        assert (refused.status, refused.body["code"]) == (400, "unknown_attribute")
        assert refused.body["message"].startswith(
            "attributes.1: this is not an attribute: did you mean email"
        )
        many = segmented.shop.ask("POST", "webhooks", HOOK | {"attributes": ["email"] * 21})
        assert many.status == 400

    def test_failed_deliveries_are_stored_without_attributes(
        self, segmented: Segmented, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        made = hook(segmented.shop, attributes=["email"], events=["Profile Created"])
        monkeypatch.setattr(http_post, "post", lambda *_: Result(status=410))
        ann(segmented.shop)
        dead = segmented.shop.ask("GET", f"webhooks/{made['id']}/deliveries").body["deliveries"]
        assert [one["event_type"] for one in dead] == ["Profile Created"] * 2
        assert not any("profile" in one["body"]["data"] for one in dead)
        assert "ann@x.example" not in json.dumps(dead)


class TestScopes:
    """A webhook sends data that its key may read, and shows no names to readers without permission."""

    @pytest.fixture
    def by_key(self, shop: Shop) -> Callable[..., tuple[str, Callable[..., Answer]]]:
        def make(*scopes: str) -> tuple[str, Callable[..., Answer]]:
            made, plain = api_keys.create("tool", list(scopes), now=shop.clock.now)
            return made.id, lambda method, path, body: shop.world.request(
                method, f"/v1/{path}", body, key=plain
            )

        return make

    def test_attributes_need_the_scope_profiles_read(
        self, segmented: Segmented, by_key: Callable[..., tuple[str, Callable[..., Answer]]]
    ) -> None:
        _, ask = by_key("webhooks:read", "webhooks:write")
        made = hook(segmented.shop)
        body = {"attributes": ["email"]}
        for refused in (ask("POST", "webhooks", HOOK | body), ask("PATCH", f"webhooks/{made['id']}", body)):
            assert (refused.status, refused.body["details"]["scope"]) == (403, "profiles:read")

    def test_attributes_of_a_revoked_key_are_not_delivered_until_another_key_selects_them(
        self,
        segmented: Segmented,
        sent: Sent,
        by_key: Callable[..., tuple[str, Callable[..., Answer]]],
    ) -> None:
        key, ask = by_key("webhooks:write", "profiles:read")
        made = ask("POST", "webhooks", HOOK | {"attributes": ["email"]}).body
        assert made["attributes_key"] == key
        id_ = ann(segmented.shop)
        assert all(shown["profile"]["attributes"] for shown in (one["data"] for one in sent))
        api_keys.revoke(key, now=segmented.shop.clock.now)
        sent.clear()
        segmented.shop.ask("PATCH", f"profiles/{id_}/attributes", {"city": "Rome"})
        assert profiles(sent, "Profile Updated") == [None]
        changed = segmented.shop.ask("PATCH", f"webhooks/{made['id']}", {"attributes": ["email"]}).body
        assert changed["attributes_key"] not in {None, key}
        segmented.shop.ask("PATCH", f"profiles/{id_}/attributes", {"city": "Oslo"})
        assert profiles(sent, "Profile Updated")[-1]["attributes"] == {"email": "ann@x.example"}

    def test_changing_the_url_assigns_the_attributes_to_the_key(
        self, segmented: Segmented, by_key: Callable[..., tuple[str, Callable[..., Answer]]]
    ) -> None:
        key, ask = by_key("webhooks:write", "profiles:read", "webhooks:read")
        made = hook(segmented.shop, attributes=["email"])
        assert made["attributes_key"] not in {None, key}
        assert (
            ask("PATCH", f"webhooks/{made['id']}", {"name": "x"}).body["attributes_key"]
            == made["attributes_key"]
        )
        moved = ask("PATCH", f"webhooks/{made['id']}", {"url": "https://b.example"}).body
        assert moved["attributes_key"] == key
        without = ask("PATCH", f"webhooks/{made['id']}", {"attributes": []}).body
        assert (without["attributes"], without["attributes_key"]) == ([], None)

    def test_segment_names_need_the_scope_segments_read(
        self, segmented: Segmented, by_key: Callable[..., tuple[str, Callable[..., Answer]]]
    ) -> None:
        buyers = segmented.make("Buyers", BOUGHT)
        made = hook(segmented.shop, segments=["buyers"])
        _, ask = by_key("webhooks:read")
        _, ask_both = by_key("webhooks:read", "segments:read")
        for path in (f"webhooks/{made['id']}", "webhooks"):
            assert "Buyers" not in json.dumps(ask("GET", path, None).body)
            assert f'"{buyers}": "Buyers"' in json.dumps(ask_both("GET", path, None).body)
