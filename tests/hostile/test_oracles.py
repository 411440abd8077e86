"""Error messages and the health report reveal nothing about customers."""

from __future__ import annotations

from crm.domain.errors import ItemTooLargeError
from crm.services.projection import stuck
from tests.hostile.test_floods import ask
from tests.support.shop import Shop, profile

NEVER = {"type": "email", "value": "never-seen@example.com"}


def made(shop: Shop) -> str:
    return str(ask(shop, "POST", "profiles", {"identities": {"email": "ada@example.com"}}).body["id"])


def test_a_conflict_about_an_unknown_address_does_not_reveal_its_profile_id(shop: Shop) -> None:
    body = {"conflicts": [{"identity": NEVER, "owner": made(shop)}]}
    refused = shop.ask("POST", "conflicts/settle", body)
    assert refused.status == 404
    assert refused.body["message"] == "no profile has this email"
    assert profile(**NEVER) not in str(refused.body)


def test_an_empty_filter_is_refused_with_its_replacement(shop: Shop) -> None:
    refused = shop.ask("POST", "exports", {"filter": {}})
    assert refused.status == 400
    assert 'send "all": true instead' in refused.body["message"]


def test_an_erased_profile_is_removed_from_the_health_report(shop: Shop) -> None:
    id_ = made(shop)
    stuck.record_failure(id_, ItemTooLargeError("too large"), during="projection")
    assert [p["profile_ids"] for p in ask(shop, "GET", "health").body["problems"]] == [[id_]]
    assert shop.erase(id_)["state"] == "done"
    assert ask(shop, "GET", "health").body["problems"] == []
