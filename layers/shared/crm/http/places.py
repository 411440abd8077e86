"""Format the path to a field in a body, as errors show it."""

from collections.abc import Sequence
from typing import Any

PathStep = str | int

MAX_NAME_IN_PATH_LENGTH = 200
"""Maximum length of a name in an error, in characters; the rest is cut."""


def field_path(path: Sequence[PathStep], sent: Any, *, missing: bool = False) -> str:
    """Format a path as `condition.conditions.0.value`. `missing`: the last step of the path does not exist."""
    return ".".join(map(format_step, steps_of(path, sent, missing=missing)))


def steps_of(path: Sequence[PathStep], sent: Any, *, missing: bool = False) -> list[PathStep]:
    """Return the steps from the body to the location of an error.

    In unions, pydantic inserts the kind before the field: the `type` of the object, or a tag in angle brackets. A
    path ends at a text, number or boolean: what follows names the type that was expected.
    """
    steps: list[PathStep] = []
    rest = list(path)
    while rest and not isinstance(sent, str | int | float):
        if _is_type(rest, sent, missing=missing):
            rest.pop(0)
        if rest:
            step = rest.pop(0)
            steps.append(step)
            sent = within(sent, step)
    return steps


def _is_type(rest: Sequence[PathStep], sent: Any, *, missing: bool) -> bool:
    """Decide whether the first step is the object's kind, and not a field of the same name."""
    if isinstance(rest[0], str) and rest[0].startswith("<"):
        return not isinstance(sent, dict) or rest[0] not in sent
    if not isinstance(sent, dict):
        return False
    if rest[0] != sent.get("type"):
        return False
    if len(rest) == 1:
        return rest[0] not in sent and not missing
    return rest[1] in sent or (missing and len(rest) == len(["type", "field"]))


def within(sent: Any, step: PathStep) -> Any:
    """Return the value at the step; None if there is none."""
    if isinstance(sent, dict):
        return sent.get(step)
    if isinstance(sent, list) and isinstance(step, int) and step < len(sent):
        return sent[step]
    return None


def format_step(step: PathStep) -> str:
    """Format a step as errors show it."""
    name = str(step)
    return name if len(name) <= MAX_NAME_IN_PATH_LENGTH else f"{name[:MAX_NAME_IN_PATH_LENGTH]}..."
