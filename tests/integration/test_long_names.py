"""Names and ids as long as a path may hold them, in characters of several bytes: refused or unknown, never a 5xx.

DynamoDB limits the bytes of keys, also in reads.
"""

import re
from itertools import chain, repeat
from urllib.parse import quote

import pytest

from crm.api.route import Route
from crm.api.routes import ROUTES
from crm.domain.attribute import MAX_ATTRIBUTE_NAME_LENGTH
from crm.http.request import MAX_PARAMETER_LENGTH
from tests.support.gateway import Client
from tests.support.shop import Shop
from tests.support.thoroughness import some_of

NAMED = [route for route in ROUTES if "{" in route.path]
PARAMETER = re.compile(r"{\w+\+?}")
# The first has four bytes, the second becomes 18 characters where names are compared.
LETTERS = ("\N{MATHEMATICAL SCRIPT CAPITAL X}", "\N{ARABIC LIGATURE SALLALLAHOU ALAYHE WASALLAM}", "x")
LONG = [letter * length for letter in LETTERS for length in (MAX_ATTRIBUTE_NAME_LENGTH, MAX_PARAMETER_LENGTH)]
BODY = {"name": "A", "text": "a", "title": "a"}


@pytest.mark.parametrize("route", NAMED, ids=lambda route: route.key)
def test_a_long_name_in_a_path_is_no_server_error(shop: Shop, route: Route) -> None:
    known = shop.prepared(_customer)
    body = BODY if route.method in {"POST", "PUT", "PATCH"} else None
    names = [(first or text, text) for text in LONG for first in (None, known)]
    for first, text in some_of(names, start=NAMED.index(route), one_in=len(names)):
        path = _path(route, first, text)
        answer = Client()(route.method, path, body, key=shop.key)
        assert answer.status < 500, (route.key, text[0], len(text), answer)


def _customer(shop: Shop) -> str:
    return str(shop.ask("POST", "profiles", {"identities": {"email": "ada@example.com"}}).body["id"])


def _path(route: Route, first: str, others: str) -> str:
    names = chain([first], repeat(others))
    return PARAMETER.sub(lambda _: quote(next(names), safe=""), route.path)
