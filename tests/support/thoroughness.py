"""How far tests look that search: `make check` sets THOROUGH, and they try all that they can; without it, a part."""

import os
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")

_PART = 1 if os.environ.get("THOROUGH") else 30


def part_of(number: int, *, least: int = 1) -> int:
    """So many of a number of examples, and no fewer than `least`."""
    return max(-(-number // _PART), min(number, least))


def some_of(things: Sequence[T], start: int = 0) -> Sequence[T]:
    """All, or every thirtieth from the one at `start`, counted round."""
    return things[start % min(_PART, len(things) or 1) :: _PART]
