"""The payloads of events/ about segments and values, handled by the real functions; responses match the models."""

import importlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crm.api.models import memberships, profile_values, segments, values
from tests.support.gateway import Answer, Client
from tests.support.staff import Send

EVENTS = Path(__file__).parents[2] / "events"
STATUS = {
    "manage_segments_create": 201,
    "manage_segments_preview": 200,
    "manage_segments_list": 200,
    "manage_segments_from_filter": 200,
    "manage_segments_get": 404,
    "manage_segments_update": 404,
    "manage_segments_members": 404,
    "manage_segments_kept_out": 404,
    "manage_segments_history": 404,
    "manage_segments_snapshot": 404,
    "manage_segments_create_aggregate": 201,
    "manage_segments_create_score": 201,
    "manage_segments_create_expression": 201,
    "profile_segments_list": 404,
    "profile_segments_explain": 404,
    "profile_segments_decide": 404,
    "profile_segments_undecide": 404,
    "profile_segments_values": 404,
    "profile_segments_give_points": 404,
    "profile_segments_ledger": 404,
}
Ask = Callable[..., Answer]


@pytest.mark.parametrize("name", sorted(STATUS))
def test_sample_events_are_handled(table: Any, queue: Any, bucket: Any, name: str) -> None:
    function = "_".join(name.split("_")[:2])
    event = json.loads((EVENTS / f"{name}.json").read_text())
    answer = importlib.import_module(f"functions.{function}.app").handler(event, None)
    assert answer["statusCode"] == STATUS[name], answer


@pytest.fixture
def ask(client: Client, queue: Any, bucket: Any, api_key: Callable[..., str]) -> Ask:
    key = api_key()
    return lambda method, path, body=None, **more: client(method, path, body, key=key, **more)


@pytest.fixture
def jane(ask: Ask, send: Send) -> str:
    send("track", userId="jane", event="Order Completed", properties={"revenue": 20})
    return str(ask("GET", "/v1/identities/user_id/jane").body["id"])


def made(ask: Ask, path: str, **body: Any) -> dict[str, Any]:
    answer = ask("POST", path, body)
    assert answer.status == 201, answer
    assert answer.headers["etag"] == f'"{answer.body["id"]}.{answer.body["version"]}"'
    return dict(answer.body)


def test_responses_of_segments_equal_the_models(ask: Ask) -> None:
    guests = made(ask, "/v1/segments", name="Guests", type="static")
    vip = {
        "type": "or",
        "conditions": [{"type": "class", "class": "vip"}, {"type": "segment", "segment": "Guests"}],
    }
    special = made(ask, "/v1/segments", name="Special", condition=vip)
    for made_one in (guests, special):
        assert set(made_one) == set(segments.DefinedSegment.model_fields)
        segments.DefinedSegment.model_validate_json(json.dumps(made_one))
    assert special["condition"]["conditions"] == [
        vip["conditions"][0],
        {"type": "segment", "segment": guests["id"]},
    ]
    listed = ask("GET", "/v1/segments", query={"archived": "true"}).body
    assert [
        one["name"]
        for one in segments.SegmentList.model_validate_json(json.dumps(listed)).model_dump()["segments"]
    ] == [
        "Guests",
        "Special",
    ]
    versions = ask("GET", f"/v1/segments/{special['id']}/versions").body
    segments.SegmentVersions.model_validate_json(json.dumps(versions))
    assert [set(version) for version in versions["versions"]] == [set(segments.SegmentVersion.model_fields)]
    for path, model in (("members", segments.SegmentMembers), ("history", segments.SegmentHistory)):
        answer = ask("GET", f"/v1/segments/Guests/{path}")
        model.model_validate(answer.body)
        assert set(answer.body) == set(model.model_fields)


def test_responses_of_previews_and_snapshots_equal_the_models(ask: Ask, jane: str) -> None:
    made(ask, "/v1/segments", name="Guests", type="static")
    preview = ask(
        "POST", "/v1/segments/preview", {"condition": {"type": "event", "event": "Order Completed"}}
    )
    assert (preview.status, preview.body["count"], preview.body["exact"]) == (200, 1, True)
    segments.SegmentPreview.model_validate_json(json.dumps(preview.body))
    assert set(preview.body) == set(segments.SegmentPreview.model_fields)
    assert [card["id"] for card in preview.body["sample"]] == [jane]
    snapshot = ask("POST", "/v1/segments/Guests/snapshot", {"name": "Guests once"})
    assert snapshot.status == 202
    segments.Snapshot.model_validate_json(json.dumps(snapshot.body))


def test_responses_of_memberships_equal_the_models(ask: Ask, jane: str) -> None:
    guests = made(ask, "/v1/segments", name="Guests", type="static")
    place = f"/v1/profiles/{jane}/segments"
    decided = ask("PUT", f"{place}/Guests", {"member": True})
    assert decided.body == {"id": guests["id"], "name": "Guests", "member": True, "by_hand": "in"}
    memberships.Membership.model_validate(decided.body)
    explained = ask("GET", f"{place}/Guests/explain").body
    assert set(explained) == set(memberships.Explanation.model_fields)
    memberships.Explanation.model_validate_json(json.dumps(explained))
    listed = ask("GET", place).body
    memberships.ProfileSegments.model_validate(listed)
    assert [set(one) for one in listed["segments"]] == [set(memberships.ProfileSegment.model_fields)]
    assert ask("DELETE", f"{place}/Guests").status == 204
    assert ask("GET", place).body == {"segments": []}


def test_responses_of_value_definitions_equal_the_models(ask: Ask, jane: str) -> None:
    for path, model, body in (
        ("aggregates", values.Aggregate, {"event": "Order Completed", "window": {"within_days": 90}}),
        ("scores", values.Score, {"rules": [{"event": "Order Completed", "points": 10}]}),
        ("expressions", values.Expression, {"text": "attributes.city == 'Berlin'"}),
    ):
        defined = made(ask, f"/v1/{path}", name="some", **body)
        assert set(defined) == set(model.model_fields)
        model.model_validate_json(json.dumps(defined))
        assert ask("GET", f"/v1/{path}").body == {path: [defined]}
        changed = ask("PATCH", f"/v1/{path}/some", {"description": "Of a test"})
        assert (changed.status, changed.body["description"]) == (200, "Of a test")
    of_pages = ask("PATCH", "/v1/aggregates/some", {"kind": "page", "event": None, "window": None}).body
    assert (of_pages["kind"], of_pages["event"], of_pages["window"]) == ("page", None, None)
    made(ask, "/v1/aggregates", name="pages", kind="page")


def test_responses_of_profile_values_equal_the_models(ask: Ask, jane: str) -> None:
    made(ask, "/v1/scores", name="loyalty", rules=[{"event": "Order Completed", "points": 10}])
    place = f"/v1/profiles/{jane}"
    given = ask("POST", f"{place}/scores/loyalty/points", {"points": 5})
    assert (given.status, given.body["total"], given.body["reason"]) == (201, 15, None)
    assert set(given.body) == set(profile_values.PointsGiven.model_fields)
    ledger = ask("GET", f"{place}/scores/loyalty/ledger", query={"limit": 5}).body
    profile_values.ScoreLedger.model_validate_json(json.dumps(ledger))
    assert [set(entry) for entry in ledger["entries"]] == [set(profile_values.ScoreEntry.model_fields)] * 2
    shown = ask("GET", f"{place}/values").body
    profile_values.ProfileValues.model_validate(shown)
    assert set(shown) == set(profile_values.ProfileValues.model_fields)


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("tick", {"asked": 0, "queued": 0}),
        ("count", {"counted": 0, "left": 0, "days_left": 0}),
        ("due", {"batchItemFailures": []}),
    ],
)
def test_sample_events_of_the_schedule_are_handled(
    table: Any, queue: Any, bucket: Any, name: str, answer: Any
) -> None:
    event = json.loads((EVENTS / f"evaluate_segments_{name}.json").read_text())
    handler = importlib.import_module("functions.evaluate_segments.app").handler
    assert handler(event, None) == answer
