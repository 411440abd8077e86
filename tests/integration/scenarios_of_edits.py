"""Edits of profiles in the crash matrix. Its clients retry, too, and may find their change done."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

from crm.domain.identity import Identity
from crm.services.access import api_keys, sources
from crm.services.projection.deployment import id_of
from tests.support.world import World

NOW = 1_795_289_400_000
ANA, BEN, CARL = (Identity("email", f"{name}@example.com") for name in ("ana", "ben", "carl"))
Stored = dict[str, Any]
_DIFFERING = {"version", "members"}


def two_customers(world: World) -> str:
    """Create Ana and Ben, each with a browser; return an admin's key."""
    write_key = sources.create(name="Shop", now=NOW).write_key
    batch = [
        {
            "type": "identify",
            "messageId": f"m{who.value}",
            "timestamp": "2026-11-20T10:00:00Z",
            "anonymousId": f"browser of {who.value}",
            "traits": {"email": who.value, "city": "Lugo"},
        }
        for who in (ANA, BEN)
    ]
    assert world.request("POST", "/v1/batch", {"batch": batch, "writeKey": write_key}).status == 200
    world.settle()
    return api_keys.create("admin", ["admin"], now=NOW)[1]


def edit(world: World, key: str) -> Any:
    """Send each kind of edit."""
    ask = partial(world.request, key=key)
    ana, ben = f"/v1/profiles/{id_of(ANA)}", f"/v1/profiles/{id_of(BEN)}"
    created = ask("POST", "/v1/profiles", {"identities": {"email": CARL.value}, "tags": ["new"]})
    assert created.status in (201, 409), created
    assert ask("PATCH", f"{ana}/attributes", {"city": "Vigo", "company": "Acme"}).status == 200
    assert ask("PUT", f"{ana}/tags/vip").status == 200
    assert ask("PUT", f"{ben}/tags/vip").status == 200
    assert ask("DELETE", f"{ben}/tags/vip").status in (200, 204)
    assert ask("PUT", f"{ana}/consents/email", {"state": "granted", "proof": "said so"}).status == 200
    assert ask("DELETE", f"/v1/profiles/{id_of(CARL)}").status in (204, 404)
    world.settle()
    return shown(world, key)


def link(world: World, key: str) -> Any:
    """Merge two customers, edit the merged one, and unmerge them."""
    ask = partial(world.request, key=key)
    ana = f"/v1/profiles/{id_of(ANA)}"
    assert ask("POST", f"{ana}/merge", {"profiles": [id_of(BEN)]}).status in (200, 400)
    assert ask("PUT", f"{ana}/responsible", {"user": "iris"}).status == 200
    assert ask("PUT", f"{ana}/classes/gold").status == 200
    assert ask("POST", f"{ana}/unmerge", {"profile": id_of(BEN)}).status in (200, 400)
    world.settle()
    return shown(world, key)


def shown(world: World, key: str) -> Any:
    """Return both customers, and their lists."""
    ask = partial(world.request, key=key)
    ana, ben = f"/v1/profiles/{id_of(ANA)}", f"/v1/profiles/{id_of(BEN)}"
    return [_plain(ask("GET", path).body) for path in (ana, ben)] + [
        [card["id"] for card in ask("GET", "/v1/profiles", query=query).body["profiles"]]
        for query in ({"tag": "vip"}, {"class": "gold"}, {"kind": "deleted"}, {"sort": "email"})
    ]


def _plain(profile: dict[str, Any]) -> dict[str, Any]:
    """Remove versions, times and random parts."""
    consents = {key: consent["state"] for key, consent in profile["consents"].items()}
    plain = {name: value for name, value in profile.items() if name not in _DIFFERING}
    return plain | {"consents": consents, "members": sorted(profile["members"])}


def people_and_lists(answers: Any, stored: Stored, published: set[str]) -> Any:
    """Return the shown customers and the index, since the ids of edits and tags are random."""
    listed = sorted(re.sub("#tag#.*", "#tag", key) for key in stored if "|M#" in key)
    return answers, listed, published
