"""Public sources cannot consent for a customer who was asked to confirm, or who has unsubscribed."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from crm.settings import settings
from tests.hostile.test_floods import ask
from tests.support.shop import Shop
from tests.support.unsubscribe_page import ONE_CLICK

EMAIL = "vera@example.com"
GRANT = {"consent": {"categoryPreferences": {"email": True}}}
RUDDERSTACK_GRANT = {"consentManagement": {"allowedConsentIds": ["email"], "deniedConsentIds": []}}


def form(shop: Shop, *, double_opt_in: bool) -> str:
    definition = {
        "name": "News",
        "double_opt_in": double_opt_in,
        "fields": [{"name": "email", "attribute": "email", "label": "E-mail", "required": True}],
        "consents": [{"channel": "email", "wording": "Yes, write to me."}],
    }
    return str(ask(shop, "POST", "forms", definition).body["id"])


def submit(shop: Shop, form_id: str) -> None:
    shop.wait()
    body = json.dumps({"email": EMAIL, "_consent:email": "on"})
    headers = {"content-type": "application/json"}
    answer = shop.world.request("POST", f"/v1/forms/{form_id}", body, headers=headers)
    assert answer.status == 200, answer.body
    shop.world.settle()


def card(shop: Shop) -> dict[str, Any]:
    return dict(ask(shop, "GET", f"identities/email/{EMAIL}").body)


def state(shop: Shop) -> str:
    return str(card(shop)["consents"]["email"]["state"])


def click(shop: Shop, kind: str, body: str = ONE_CLICK) -> None:
    url = ask(shop, "GET", f"profiles/{card(shop)['id']}/{kind}-link", channel="email").body["url"]
    headers = {"content-type": "application/x-www-form-urlencoded"}
    path = url[url.index("/", len("https://")) :]
    assert shop.world.request("POST", path, body, headers=headers).status == 200
    shop.world.settle()


def attack(shop: Shop) -> None:
    traits = {"email": EMAIL}
    for grant in (GRANT, RUDDERSTACK_GRANT):
        for kind in ("identify", "page"):
            shop.send(kind, anonymousId="b-evil", traits=traits, context=grant | {"traits": traits})


def test_a_pending_consent_is_confirmed_only_by_its_link(shop: Shop) -> None:
    submit(shop, form(shop, double_opt_in=True))
    attack(shop)
    assert state(shop) == "pending"
    click(shop, "confirmation", "action=confirm")
    attack(shop)
    assert state(shop) == "granted"


def test_a_page_cannot_grant_a_consent_after_an_unsubscribe(shop: Shop) -> None:
    attack(shop)
    assert state(shop) == "granted"
    click(shop, "unsubscribe")
    attack(shop)
    assert state(shop) == "pending"
    shop.send("page", anonymousId="b-evil", context={"consent": {"categoryPreferences": {"email": False}}})
    attack(shop)
    assert state(shop) == "pending"


def test_a_form_after_an_unsubscribe_needs_a_confirmation(shop: Shop) -> None:
    plain = form(shop, double_opt_in=False)
    submit(shop, plain)
    assert state(shop) == "granted"
    click(shop, "unsubscribe")
    shop.wait(30)
    submit(shop, plain)
    assert state(shop) == "pending"
    click(shop, "confirmation", "action=confirm")
    assert state(shop) == "granted"


def test_grants_of_pages_are_pending_with_double_opt_in(
    shop_on_wire: Callable[[], Shop], monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    shop = shop_on_wire()
    request.addfinalizer(settings.cache_clear)
    monkeypatch.setenv("DOUBLE_OPT_IN", "email")
    settings.cache_clear()
    attack(shop)
    assert state(shop) == "pending"
    refused = shop.ask("GET", f"profiles/{card(shop)['id']}/confirmation-link", query={"channel": "email"})
    assert (refused.status, refused.body["code"]) == (409, "nothing_to_confirm")
    submit(shop, form(shop, double_opt_in=True))
    attack(shop)
    click(shop, "confirmation", "action=confirm")
    assert state(shop) == "granted"
