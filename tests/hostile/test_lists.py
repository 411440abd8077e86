"""Lists with wrong and odd parameters, and with broken cursors or those of other keys and other lists.

Each response is data, or an error that names the problem.
"""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from crm.api.route import Route
from crm.api.routes import ROUTES
from tests.support.furnished_shop import World, ask, furnished, key_of
from tests.support.gateway import Answer
from tests.support.thoroughness import some_of

READ = [route for route in ROUTES if route.method == "GET" and route.authorized and "/v1/" in route.path]
PAGED = [route for route in READ if any(parameter.name == "cursor" for parameter in route.query)]
NAMED = [route for route in ROUTES if route.authorized and "{" in route.path]
PARAMETERS = [(route, parameter.name) for route in READ for parameter in route.query]
ODD = (
    " ",
    ",",
    "\\",
    "*",
    "%",
    "#",
    "\x00",
    "\x1f\x7f",
    "\u202e\u200b",
    "🙂" * 40,
    "İ" * 200,
    "ß" * 3_000,
    "-1",
    "0",
    "1e9",
    "99999999999999999999",
    "٣",
    "true",
    "null",
    "[]",
    "{}",
    "a,a,a," * 300,
    "0001-01-01",
    "9999-12-31",
    "2026-02-30",
    "2026-11-21T25:61:61Z",
    "9999-12-31T23:59:59.999+23:59",
    "-last_activity",
    "src_0123456789ab#1",
    "X#2026-11-21#0",
)


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with furnished() as made:
        for number in range(3):
            body = {
                "identities": {"user_id": f"odd-{number}"},
                "responsible": f"user {number}",
                "classes": ["b2b", f"class-{number}"],
                "attributes": {"first_name": "Odd"},
            }
            answer = made.shop.ask("POST", "profiles", body)
            assert answer.status == 201, answer.body
            task = {"name": "Call", "assignee": f"user {number}"}
            assert made.shop.ask("POST", f"profiles/{answer.body['id']}/tasks", task).status == 201
            made.shop.send("track", userId=f"odd-{number}", event=None)
        yield made


@pytest.fixture(scope="module")
def admin(world: World) -> str:
    return key_of("admin")


@pytest.fixture(scope="module")
def limited(world: World) -> str:
    return key_of("profiles:read", classes=["b2b"])


def is_clear(answer: Answer) -> None:
    """Return whether a response is data, or an error that names the problem."""
    assert answer.status < 500, answer.body
    if answer.status >= 400:
        assert set(answer.body) == {"code", "message", "details"}
        assert answer.body["message"]
        assert len(answer.body["message"]) < 1_000


@pytest.mark.parametrize(("route", "name"), PARAMETERS, ids=lambda one: getattr(one, "key", one))
def test_an_odd_value_of_a_parameter_is_refused_or_selects_nothing_wrong(
    world: World, admin: str, limited: str, route: Route, name: str
) -> None:
    for value in some_of(ODD, PARAMETERS.index((route, name)), one_in=15):
        answer = ask(world, route, admin, **{name: value})
        is_clear(answer)
        if answer.status == 400:
            assert name in str(answer.body), answer.body
        is_clear(ask(world, route, limited, **{name: value}))


def cursors(world: World, route: Route, key: str) -> Iterator[str]:
    """Read a list to its end, and yield the cursor of each page."""
    more: dict[str, str] = {}
    for _ in range(60):
        answer = ask(world, route, key, limit="1", **more)
        if answer.status != 200 or not answer.body.get("next_cursor"):
            return
        more = {"cursor": answer.body["next_cursor"]}
        yield more["cursor"]
    raise AssertionError("the list has no end")


@pytest.fixture(scope="module")
def first_cursors(world: World, admin: str) -> dict[str, str]:
    """The cursor of the first page of each list that has more than one page."""
    found = {route.key: next(cursors(world, route, admin), None) for route in PAGED}
    return {route: cursor for route, cursor in found.items() if cursor}


@pytest.mark.parametrize("route", PAGED, ids=lambda route: route.key)
def test_a_cursor_of_another_key_reveals_nothing_and_breaks_nothing(
    world: World, admin: str, limited: str, route: Route
) -> None:
    whole = ask(world, route, limited)
    seen = str(whole.body)
    for own, others in ((limited, admin), (admin, limited)):
        for cursor in some_of([*cursors(world, route, others)], one_in=3):
            answer = ask(world, route, own, limit="1", cursor=cursor)
            is_clear(answer)
            if own == limited and answer.status == 200:
                assert set(re.findall(r"user \d|class-\d|odd-\d", str(answer.body))) <= set(
                    re.findall(r"user \d|class-\d|odd-\d", seen)
                )


@pytest.mark.parametrize("route", PAGED, ids=lambda route: route.key)
def test_a_broken_cursor_is_refused(
    world: World, admin: str, first_cursors: dict[str, str], route: Route
) -> None:
    broken = ["x", "e30", "bnVsbA", "W10", "é", "A" * 5_000, "%00"]
    if good := first_cursors.get(route.key):
        broken += [good[:-2], good[::-1], good + "A"]
    for cursor in broken:
        answer = ask(world, route, admin, cursor=cursor)
        assert (answer.status, answer.body["code"]) in {
            (400, "invalid_cursor"),
            (400, "invalid_parameter"),
        }, (cursor, answer.body)


@pytest.mark.parametrize("route", PAGED, ids=lambda route: route.key)
def test_a_cursor_of_another_list_is_refused(
    world: World, admin: str, first_cursors: dict[str, str], route: Route
) -> None:
    others = [cursor for other, cursor in first_cursors.items() if other != route.key]
    assert others
    for cursor in some_of(others, len(route.key), one_in=3):
        answer = ask(world, route, admin, cursor=cursor)
        assert (answer.status, answer.body["code"]) == (400, "invalid_cursor")


ODD_IDS = ("%00", "..", "%2E%2E", "a" * 600, "%F0%9F%99%82" * 100, "%25", "%ED%A0%80", "*", "null", "-1", " ")


@pytest.mark.parametrize(
    "route",
    [route for route in ROUTES if "{" in route.path and route.authorized],
    ids=lambda route: route.key,
)
def test_an_odd_id_is_not_found(world: World, admin: str, route: Route) -> None:
    for odd in some_of(ODD_IDS, len(route.key), one_in=4):
        body: Any = {} if route.request else None
        path = re.sub(r"{\w+\+?}", odd, route.path)
        answer = world.shop.world.request(route.method, path, body, key=admin)
        assert answer.status < 500
