"""Concurrent changes of one definition: the second change, of an outdated version, is refused."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from threading import Barrier
from typing import Any
from urllib.parse import quote

import pytest

from tests.support.gateway import Answer, Client
from tests.support.thoroughness import some_of

Ask = Callable[..., Answer]
UNUSUAL_NAME = 'Straße "x" \\ 名\u00a0é, 50%.1'
"""A name that needs an encoding in a header."""


@pytest.fixture
def ask(client: Client, api_key: Callable[..., str]) -> Ask:
    key = api_key("admin")
    return lambda method, path, body=None, etag=None: client(
        method, path, body, key=key, headers={"if-match": etag} if etag else {}
    )


def attribute(ask: Ask) -> str:
    ask("POST", "/v1/attributes", {"name": "shoe_size"})
    return "/v1/attributes/shoe_size"


def attribute_with_unusual_name(ask: Ask) -> str:
    assert ask("POST", "/v1/attributes", {"name": UNUSUAL_NAME.replace("\u00a0", "")}).status == 201
    return f"/v1/attributes/{quote(UNUSUAL_NAME.replace(chr(0xA0), ''), safe='')}"


def standard_attribute(_ask: Ask) -> str:
    return "/v1/attributes/city"


def tag(ask: Ask) -> str:
    return f"/v1/tags/{ask('POST', '/v1/tags', {'name': UNUSUAL_NAME}).body['id']}"


def tag_by_name(ask: Ask) -> str:
    ask("POST", "/v1/tags", {"name": UNUSUAL_NAME})
    return f"/v1/tags/{quote(UNUSUAL_NAME, safe='')}"


def on_list(ask: Ask) -> str:
    return f"/v1/lists/{ask('POST', '/v1/lists', {'name': UNUSUAL_NAME}).body['id']}"


def view(ask: Ask) -> str:
    return f"/v1/views/{ask('POST', '/v1/views', {'name': UNUSUAL_NAME}).body['id']}"


def source(ask: Ask) -> str:
    return f"/v1/sources/{ask('POST', '/v1/sources', {'name': 'Shop'}).body['id']}"


KINDS: dict[Callable[[Ask], str], tuple[dict[str, Any], dict[str, Any]]] = {
    attribute: ({"label": "EU size"}, {"label": "Size"}),
    attribute_with_unusual_name: ({"type": "number"}, {"label": "Size"}),
    standard_attribute: ({"label": "Town"}, {"required": True}),
    tag: ({"description": "one"}, {"description": "two"}),
    tag_by_name: ({"description": "one"}, {"description": "two"}),
    on_list: ({"name": "one"}, {"description": "two"}),
    view: ({"sort": "name"}, {"sort": "email"}),
    source: ({"name": "one"}, {"enabled": False}),
}
each_kind = pytest.mark.parametrize("make", KINDS, ids=lambda make: make.__name__)


def each_kind_with(*etags: str) -> Sequence[tuple[Callable[[Ask], str], str]]:
    """Return each kind with some of the etags, and each etag with some of the kinds."""
    return some_of(list(product(KINDS, etags)), one_in=3)


@each_kind
def test_an_outdated_etag_is_refused_and_the_first_change_is_kept(
    table: object, ask: Ask, make: Callable[[Ask], str]
) -> None:
    path, (first, second) = make(ask), KINDS[make]
    etag = ask("GET", path).headers["etag"]
    assert etag.isascii()
    assert etag.count('"') == 2
    changed = ask("PATCH", path, first, etag)
    assert changed.status == 200
    assert changed.headers["etag"] == ask("GET", path).headers["etag"] != etag
    for method, body in (("PATCH", second), ("DELETE", None)):
        refused = ask(method, path, body, etag)
        assert (refused.status, refused.body["code"]) == (412, "version_conflict")
        assert f'"{refused.body["details"]["etag"]}"' == changed.headers["etag"]
    stored = ask("GET", path)
    assert stored.body.items() >= first.items()
    assert ask("PATCH", path, second, stored.headers["etag"]).body.items() >= second.items()


@each_kind
def test_any_version_is_changed_without_a_condition(
    table: object, ask: Ask, make: Callable[[Ask], str]
) -> None:
    path, (first, second) = make(ask), KINDS[make]
    assert ask("PATCH", path, first).status == 200
    assert ask("PATCH", path, second, "*").status == 200
    assert ask("DELETE", path, None, ask("GET", path).headers["etag"]).status == 204


@pytest.mark.parametrize(("make", "sent"), each_kind_with('""', '"x"', '"x.1"', 'W/"x.1"', '"%22.1"'))
def test_other_etags_are_refused(table: object, ask: Ask, make: Callable[[Ask], str], sent: str) -> None:
    path = make(ask)
    assert ask("DELETE", path, None, sent).status == 412
    assert ask("GET", path).status == 200


@pytest.mark.parametrize(("make", "sent"), each_kind_with("1", "x.1", '"a", "b"', '"a', "**"))
def test_an_invalid_etag_is_refused(table: object, ask: Ask, make: Callable[[Ask], str], sent: str) -> None:
    path = make(ask)
    for method in ("PATCH", "DELETE"):
        refused = ask(method, path, {}, sent)
        assert (refused.status, refused.body["code"]) == (400, "invalid_if_match")
    assert ask("GET", path).status == 200


@each_kind
def test_listed_definitions_have_their_version(table: object, ask: Ask, make: Callable[[Ask], str]) -> None:
    path = make(ask)
    read = ask("GET", path)
    whole = ask("GET", "/".join(path.split("/")[:3])).body
    (listed,) = (found for found in whole.values() if isinstance(found, list))
    one = next(one for one in listed if one["id"] == read.body["id"])
    assert read.headers["etag"] == f'"{quote(one["id"], safe="!*()" + chr(39))}.{one["version"]}"'


def test_the_etag_of_a_deleted_tag_does_not_match_a_new_one(table: object, ask: Ask) -> None:
    path = tag_by_name(ask)
    etag = ask("GET", path).headers["etag"]
    ask("DELETE", path)
    ask("POST", "/v1/tags", {"name": UNUSUAL_NAME})
    assert ask("PATCH", path, {"description": "mine"}, etag).status == 412


def test_a_second_rotation_of_a_key_with_the_same_etag_is_refused(table: object, ask: Ask) -> None:
    path = source(ask)
    etag = ask("GET", path).headers["etag"]
    rotated = ask("POST", f"{path}/rotate-key", {}, etag)
    assert (rotated.status, rotated.headers["etag"]) == (200, ask("GET", path).headers["etag"])
    assert ask("POST", f"{path}/rotate-key", {}, etag).status == 412
    assert ask("GET", path).body["write_key"] == rotated.body["write_key"]


@each_kind
def test_one_of_several_concurrent_changes_with_the_same_etag_is_made(
    table: object, ask: Ask, make: Callable[[Ask], str]
) -> None:
    path, changes = make(ask), KINDS[make]
    etag = ask("GET", path).headers["etag"]
    together = Barrier(6)

    def change(number: int) -> Answer:
        together.wait()
        return ask("PATCH", path, changes[number % 2], etag)

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(change, range(6)))
    assert [answer.status for answer in answers].count(200) == 1
    for answer in answers:
        if answer.status != 200:
            assert (answer.status in {409, 412}, answer.body["code"]) == (True, "version_conflict")
    (taken,) = (answer for answer in answers if answer.status == 200)
    stored = ask("GET", path)
    assert stored.headers["etag"] == taken.headers["etag"]
    assert stored.body.items() >= taken.body.items()


def test_a_second_rotation_of_a_secret_with_the_same_etag_is_refused(table: object, ask: Ask) -> None:
    sent = {"name": "Mailing", "url": "https://receiver.example/", "events": ["Profile Updated"]}
    path = f"/v1/webhooks/{ask('POST', '/v1/webhooks', sent).body['id']}"
    etag = ask("GET", path).headers["etag"]
    assert ask("POST", f"{path}/rotate-secret", {}, etag).status == 200
    assert ask("POST", f"{path}/rotate-secret", {}, etag).status == 412
