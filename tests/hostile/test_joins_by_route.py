"""Messages of strangers join a customer's history: no route shows the joined customers to a limited key."""

import re

import pytest

from crm.api.route import Route
from crm.api.routes import ROUTES
from crm.domain.api_key import SCOPES
from crm.services.access import api_keys
from tests.support.furnished_shop import body_of
from tests.support.shop import Shop

HIDDEN = "hidden@example.com"


def linked(shop: Shop) -> tuple[str, tuple[str, str]]:
    """Link a customer of the class vip and one of the class secret by a message that anybody can send.

    Return a key for the class vip, and both ids.
    """
    body = {"identities": {"email": HIDDEN}, "classes": ["secret"], "attributes": {"city": "Oslo"}}
    hidden = shop.ask("POST", "profiles", body).body["id"]
    seen = shop.ask("POST", "profiles", {"identities": {"user_id": "u-1"}, "classes": ["vip"]}).body["id"]
    key = api_keys.create("vip", SCOPES[:-1], classes=("vip",), now=shop.clock.now)[1]
    assert shop.world.request("GET", f"/v1/profiles/{seen}", key=key).status == 200
    shop.send("identify", userId="u-1", traits={"email": HIDDEN})
    assert shop.ask("GET", f"profiles/{hidden}").body["id"] == seen
    return key, (seen, hidden)


@pytest.mark.parametrize(
    "route",
    [route for route in ROUTES if route.limited and "/v1/profiles/{id}" in route.key],
    ids=lambda route: route.key,
)
def test_no_route_reveals_a_profile_with_a_hidden_member_to_a_limited_key(shop: Shop, route: Route) -> None:
    limited, ids = shop.prepared(linked)
    method, path = route.key.split(" ")
    for id_ in ids:
        place = re.sub(r"{\w+\+?}", "x", path.replace("{id}", id_))
        answer = shop.world.request(method, place, body_of(route), key=limited)
        assert answer.status in (400, 404), answer
        assert HIDDEN not in str(answer.body)
