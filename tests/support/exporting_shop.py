"""A shop whose customers are exported, so that the file can be imported again."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from typing import Any

from crm.services.access import sources
from tests.support.shop import Shop, profile

DECLARED: dict[str, dict[str, Any]] = {
    "shoe_size": {"type": "number"},
    "member": {"type": "boolean"},
    "since": {"type": "date"},
    "met_at": {"type": "datetime"},
    "colour": {"type": "choice", "choices": ["red", "green"]},
    "hobbies": {"type": "list"},
    "old_code": {},
}
"""Declared attributes, of which `old_code` is archived."""

CUSTOMER: dict[str, Any] = {
    "traits": {
        "zip": "01067",
        "shoe_size": 41,
        "member": True,
        "birthday": "1990-02-28",
        "hobbies": ["chess", "go"],
    },
    "undeclared": {
        "favoriteColor": "red",
        "$region": "north",
        "visits": 7,
        "loyal": True,
        "card": "7012345678901234",
    },
    "named": ["user_id", "email", "phone"],
    "leading": "000",
    "consents": {"email": "granted"},
    "tags": ["VIP"],
}
"""The data of one customer."""

numbers = count(1)


def declare(shop: Shop) -> str:
    """Declare the attributes, and return the write key of a server."""
    for name, fields in DECLARED.items():
        assert shop.ask("POST", "attributes", {"name": name, **fields}).status == 201
    assert shop.ask("PATCH", "attributes/old_code", {"archived": True}).status == 200
    return sources.create(name="Till", kind="server", now=shop.clock.now).write_key


class ExportingShop:
    """A shop with declared attributes, whose customers are exported and imported again."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.server = shop.prepared(declare)

    def create(self, customers: Sequence[dict[str, Any]]) -> list[str]:
        """Create customers from these data, and return their ids."""
        return [self._create(next(numbers), data) for data in customers]

    def _create(self, number: int, data: dict[str, Any]) -> str:
        held = {
            "user_id": f"{data['leading']}{number}",
            "email": f"c{number}@example.com",
            "phone": f"+3460{number:07d}",
            "loyalty_id": f"{data['leading']}7{number}",
        }
        named = {type_: value for type_, value in held.items() if type_ in data["named"]}
        traits = data["undeclared"] | data["traits"]
        traits |= {type_: value for type_, value in named.items() if type_ in ("email", "phone")}
        ids = [{"id": named["loyalty_id"], "type": "loyalty_id"}] if "loyalty_id" in named else []
        at = self.shop.wait()
        message = {"messageId": f"c-{number}", "timestamp": at, "traits": traits}
        message |= {"userId": named["user_id"]} if "user_id" in named else {}
        message |= {"context": {"externalIds": ids}, "writeKey": self.server}
        answer = self.shop.world.request("POST", "/v1/identify", message)
        assert answer.status == 200, answer.body
        self.shop.world.settle()
        first = next(type_ for type_ in ("user_id", "email", "phone", "loyalty_id") if type_ in named)
        id_ = profile(first, named[first])
        for tag in data["tags"]:
            assert self.shop.ask("PUT", f"profiles/{id_}/tags/{tag}").status == 200
        for channel, state in data["consents"].items():
            path = f"profiles/{id_}/consents/{channel}"
            assert self.shop.ask("PUT", path, {"state": state}).status == 200
        return id_

    def export(self, ids: Sequence[str], **body: Any) -> bytes:
        """Return the file of an export of these customers."""
        begun = self.shop.ask("POST", "exports", {"ids": list(ids), **body}).body
        job = self.shop.ask("GET", f"exports/{begun['id']}").body
        assert job["state"] == "done", job
        return self.shop.wire.bucket.files[f"exports/{job['id']}/{job['file']['name']}"]

    def attributes(self, id_: str) -> dict[str, Any]:
        """Return the attributes of a customer."""
        found: dict[str, Any] = self.shop.ask("GET", f"profiles/{id_}").body["attributes"]
        return found
