"""Errors of unknown fields suggest the field that was probably meant, at its place."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from crm.api.routes import ROUTES
from crm.domain.errors import InvalidInputError
from crm.http.body import MAX_ERRORS, read_model
from crm.http.kinds import KIND_EXAMPLES
from crm.http.places import MAX_NAME_IN_PATH_LENGTH
from tests.support.furnished_shop import body_of
from tests.support.sent_conditions import CONDITIONS

EVENT = {"type": "event", "event": "Order Completed"}
CART = {"type": "sequence", "first": {"event": "Product Added"}}
UNKNOWN_FIELD = "zzqx_4711"
SENT = {
    route.operation: (route.request, body)
    for route in ROUTES
    if route.authorized and (body := body_of(route))
}
SEGMENT = "segments.NewSegment"
FREE = {
    ("create_profile", "identities"),
    ("create_profile", "attributes"),
    ("create_saved_view", "filter"),
    ("convert_filter", "filter"),
    ("settle_conflicts", "filter"),
    ("replay_rejected", "content"),
}
"""Objects that accept any name, and a filter, which has errors of its own for unknown names."""


def segment(condition: dict[str, Any]) -> dict[str, Any]:
    return {"name": "Buyers", "condition": condition}


def problems_of(model: str, body: Any) -> dict[str, str]:
    """Return the error messages by field."""
    with pytest.raises(InvalidInputError) as refused:
        read_model({"body": json.dumps(body)}, model)
    return {error["field"]: error["message"] for error in refused.value.details["errors"]}


def meant(*fields: str) -> str:
    return f"Unknown field. Did you mean {' or '.join(f'`{field}`' for field in fields)}?"


def objects(body: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(body, dict):
        yield path
    for step, part in (
        body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    ):
        yield from objects(part, (*path, step))


def with_field(body: Any, path: tuple[Any, ...], name: str) -> Any:
    changed = json.loads(json.dumps(body))
    there = changed
    for step in path:
        there = there[step]
    there[name] = 1
    return changed


def test_common_mistakes_in_a_segment_have_suggestions() -> None:
    assert problems_of(SEGMENT, segment(EVENT | {"count": 2, "within_days": 90})) == {
        "condition.count": meant("value"),
        "condition.within_days": meant("window.within_days"),
    }
    both = {"type": "and", "conditions": [EVENT | {"window": {"days": 90, "function": "sum"}}]}
    assert problems_of(SEGMENT, segment(both)) == {
        "condition.conditions.0.window.days": meant("within_days"),
        "condition.conditions.0.window.function": meant("condition.conditions.0.function"),
    }
    assert problems_of(SEGMENT, {"name": "Buyers", "conditions": [EVENT]}) == {
        "conditions": f"Unknown field. Did you mean `condition`, such as {json.dumps(KIND_EXAMPLES['and'])}?"
    }
    assert problems_of(SEGMENT, segment(EVENT) | {"event": "Order Completed"}) == {
        "event": meant("condition.event")
    }


@pytest.mark.parametrize(
    ("model", "body", "field", "near"),
    [
        ("access.NewSource", {"name": "Shop", "allowedOrigins": []}, "allowedOrigins", "allowed_origins"),
        ("access.NewSource", {"name": "Shop", "origins": []}, "origins", "allowed_origins"),
        ("access.NewApiKey", {"name": "A", "scopes": [], "class": []}, "class", "classes"),
        ("webhooks.NewWebhook", {"name": "A", "url": "https://a.example", "topics": []}, "topics", "events"),
        ("values.NewScore", {"name": "a", "rules": [{"event": "A", "points": 1, "days": 3}]}, "rules.0.days",
         "window.within_days"),
        ("edits.NewProfile", {"tag": "vip"}, "tag", "tags"),
        ("edits.NewProfile", {"firstName": "Ada"}, "firstName", "attributes.first_name"),
        ("edits.NewProfile", {"user_id": "1"}, "user_id", "identities.user_id"),
        ("exports.NewExport", {"filetype": "xlsx"}, "filetype", "format"),
        ("exports.NewExport", {"city": "Kiel"}, "city", "filter.city"),
        (SEGMENT, {"name": "a", "condition": {"type": "tag", "name": "VIP"}}, "condition.name", "tag"),
        (SEGMENT, {"name": "a", "condition": EVENT | {"sum": "total"}}, "condition.sum", "function"),
        (SEGMENT, {"name": "a", "condition": EVENT | {"gte": 3}}, "condition.gte", "operator"),
        ("values.NewScore", {"name": "a", "rules": [{"event": "A", "ptz": 3}]}, "rules.0.ptz", "points"),
        ("webhooks.NewWebhook", {"name": "a", "url": "https://a.example", "active": False}, "active", "enabled"),
        ("work.NewTask", {"title": "Call"}, "title", "name"),
        ("consents.ConsentChange", {"granted": True}, "granted", "state"),
        (SEGMENT, segment(CART | {"not_then": EVENT}), "condition.not_then", "then_not"),
        (SEGMENT, segment(CART | {"then": {}, "not_between": {}}), "condition.not_between", "without"),
        (SEGMENT, segment(CART | {"then_not": {"hours": 2}}), "condition.then_not.hours", "within.hours"),
        (SEGMENT, segment(CART | {"then": {"within": {"hours": 1}}}), "condition.then.within", "condition.within"),
        (SEGMENT, segment(EVENT | {"within": {"hours": 2}}), "condition.within", "window.within"),
        (SEGMENT, segment(EVENT | {"window": {"previous": "month"}}), "condition.window.previous", "last"),
    ],
)  # fmt: skip
def test_an_unknown_field_has_a_suggestion(model: str, body: Any, field: str, near: str) -> None:
    assert problems_of(model, body)[field] == meant(near)


def test_a_suggestion_lists_both_places_of_a_field() -> None:
    body = {"filter": {"city": "Kiel"}, "type": "add_tags", "tags": ["fair"]}
    assert problems_of("bulk.NewBulk", body)["tags"] == meant("tag", "action.tags")


def test_an_unknown_filter_is_reported_at_its_path() -> None:
    assert problems_of("exports.NewExport", {"filter": {"citty": "Kiel"}}) == {
        "filter.citty": "citty is not a parameter of this list: did you mean city or city.not?"
    }
    assert problems_of("exports.NewExport", {"filter": {"city": ""}}).keys() == {"filter.city"}


def test_an_unknown_field_without_a_similar_one_lists_known_fields() -> None:
    assert problems_of(SEGMENT, segment({"type": "tag", "tag": "VIP", UNKNOWN_FIELD: 1})) == {
        f"condition.{UNKNOWN_FIELD}": "Unknown field. Known fields are `type`, `tag`"
    }


@pytest.mark.parametrize(
    ("model", "body", "place"),
    [
        ("links.SettleConflicts", {"filter": {"type": "email", UNKNOWN_FIELD: 1}}, f"filter.{UNKNOWN_FIELD}"),
        ("links.SettleConflicts", {"conflicts": [{UNKNOWN_FIELD: 1}]}, f"conflicts.0.{UNKNOWN_FIELD}"),
        ("import_previews.PreviewRequest", {"mapping": {UNKNOWN_FIELD: 1}}, f"mapping.{UNKNOWN_FIELD}"),
    ],
)
def test_an_unknown_field_of_a_union_has_the_path_as_sent(model: str, body: Any, place: str) -> None:
    assert problems_of(model, body)[place].startswith("Unknown field. ")


@pytest.mark.parametrize("operation", SENT)
def test_an_unknown_field_of_every_object_is_reported_at_its_path(operation: str) -> None:
    model, body = SENT[operation]
    assert model
    for path in objects(body):
        if (operation, *path) not in FREE:
            given = problems_of(model, with_field(body, path, UNKNOWN_FIELD))
            place = ".".join(map(str, (*path, UNKNOWN_FIELD)))
            assert given[place].startswith("Unknown field. "), given
            assert "`" in given[place]


@pytest.mark.parametrize("condition", CONDITIONS, ids=json.dumps)
def test_every_condition_type_lists_its_known_fields(condition: dict[str, Any]) -> None:
    for path in objects(condition):
        given = problems_of(SEGMENT, segment(with_field(condition, path, UNKNOWN_FIELD)))
        place = ".".join(map(str, ("condition", *path, UNKNOWN_FIELD)))
        names = given[place].removeprefix("Unknown field. Known fields are ").split(", ")
        there: Any = condition
        for step in path:
            there = there[step]
        assert {f"`{name}`" for name in there} <= set(names)


def test_the_number_of_errors_is_limited() -> None:
    assert len(problems_of(SEGMENT, {f"unknown{number}": 1 for number in range(20_000)})) == MAX_ERRORS


def test_long_field_names_are_truncated_in_errors() -> None:
    long = "n" * 1_000_000
    errors = problems_of(SEGMENT, {"name": "Buyers", long: 1, "condition": {**EVENT, long: 1}})
    shown = long[:MAX_NAME_IN_PATH_LENGTH] + "..."
    assert {shown, f"condition.{shown}"} <= errors.keys()
    assert len(json.dumps(errors)) < 5_000
