"""Segments can be referenced by the slug of their name in all places."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from tests.support.segmented_shop import BOUGHT, Segmented
from tests.support.shop import Shop


@pytest.fixture
def ana(segmented: Segmented) -> str:
    shop = segmented.shop
    shop.send("track", userId="ana", event="Order Completed")
    id_: str = shop.ask("GET", "identities/user_id/ana").body["id"]
    return id_


@pytest.fixture
def buyers(segmented: Segmented, ana: str) -> str:
    return segmented.make("Big, Über-spenders!", BOUGHT)


SLUG = "big-uber-spenders"


def test_every_route_accepts_the_slug(shop: Shop, ana: str, buyers: str) -> None:
    read = shop.ask("GET", f"segments/{SLUG}").body
    assert (read["id"], read["slug"]) == (buyers, SLUG)
    assert shop.ask("GET", f"segments/{SLUG.upper()}").body["id"] == buyers
    members = shop.ask("GET", f"segments/{SLUG}/members").body["members"]
    assert [member["profile"]["id"] for member in members] == [ana]
    for path in ("versions", "history"):
        assert shop.ask("GET", f"segments/{SLUG}/{path}").status == 200
    assert shop.ask("GET", f"profiles/{ana}/segments/{SLUG}/explain").body["member"] is True
    assert shop.ask("PUT", f"profiles/{ana}/segments/{SLUG}", {"member": False}).body["id"] == buyers
    assert shop.ask("DELETE", f"profiles/{ana}/segments/{SLUG}").status == 204
    assert shop.ask("POST", f"segments/{SLUG}/snapshot", {"name": "Now"}).status == 202
    assert shop.ask("PATCH", f"segments/{SLUG}", {"description": "x"}).body["id"] == buyers
    assert shop.ask("DELETE", f"segments/{SLUG}").status == 204


def test_filters_conditions_and_actions_accept_the_slug(shop: Shop, ana: str, buyers: str) -> None:
    found = shop.ask("GET", "profiles", query={"segment": SLUG}).body
    assert [profile["id"] for profile in found["profiles"]] == [ana]
    condition = {"type": "segment", "segment": SLUG}
    assert shop.ask("POST", "segments/preview", {"condition": condition}).body["count"] == 1
    made = shop.ask("POST", "segments", {"name": "Both", "condition": condition}).body
    assert made["condition"]["segment"] == buyers
    for selected in ({"segment": SLUG}, {"filter": {"segment": SLUG}}):
        assert shop.ask("POST", "exports", selected | {"format": "csv"}).status == 202
    action = {"type": "remove_from_segment", "segment": SLUG}
    assert shop.ask("POST", "bulk", {"ids": [ana], "action": action}).status == 202
    assert shop.ask("GET", f"segments/{SLUG}/members").body["members"] == []


@pytest.mark.parametrize("name", ["Big über spenders", "big-uber-spenders", "BIG (ÜBER) SPENDERS"])
def test_a_slug_is_unique(shop: Shop, buyers: str, name: str) -> None:
    other = shop.ask("POST", "segments", {"name": "Other", "type": "static"}).body
    for refused in (
        shop.ask("POST", "segments", {"name": name, "type": "static"}),
        shop.ask("PATCH", f"segments/{other['id']}", {"name": name}),
    ):
        assert (refused.status, refused.body["code"]) == (409, "segment_exists")
        assert refused.body["details"] == {"id": buyers, "slug": SLUG}
        assert SLUG in refused.body["message"]


def test_renaming_a_segment_changes_its_slug_but_not_its_id(shop: Shop, buyers: str) -> None:
    assert shop.ask("PATCH", f"segments/{SLUG}", {"name": "Лояльные"}).body["slug"] == "лояльные"
    assert shop.ask("GET", f"segments/{SLUG}").status == 404
    for called in (buyers, "Лояльные", quote("лояльные")):
        assert shop.ask("GET", f"segments/{called}").body["id"] == buyers


@pytest.mark.parametrize("name", ["🔥", "seg_0123456789aX"])
def test_a_name_without_letters_has_no_slug_and_no_slug_looks_like_an_id(
    shop: Shop, buyers: str, name: str
) -> None:
    made: dict[str, Any] = shop.ask("POST", "segments", {"name": name, "type": "static"}).body
    assert made["slug"] == (None if name == "🔥" else "seg-0123456789ax")
    assert shop.ask("GET", f"segments/{made['slug'] or quote(name)}").body["id"] == made["id"]
    assert shop.ask("GET", "segments/-").status == 404
