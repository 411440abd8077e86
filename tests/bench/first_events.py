"""The first event of each function, on a deployment that knows one visitor."""

import json
import time
from typing import Any

from crm.domain.times import MINUTE_MS, parse_time
from crm.services.access import api_keys
from tests.bench.lifelike import SESSION_START, page_view, session
from tests.support.dynamodb.memory_table import Change
from tests.support.gateway import build_http_event
from tests.support.stage import READER, TABLE, Stage, request, stream_record

Event = dict[str, Any]


def first_events(stage: Stage) -> dict[str, Event]:
    """Return the first event by the function's name. The stage then has a visitor with a profile."""
    messages = session(1, 20)
    stage.send(messages)
    activity = stage.store.drain(TABLE)[0]
    stage.project_changes([activity])
    profile = next(change for change in stage.store.drain(TABLE) if change.key["sk"]["S"] == "PROFILE")
    profile_id = profile.key["pk"]["S"].removeprefix("P#")
    new_visitor = page_view("5b0f6c0e-9d9c-4b39-8f0b-2f6f4c1c2d11", SESSION_START, 1)
    body = {"batch": [new_visitor], "writeKey": stage.source.write_key}
    return {
        "track_events": request("POST", "/v1/batch", body),
        "profiles": _get(f"/v1/profiles/{profile_id}"),
        "edit_profiles": _change("PATCH", f"/v1/profiles/{profile_id}", {"attributes": {"city": "Aarhus"}}),
        "update_attributes": _change("PUT", f"/v1/profiles/{profile_id}/responsible", {"user": "grace"}),
        "work_on_profiles": _get("/v1/tasks"),
        "project_profiles": _stream(activity),
        "publish_changes": _stream(profile),
        "authorize": _authorization(f"/v1/profiles/{profile_id}"),
        "manage_access": _get("/v1/sources"),
        "manage_imports": _get("/v1/imports"),
        "act_on_profiles": _get("/v1/exports"),
        "review_rejected": _get("/v1/rejected", "day=2026-11-20"),
        "serve_site": build_http_event("GET", f"/v1/projects/{stage.source.write_key}/settings"),
        "drain_spill": _queue({"items": [activity.new]}),
        "redrive_projections": _queue({"profiles": {profile_id: [_minute(activity)]}}),
    }


def _minute(activity: Change) -> int:
    at = parse_time(str(activity.key["sk"]["S"]).split("#")[1])
    return (at or 0) // MINUTE_MS


def _get(path: str, query: str = "") -> Event:
    return build_http_event("GET", path, query=query, authorizer=READER)


def _change(method: str, path: str, body: Any) -> Event:
    return build_http_event(method, path, body, authorizer=READER)


def _authorization(path: str) -> Event:
    _, key = api_keys.create("bench", ["admin"], now=time.time_ns() // 1_000_000)
    return build_http_event("GET", path, headers={"authorization": f"Bearer {key}"}) | {"type": "REQUEST"}


def _stream(change: Change) -> Event:
    return {"Records": [stream_record(change, 1)]}


def _queue(body: Any) -> Event:
    record = {
        "messageId": "m-1",
        "receiptHandle": "r-1",
        "body": json.dumps(body),
        "attributes": {"ApproximateReceiveCount": "1"},
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:eu-central-1:123456789012:failure",
        "awsRegion": "eu-central-1",
    }
    return {"Records": [record]}
