"""Sample bodies for each operation, valid as they are or with ids of one's own; the page at /docs starts from them."""

from typing import Any

_CUSTOMER = "03988760-e0d6-513d-996a-a4b5d8a9d2db"
_OTHER = "c8718764-05b2-5341-9db4-9cee0cc49225"
_BOUGHT = {"type": "event", "event": "Order Completed", "value": 2, "window": {"within_days": 90}}
_AGREED = {"type": "consent", "channel": "email", "state": "granted"}
_REGULARS = {"type": "and", "conditions": [_BOUGHT, _AGREED]}
_EMAIL_FIELD = {"name": "email", "attribute": "email", "label": "E-mail", "required": True}
_EMAIL_BOX = {"channel": "email", "wording": "Yes, send me news by e-mail."}
_COLUMNS = [
    {"column": "E-mail", "to": "identity", "name": "email"},
    {"column": "Town", "to": "attribute", "name": "city"},
]
_ORDER = {"order_id": "1001", "total": 129.9, "currency": "EUR"}

_EVENTS: dict[str, dict[str, Any]] = {
    "identify": {"userId": "user-1", "traits": {"email": "ann@example.com", "firstName": "Ann"}},
    "track": {"userId": "user-1", "event": "Order Completed", "properties": _ORDER},
    "page": {"userId": "user-1", "name": "Home", "properties": {"url": "https://shop.example/", "path": "/"}},
    "screen": {"userId": "user-1", "name": "Start"},
    "group": {"userId": "user-1", "groupId": "acme", "traits": {"name": "Acme Ltd"}},
    "alias": {"userId": "user-1", "previousId": "5f1c2a34-7b1e-4d5a-9a51-0c6f5d0e1a01"},
}
"""Sample bodies of `send_event` and its aliases, by message type."""

_BATCH = {
    "batch": [{"type": kind, **body} for kind, body in _EVENTS.items() if kind in {"identify", "track"}]
}

EXAMPLES: dict[str, dict[str, Any]] = {
    "send_batch": _BATCH,
    "send_beacon": _BATCH,
    "send_june": _BATCH,
    "send_dittofeed": _BATCH,
    "create_profile": {
        "identities": {"email": "eva@example.com"},
        "attributes": {"first_name": "Eva", "city": "Kiel", "birthday": "24.12.1990"},
        "tags": ["newsletter"],
        "consents": [{"channel": "email", "state": "granted", "proof": "Yes, send me news."}],
    },
    "update_profile": {"attributes": {"city": "Bonn"}},
    "set_attributes": {"city": "Bonn", "company": None},
    "set_responsible": {"user": "grace@example.com"},
    "set_consent": {"state": "granted", "proof": "Yes, send me news."},
    "merge_profiles": {"profiles": [_OTHER]},
    "unmerge_profile": {"profile": _OTHER},
    "settle_conflicts": {"filter": {"type": "email"}},
    "create_note": {"text": "Prefers to be called."},
    "update_note": {"text": "Prefers to be called in the evening."},
    "create_task": {"name": "Call back", "assignee": "grace@example.com", "priority": "high"},
    "update_task": {"status": "done"},
    "start_job": {"kind": "reproject", "profile_id": _CUSTOMER},
    "create_import_mapping": {"name": "newsletter", "columns": _COLUMNS, "tags": ["Newsletter"]},
    "update_import_mapping": {"tags": ["Newsletter"]},
    "create_saved_view": {"name": "Berlin, active", "filter": {"city": ["Berlin"]}, "sort": "name"},
    "update_saved_view": {"sort": "-last_transaction"},
    "replay_rejected": {"content": {"userId": "ada", "event": "Signed Up"}},
    "create_upload": {"name": "customers.csv", "size": 52_428},
    "preview_import": {"key": "imports/customers.csv"},
    "start_import": {"key": "imports/customers.csv"},
    "create_export": {"filter": {"city": "Berlin"}, "format": "xlsx"},
    "start_bulk": {"filter": {"city": "Berlin"}, "action": {"type": "add_tags", "tags": ["Summer fair"]}},
    "create_attribute": {
        "name": "shoe_size",
        "label": "Shoe size",
        "type": "choice",
        "choices": ["S", "M", "L"],
    },
    "update_attribute": {"label": "Shoe size (EU)"},
    "create_tag": {"name": "VIP", "description": "over 1,000 EUR a year"},
    "update_tag": {"name": "Very important"},
    "replace_event_categories": {"events": [{"event": "Machine Serviced", "category": "support"}]},
    "create_list": {"name": "Trade fair", "description": "left a card at the stand"},
    "update_list": {"name": "Trade fair 2027"},
    "create_form": {"name": "Newsletter", "fields": [_EMAIL_FIELD], "consents": [_EMAIL_BOX]},
    "update_form": {"title": "Our newsletter"},
    "submit_form": {"email": "zoe@example.com", "_consent:email": "on"},
    "create_segment": {"name": "Regulars", "condition": _REGULARS},
    "preview_segment": {"condition": _REGULARS},
    "convert_filter": {"filter": {"city": ["Berlin", "Rome"], "last_activity.less_than_days_ago": 30}},
    "update_segment": {"description": "Bought twice in 90 days, and agreed to e-mail"},
    "snapshot_segment": {"name": "Regulars of this month"},
    "decide_segment": {"member": True},
    "create_aggregate": {
        "name": "revenue_90d",
        "event": "Order Completed",
        "function": "sum",
        "property": "total",
        "window": {"within_days": 90},
    },
    "update_aggregate": {"window": {"within_days": 30}},
    "create_score": {"name": "loyalty", "rules": [{"event": "Order Completed", "points": 10}]},
    "update_score": {"rules": [{"event": "Order Completed", "points": 5}]},
    "create_expression": {"name": "good_customer", "text": "aggregates.revenue_90d > 500.0"},
    "update_expression": {"text": "aggregates.revenue_90d > 1000.0"},
    "give_points": {"points": 25, "reason": "Helped at the fair"},
    "create_webhook": {
        "name": "Mailing tool",
        "url": "https://hooks.shop.example/customers",
        "events": ["Segment Entered", "Segment Left"],
        "enabled": False,
    },
    "update_webhook": {"enabled": True},
    "rotate_secret": {"grace_seconds": 86_400},
    "replay_deliveries": {"limit": 100},
    "create_source": {"name": "Shop", "kind": "web"},
    "update_source": {"enabled": False},
    "rotate_key": {"grace_seconds": 86_400},
    "create_api_key": {"name": "reports", "scopes": ["profiles:read"]},
}
"""Sample bodies by operation. The webhook is created inactive, because deliveries to its unreachable address would be
retried for a day.
"""


def example_of(operation: str, path: str) -> dict[str, Any] | None:
    """Return the sample body of an operation at one of its paths; None for operations whose body comes from a page."""
    if operation in {"send_event", "send_jitsu", "send_jitsu_s2s"}:
        spelling = path.rpartition("/")[2]
        return next(body for kind, body in _EVENTS.items() if spelling in {kind, kind[0]})
    return EXAMPLES.get(operation)
