"""Values with the stamp of what set them, in registers, and the rule that settles two values of one name."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from crm.domain.activity import Stamp


@dataclass(frozen=True, slots=True)
class Stamped:
    """A value with the stamp of the activity that set it. Of two values the later one wins."""

    value: Any
    stamp: Stamp


class LeftOut(Stamped):
    """A placeholder for a value that was too large to keep: its value is None, and its type records that."""

    __slots__ = ()


Register = dict[str, Stamped]
"""Stamped values by name; the last write wins. The value None means that the name was cleared."""


def merge_registers(registers: Iterable[Register]) -> Register:
    """Merge registers: for each name the latest value wins."""
    merged: Register = {}
    for register in registers:
        if not merged:
            merged = dict(register)
            continue
        for key, held in register.items():
            merged[key] = later(merged.get(key), held)
    return merged


def later(held: Stamped | None, new: Stamped) -> Stamped:
    """Return the later value.

    Copies of one message id can carry one stamp and two values: then their JSON text decides.
    """
    if held is None or held.stamp < new.stamp:
        return new
    if held.stamp == new.stamp and _canonical(held) < _canonical(new):
        return new
    return held


def _canonical(value: Stamped) -> tuple[bool, str]:
    text = json.dumps(value.value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return not isinstance(value, LeftOut), text
