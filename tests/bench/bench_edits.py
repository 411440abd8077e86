"""Measure the write units of edits by staff: attributes, tags, consents, notes and tasks, through the real handlers.

The figures include all writes of both consumers of the stream. Beside each is a floor: each changed item written once.
"""

import json
from typing import Any

from tests.bench.figures import Figure
from tests.bench.lifelike import as_user, session
from tests.bench.live_stage import LiveStage, on_live_stage
from tests.support.gateway import build_http_event, find_route
from tests.support.stage import READER

NAME = "edits"
EVENTS = 20

Call = tuple[str, str, str, Any]
"""The name, the method, the path below the profile, and the body."""

ADDRESS = ("first_name", "last_name", "company", "street", "region", "title")
EDITS: tuple[Call, ...] = (
    ("an attribute", "PATCH", "/attributes", {"city": "Aarhus"}),
    ("six attributes", "PATCH", "/attributes", dict.fromkeys(ADDRESS, "Nord")),
    ("the same again", "PATCH", "/attributes", {"city": "Aarhus"}),
    ("a tag", "PUT", "/tags/VIP", None),
    ("a tag taken", "DELETE", "/tags/VIP", None),
    ("a class", "PUT", "/classes/b2b", None),
    ("the responsible user", "PUT", "/responsible", {"user": "grace@example.com"}),
    (
        "a consent",
        "PATCH",
        "",
        {"consents": [{"channel": "email", "state": "granted", "proof": "Yes, send me news."}]},
    ),
    ("a note", "POST", "/notes", {"text": "Prefers to be called in the evening"}),
    ("a task", "POST", "/tasks", {"name": "Call back", "assignee": "grace@example.com", "due": "2026-12-01"}),
    ("a task done", "PATCH", "/tasks/{task}", {"status": "done"}),
    ("deleted", "DELETE", "", None),
    ("restored", "POST", "/restore", None),
)
NEW = {
    "identities": {"email": "ada@example.com"},
    "attributes": {"first_name": "Ada", "last_name": "Lovelace"},
    "tags": ["VIP"],
    "consents": [{"channel": "email", "state": "granted"}],
}


def run() -> list[Figure]:
    """Measure edits of a customer with twenty events and two identities, then of a customer created by staff."""
    with on_live_stage() as stage:
        profile_id = _customer(stage)
        _ask(stage, "POST", "/v1/profiles", NEW | {"identities": {"email": "first@example.com"}})
        figures = [_figure(stage, profile_id, *call) for call in EDITS]
        return [*figures, _figure(stage, "", "a profile created, with a tag and a consent", "POST", "", NEW)]


def _figure(stage: LiveStage, profile_id: str, name: str, method: str, path: str, body: Any) -> Figure:
    if "{task}" in path:
        path = path.format(
            task=_ask(stage, "GET", f"/v1/profiles/{profile_id}/tasks", None)["tasks"][0]["id"]
        )
    stage.spent()
    _ask(stage, method, f"/v1/profiles/{profile_id}".rstrip("/") + path, body)
    spent = stage.spent()
    return Figure(
        bench=NAME,
        name=f"{name} (floor {spent.floor:g})",
        value=spent.write,
        unit="write units",
    )


def _customer(stage: LiveStage) -> str:
    stage.send(as_user(session(1, EVENTS), "u-000001", "solveig@example.com"))
    stage.settle()
    profile_id: str = _ask(stage, "GET", "/v1/identities/user_id/u-000001", None)["id"]
    return profile_id


def _ask(stage: LiveStage, method: str, path: str, body: Any) -> Any:
    route, _ = find_route(method, path)
    if route is None:
        raise AssertionError(f"{method} {path} has no route")
    answer = stage.invoke(route.function, build_http_event(method, path, body, authorizer=READER))
    if answer["statusCode"] >= 300:
        raise AssertionError(f"{method} {path}: {answer}")
    return json.loads(answer["body"]) if answer.get("body") else None
