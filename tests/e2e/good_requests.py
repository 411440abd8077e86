"""Valid requests for each operation of the API, about existing objects."""

import base64
import re
from collections.abc import Callable
from typing import Any

from schemathesis.core import NOT_SET

from crm.api.examples import example_of
from crm.api.route import Route
from crm.api.routes import ROUTES
from tests.e2e.contract import Request
from tests.e2e.things import Things, address, form, name, value_name

BROWSER = {"accept": "text/html"}
FORM = "application/x-www-form-urlencoded"
_EVENTS: dict[str, dict[str, Any]] = {
    "identify": {"traits": {"city": "London"}},
    "track": {"event": "Product Viewed"},
    "page": {"name": "Home"},
    "screen": {"name": "Start"},
    "group": {"groupId": "g-1"},
    "alias": {"previousId": "b-1"},
}
_BEGINNING = base64.b64encode(b"E-mail;City\nada@example.com;London\n").decode()
_BATCH = [{"type": "page", "anonymousId": "b-1"}, {"type": "no type"}]

Wanted = Callable[[Things], Request]


def _event(fields: dict[str, Any]) -> Wanted:
    return lambda _: Request(body={"userId": name(), "messageId": name(), **fields})


def _batch(_: Things) -> Request:
    return Request(body={"batch": _BATCH})


def _known(**query: Any) -> Wanted:
    return lambda things: Request({"id": things.known}, query)


def _own(body: Any = NOT_SET, **more: str) -> Wanted:
    return lambda things: Request({"id": things.own, **more}, body=body)


def _among(made: Callable[[Things], object], **query: Any) -> Wanted:
    """Build a request for a list that is not empty."""

    def wanted(things: Things) -> Request:
        made(things)
        return Request(query=query)

    return wanted


def _on_note(things: Things, **more: Any) -> Request:
    return Request({"id": things.own, "note_id": things.note(things.own)}, **more)


def _on_task(things: Things, **more: Any) -> Request:
    return Request({"id": things.own, "task_id": things.task(things.own)}, **more)


def _on_list(things: Things) -> Request:
    return Request({"id": things.own, "list": things.customer_list()})


def _on_segment(things: Things, body: Any = NOT_SET) -> Request:
    return Request({"id": things.own, "segment": things.segment()}, body=body)


def _on_score(things: Things, **more: Any) -> Request:
    return Request({"id": things.own, "score": things.score()}, **more)


def _unmerge(things: Things) -> Request:
    into, other = things.merged()
    return Request({"id": into}, body={"profile": other})


def _merge(things: Things, **query: Any) -> Request:
    return Request({"id": things.profile()}, query, {"profiles": [things.profile()]})


def _filled_in(things: Things, media_type: str, **parts: Any) -> Request:
    return Request(
        {"id": things.form(**parts)},
        body={"email": address(), "_consent:email": "on"},
        media_type=media_type,
        headers={} if media_type.endswith("json") else BROWSER,
    )


_TRACKING: dict[str, Wanted] = {
    f"send_event_{spelling} 200": _event(fields)
    for kind, fields in _EVENTS.items()
    for spelling in (kind, kind[0])
} | dict.fromkeys(("send_batch_batch 200", "send_batch_b 200", "send_beacon 200"), _batch)
_TRACKING |= dict.fromkeys(("send_june_batch 200", "send_dittofeed_batch 200"), _batch)
_TRACKING |= {
    f"send_jitsu{way}_{kind} 200": _event(fields) for kind, fields in _EVENTS.items() for way in ("", "_s2s")
}

_PROFILES: dict[str, Wanted] = {
    "list_profiles 200": lambda _: Request(
        query={"first_name": ["Ada", "Grace"], "created.less_than_days_ago": 2, "order": "desc", "limit": 2}
    ),
    "find_by_identity 200": lambda things: Request({"type": "user_id", "value": things.user}),
    "list_activities 200": _known(category="shopping", limit=2),
    "search_profiles 200": lambda _: Request(query={"q": "ada"}),
    "list_classes 200": lambda _: Request(query={"limit": 2}),
    "list_responsibles 200": lambda _: Request(query={"sort": "count"}),
    "create_profile 201": lambda _: Request(
        body={"identities": {"email": address()}, "attributes": {"city": "London"}, "classes": ["vip"]}
    ),
    "update_profile 200": _own({"attributes": {"city": None}, "responsible": "grace"}),
    "delete_profile 204": lambda things: Request({"id": things.profile()}),
    "delete_profile 202": lambda things: Request({"id": things.profile()}, {"erase": "true"}),
    "restore_profile 200": lambda things: Request({"id": things.deleted()}),
    "merge_profiles 200": _merge,
    "merge_profiles 200 as a preview": lambda things: _merge(things, dry_run="true"),
    "unmerge_profile 200": _unmerge,
    "list_jobs 200": _among(lambda things: things.job, kind="erase", limit=2),
    "get_job 200": lambda things: Request({"id": things.job}),
    "start_job 202": lambda things: Request(body={"kind": "reproject", "profile_id": things.own}),
    "cancel_job 200": lambda things: Request({"id": things.imported(things.long_file)}),
    "retry_job 200": lambda things: Request({"id": things.failed()}),
}
_PARTS: dict[str, Wanted] = {
    "add_tag 200": _own(tag="contract"),
    "remove_tag 204": _own(tag="contract"),
    "add_to_list 200": _on_list,
    "remove_from_list 204": _on_list,
    "add_class 200": _own(**{"class": "vip"}),
    "remove_class 204": _own(**{"class": "vip"}),
    "clear_responsible 204": _own(),
    "list_consents 200": _known(limit=2),
    "set_consent 200": _own({"state": "granted", "proof": "Yes, please."}, channel="email"),
    "get_unsubscribe_link 200": _known(channel="sms"),
    "get_confirmation_link 200": lambda things: Request({"id": things.requested()}, {"channel": "email"}),
    "show_confirmation 200": lambda things: Request({"token": things.confirmation_token()}),
    "confirm_consents 200": lambda things: Request(
        {"token": things.confirmation_token()}, body={"action": "confirm"}, media_type=FORM
    ),
    "show_subscriptions 200": lambda things: Request({"token": things.token()}),
    "change_subscriptions 200": lambda things: Request(
        {"token": things.token()}, body={"List-Unsubscribe": "One-Click"}, media_type=FORM
    ),
    "change_subscriptions 303": lambda things: Request(
        {"token": things.token()}, body={"action": "none"}, media_type=FORM
    ),
    "update_note 200": lambda things: _on_note(things, body={"text": "Prefers the morning"}),
    "delete_note 204": _on_note,
    "create_task 201": _own({"name": "Call back", "priority": "high", "due": "2030-01-01T09:00:00+01:00"}),
    "list_tasks 200": _known(status="open"),
    "update_task 200": lambda things: _on_task(things, body={"status": "done", "due": None}),
    "delete_task 204": _on_task,
    "find_tasks 200": _among(lambda things: things.known, assignee="grace"),
}
_DEFINITIONS: dict[str, Wanted] = {
    "list_attributes 200": lambda _: Request(query={"archived": "true"}),
    "get_attribute 200": lambda things: Request({"name": things.attribute()}),
    "update_attribute 200": lambda things: Request({"name": things.attribute()}, body={"label": "Size"}),
    "archive_attribute 204": lambda things: Request({"name": things.attribute()}),
    "list_tags 200": _among(Things.tag, limit=2),
    "get_tag 200": lambda things: Request({"tag": things.tag()}),
    "update_tag 200": lambda things: Request({"tag": things.tag()}, body={"description": "Of a test"}),
    "delete_tag 204": lambda things: Request({"tag": things.tag()}),
    "list_lists 200": _among(Things.customer_list, limit=2),
    "get_list 200": lambda things: Request({"id": things.customer_list()}),
    "update_list 200": lambda things: Request(
        {"id": things.customer_list()}, body={"description": "Of a test"}
    ),
    "delete_list 204": lambda things: Request({"id": things.customer_list()}),
    "list_saved_views 200": _among(Things.saved_view),
    "get_saved_view 200": lambda things: Request({"id": things.saved_view()}),
    "update_saved_view 200": lambda things: Request({"id": things.saved_view()}, body={"sort": "name"}),
    "delete_saved_view 204": lambda things: Request({"id": things.saved_view()}),
    "create_form 201": lambda _: Request(body=form()),
    "list_forms 200": _among(Things.form),
    "get_form 200": lambda things: Request({"id": things.form()}),
    "update_form 200": lambda things: Request({"id": things.form()}, body={"enabled": False}),
    "delete_form 204": lambda things: Request({"id": things.form()}),
    "submit_form 200": lambda things: _filled_in(things, "application/json"),
    "submit_form 200 by a browser": lambda things: _filled_in(things, "multipart/form-data"),
    "submit_form 303": lambda things: _filled_in(things, FORM, redirect="https://shop.example/thanks"),
    "get_form_embed 200": lambda things: Request({"id": things.form()}, {"format": "fragment"}),
}
_FILES: dict[str, Wanted] = {
    "list_import_mappings 200": _among(Things.mapping),
    "get_import_mapping 200": lambda things: Request({"name": things.mapping()}),
    "update_import_mapping 200": lambda things: Request({"name": things.mapping()}, body={"delimiter": ";"}),
    "delete_import_mapping 204": lambda things: Request({"name": things.mapping()}),
    "create_upload 201": lambda _: Request(body={"name": "customers.csv", "size": 12}),
    "preview_import 200": lambda things: Request(body={"key": things.file}),
    "preview_import 200 of a beginning": lambda _: Request(
        body={"content": _BEGINNING, "name": "customers.csv"}
    ),
    "start_import 202": lambda things: Request(body={"key": things.file, "again": True}),
    "list_imports 200": _among(lambda things: things.imported(things.file), limit=2),
    "get_import 200": lambda things: Request({"id": things.imported(things.file)}),
    "create_export 202": lambda things: Request(body={"ids": [things.own], "format": "xlsx"}),
    "list_exports 200": _among(lambda things: things.export, state="done", limit=2),
    "start_bulk 202": lambda things: Request(
        body={"ids": [things.own], "action": {"type": "set_responsible", "responsible": "grace"}}
    ),
    "get_export 200": lambda things: Request({"id": things.export}),
}
_CONDITION = {
    "type": "or",
    "conditions": [
        {"type": "attribute", "name": "city", "operator": "one_of", "value": ["London", "Rome"]},
        {"type": "not", "condition": {"type": "class", "class": "vip"}},
        {"type": "never", "event": "Order Completed", "window": {"within_days": 30}},
    ],
}
_SEGMENTS: dict[str, Wanted] = {
    "list_segments 200": _among(Things.segment, archived="true"),
    "create_segment 201": lambda _: Request(body={"name": name(), "condition": _CONDITION}),
    "preview_segment 200": lambda things: Request(body={"condition": _CONDITION, "sample": 2}),
    "get_segment 200": lambda things: Request({"id": things.asked_segment}),
    "update_segment 200": lambda things: Request({"id": things.segment()}, body={"description": "Of a test"}),
    "delete_segment 204": lambda things: Request({"id": things.segment()}),
    "list_segment_versions 200": lambda things: Request({"id": things.asked_segment}),
    "list_segment_members 200": lambda things: Request({"id": things.asked_segment}, {"limit": 2}),
    "list_kept_out 200": lambda things: Request({"id": things.asked_segment}, {"limit": 2}),
    "get_segment_history 200": lambda things: Request({"id": things.asked_segment}, {"from": "2026-11-21"}),
    "snapshot_segment 202": lambda things: Request({"id": things.asked_segment}, body={"name": name()}),
    "explain_segment 200": lambda things: Request({"id": things.known, "segment": things.asked_segment}),
    "decide_segment 200": lambda things: _on_segment(things, {"member": True}),
    "undecide_segment 204": _on_segment,
    "give_points 201": lambda things: _on_score(things, body={"points": 50, "reason": "Brought a friend"}),
    "list_points 200": lambda things: _on_score(things, query={"limit": 2}),
}
_VALUES: dict[str, Wanted] = {
    "list_aggregates 200": _among(Things.aggregate),
    "create_aggregate 201": lambda _: Request(
        body={"name": value_name(), "event": "Order Completed", "window": {"within_days": 90}}
    ),
    "get_aggregate 200": lambda things: Request({"id": things.aggregate()}),
    "update_aggregate 200": lambda things: Request(
        {"id": things.aggregate()}, body={"function": "sum", "property": "revenue", "event": None}
    ),
    "delete_aggregate 204": lambda things: Request({"id": things.aggregate()}),
    "list_scores 200": _among(Things.score),
    "create_score 201": lambda _: Request(
        body={"name": value_name(), "rules": [{"event": "Order Completed", "points": 10}]}
    ),
    "get_score 200": lambda things: Request({"id": things.score()}),
    "update_score 200": lambda things: Request({"id": things.score()}, body={"description": "Of a test"}),
    "delete_score 204": lambda things: Request({"id": things.score()}),
    "list_expressions 200": _among(Things.expression),
    "create_expression 201": lambda _: Request(
        body={"name": value_name(), "text": "attributes.city == 'Berlin'"}
    ),
    "get_expression 200": lambda things: Request({"id": things.expression()}),
    "update_expression 200": lambda things: Request(
        {"id": things.expression()}, body={"description": "Of a test"}
    ),
    "delete_expression 204": lambda things: Request({"id": things.expression()}),
}
_WEBHOOKS: dict[str, Wanted] = {
    "create_webhook 201": lambda things: Request(body=things.new_webhook()),
    "list_webhooks 200": _among(Things.webhook),
    "get_webhook 200": lambda things: Request({"id": things.webhook()}),
    # Disabled, and narrow, so that random changes of them do not receive the events of other tests.
    "update_webhook 200": lambda things: Request(
        {"id": things.webhook()}, body={"enabled": False, "events": ["Identity Conflict"]}
    ),
    "delete_webhook 204": lambda things: Request({"id": things.webhook()}),
    "rotate_secret 200": lambda things: Request({"id": things.webhook()}, body={"grace_seconds": 60}),
    "test_webhook 202": lambda things: Request({"id": things.webhook(enabled=True)}),
    "list_deliveries 200": lambda things: Request({"id": things.dead_delivery()[0]}, {"limit": 2}),
    "list_recent_deliveries 200": lambda things: Request({"id": things.dead_delivery()[0]}, {"limit": 2}),
    "replay_delivery 202": lambda things: Request(
        dict(zip(("id", "delivery_id"), things.dead_delivery(), strict=True))
    ),
    "replay_deliveries 202": lambda things: Request({"id": things.dead_delivery()[0]}, body={"limit": 10}),
}
_ACCESS: dict[str, Wanted] = {
    "list_rejected 200": _among(Things.spam, limit=2),
    "replay_rejected 200 as corrected": lambda things: Request(
        {"id": things.spam()}, body={"content": {"email": address()}}
    ),
    "replay_rejected 200": lambda things: Request({"id": things.spam()}),
    "get_source 200": lambda things: Request({"id": things.source()}),
    "list_source_events 200": lambda things: Request({"id": things.source()}, {"limit": 5}),
    "update_source 200": lambda things: Request({"id": things.source()}, body={"enabled": False}),
    "delete_source 204": lambda things: Request({"id": things.source()}),
    "rotate_key 200": lambda things: Request({"id": things.source()}, body={"grace_seconds": 60}),
    "revoke_api_key 204": lambda things: Request({"id": things.api_key()}),
}
_SITE: dict[str, Wanted] = {
    "get_client_settings 200": lambda things: Request({"write_key": things.write_key}),
    "get_source_config 200": lambda things: Request(query={"writeKey": things.write_key}),
    "get_docs_file 200": lambda _: Request({"file": "reference.js"}),
    "get_console_page 200": lambda _: Request({"path": "customers"}),
}

_STATED = (
    _TRACKING | _PROFILES | _PARTS | _DEFINITIONS | _FILES | _SEGMENTS | _VALUES | _WEBHOOKS | _ACCESS | _SITE
)


def _derived(route: Route) -> Wanted:
    """Send the example of the document, under a new name, to the route without parameters or of a customer."""
    body = dict(example_of(route.request, route.path) or {}) if route.request else NOT_SET

    def wanted(things: Things) -> Request:
        path = {"id": things.known if route.method == "GET" else things.own} if "{id}" in route.path else {}
        return Request(
            path, body=body | {"name": name()} if isinstance(body, dict) and "name" in body else body
        )

    return wanted


GOOD = _STATED | {
    wanted: _derived(route)
    for route in ROUTES
    if (wanted := f"{route.operation} {route.status}") not in _STATED
    and re.fullmatch(r"[^{]+|/v1/profiles/{id}[^{]*", route.path)
    and not any(one.required for one in route.query)
    and route.method != "DELETE"
}
"""Requests by operation, status and variant. Most routes without further parameters need no entry above."""

OUT_OF_REACH = {
    "export_profile 303": "only for a person of whom more is held than an answer of Lambda can carry",
}
