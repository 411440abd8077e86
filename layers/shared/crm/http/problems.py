"""Convert the validation errors of pydantic to messages of this API, with suggestions."""

from collections.abc import Callable, Sequence
from typing import Any

from crm.http.kinds import missing_field, missing_kind, unknown_kind
from crm.http.near_fields import advice, kinds_at
from crm.http.near_values import allowed_in, value_advice
from crm.http.places import PathStep, format_step, steps_of, within
from crm.http.shapes import bound_problem, is_shape, pattern_problem, shape_problem


def problem_of(found: dict[str, Any], sent: Any, schema: Callable[[], dict[str, Any]]) -> dict[str, str]:
    """Convert an error of pydantic to `{"field", "message"}`. The message contains nothing of what was sent.

    `schema` returns the JSON schema of the body; it is called only for unknown fields.
    """
    kind, steps = found["type"], steps_of(found["loc"], sent, missing=found["type"] == "missing")
    place = ".".join(map(format_step, steps))
    if kind in {"union_tag_invalid", "union_tag_not_found"}:
        return {"field": _below(place, found), "message": _about_kind(found, steps, sent, schema)}
    if message := _about_value(kind, found, steps, sent, schema):
        return {"field": place, "message": message}
    within_it = found.get("ctx", {}).get("parameter")
    return {"field": f"{place}.{within_it}" if within_it else place, "message": found["msg"]}


def is_missing_field(found: dict[str, Any]) -> bool:
    """Decide whether the error is a missing field, which is often present under another name."""
    return bool(found["type"] == "missing")


def _about_kind(
    found: dict[str, Any], steps: Sequence[PathStep], sent: Any, schema: Callable[[], dict[str, Any]]
) -> str:
    value, discriminator = _at(steps, sent), found["ctx"]["discriminator"].strip("'")
    if found["type"] == "union_tag_not_found":
        return missing_kind(value, kinds_at(schema(), steps, sent, discriminator))
    if not isinstance(within(value, discriminator), str):
        return missing_kind(value, allowed_in(found["ctx"]["expected_tags"]))
    return unknown_kind(found["ctx"]["tag"], allowed_in(found["ctx"]["expected_tags"]))


def _about_value(
    kind: str, found: dict[str, Any], steps: list[PathStep], sent: Any, schema: Callable[[], dict[str, Any]]
) -> str | None:
    if kind == "extra_forbidden":
        return advice(schema(), steps, sent)
    if kind == "literal_error" and steps:
        return value_advice(allowed_in(found["ctx"]["expected"]), steps, sent)
    if kind == "missing" and steps:
        return missing_field(_at(steps[:-1], sent), steps[-1])
    if kind == "string_pattern_mismatch":
        return pattern_problem(found["ctx"]["pattern"])
    return shape_problem(kind, steps, _at(steps, sent)) if is_shape(kind) else bound_problem(kind, found)


def _at(steps: Sequence[PathStep], sent: Any) -> Any:
    for step in steps:
        sent = within(sent, step)
    return sent


def _below(place: str, found: dict[str, Any]) -> str:
    discriminator = found["ctx"]["discriminator"].strip("'")
    return f"{place}.{discriminator}" if place else discriminator
