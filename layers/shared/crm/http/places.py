"""Where in a body something is wrong, and what would be right, in words of our own."""

from collections.abc import Callable, Sequence
from typing import Any

Step = str | int

LONGEST_STEP = 200
"""Characters of a name that an error shows; the rest of a longer one is left out."""


def problem_of(found: dict[str, Any], sent: Any, schema: Callable[[], dict[str, Any]]) -> dict[str, str]:
    """`{"field", "message"}` of one of pydantic's errors about what was sent. Nothing of that is in the message.

    `schema` is the JSON schema of the body, asked for where a field is not in it.
    """
    kind, steps = found["type"], steps_of(found["loc"], sent, missing=found["type"] == "missing")
    place = ".".join(map(_shown, steps))
    if kind in {"union_tag_invalid", "union_tag_not_found"}:
        return {"field": _below(place, found), "message": _about_kind(found, steps, sent, schema)}
    if message := _about_value(kind, found, steps, sent, schema):
        return {"field": place, "message": message}
    within_it = found.get("ctx", {}).get("parameter")
    return {"field": f"{place}.{within_it}" if within_it else place, "message": found["msg"]}


def tells_little(found: dict[str, Any]) -> bool:
    """Whether one of pydantic's errors is that a field is missing, which often is there under another name."""
    return bool(found["type"] == "missing")


# What good requests do without is imported where it is needed.
def _about_kind(
    found: dict[str, Any], steps: Sequence[Step], sent: Any, schema: Callable[[], dict[str, Any]]
) -> str:
    from crm.http.kinds import missing_kind, unknown_kind
    from crm.http.near_fields import kinds_at
    from crm.http.near_values import allowed_in

    stands, told_by = _at(steps, sent), found["ctx"]["discriminator"].strip("'")
    if found["type"] == "union_tag_not_found":
        return missing_kind(stands, kinds_at(schema(), steps, sent, told_by))
    if not isinstance(within(stands, told_by), str):
        return missing_kind(stands, allowed_in(found["ctx"]["expected_tags"]))
    return unknown_kind(found["ctx"]["tag"], allowed_in(found["ctx"]["expected_tags"]))


def _about_value(
    kind: str, found: dict[str, Any], steps: list[Step], sent: Any, schema: Callable[[], dict[str, Any]]
) -> str | None:
    if kind == "extra_forbidden":
        from crm.http.near_fields import advice

        return advice(schema(), steps, sent)
    if kind == "literal_error" and steps:
        from crm.http.near_values import allowed_in, value_advice

        return value_advice(allowed_in(found["ctx"]["expected"]), steps, sent)
    if kind == "missing" and steps:
        from crm.http.kinds import missing_field

        return missing_field(_at(steps[:-1], sent), steps[-1])
    from crm.http.shapes import bound_problem, is_shape, pattern_problem, shape_problem

    if kind == "string_pattern_mismatch":
        return pattern_problem(found["ctx"]["pattern"])
    return shape_problem(kind, steps, _at(steps, sent)) if is_shape(kind) else bound_problem(kind, found)


def _at(steps: Sequence[Step], sent: Any) -> Any:
    for step in steps:
        sent = within(sent, step)
    return sent


def place_of(path: Sequence[Step], sent: Any, *, missing: bool = False) -> str:
    """`condition.conditions.0.value`. `missing`: the last step of the path is not there."""
    return ".".join(map(_shown, steps_of(path, sent, missing=missing)))


def steps_of(path: Sequence[Step], sent: Any, *, missing: bool = False) -> list[Step]:
    """The steps from the body to the place of an error.

    Of an object that is one of several kinds, pydantic names the kind before the field: the `type` of the object, or a
    tag in angle brackets.
    """
    steps: list[Step] = []
    rest = list(path)
    while rest:
        if _is_type(rest, sent, missing=missing):
            rest.pop(0)
        if rest:
            step = rest.pop(0)
            steps.append(step)
            sent = within(sent, step)
    return steps


def _is_type(rest: Sequence[Step], sent: Any, *, missing: bool) -> bool:
    """Whether the first step names the object's kind, and no field of the same name."""
    if isinstance(rest[0], str) and rest[0].startswith("<"):
        return not isinstance(sent, dict) or rest[0] not in sent
    if not isinstance(sent, dict):
        return False
    if rest[0] != sent.get("type"):
        return False
    if len(rest) == 1:
        return rest[0] not in sent and not missing
    return rest[1] in sent or (missing and len(rest) == len(["type", "field"]))


def within(sent: Any, step: Step) -> Any:
    """What stands at the step; None where nothing does."""
    if isinstance(sent, dict):
        return sent.get(step)
    if isinstance(sent, list) and isinstance(step, int) and step < len(sent):
        return sent[step]
    return None


def _shown(step: Step) -> str:
    name = str(step)
    return name if len(name) <= LONGEST_STEP else f"{name[:LONGEST_STEP]}..."


def _below(place: str, found: dict[str, Any]) -> str:
    discriminator = found["ctx"]["discriminator"].strip("'")
    return f"{place}.{discriminator}" if place else discriminator
