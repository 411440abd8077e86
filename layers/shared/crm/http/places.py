"""Places in a body: the path to a field, as errors show it."""

from collections.abc import Sequence
from typing import Any

Step = str | int

LONGEST_STEP = 200
"""Characters of a name that an error shows; the rest of a longer one is left out."""


def place_of(path: Sequence[Step], sent: Any, *, missing: bool = False) -> str:
    """`condition.conditions.0.value`. `missing`: the last step of the path is not there."""
    return ".".join(map(shown, steps_of(path, sent, missing=missing)))


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


def shown(step: Step) -> str:
    """A step as errors show it."""
    name = str(step)
    return name if len(name) <= LONGEST_STEP else f"{name[:LONGEST_STEP]}..."
