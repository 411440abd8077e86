"""How far tests look that search: `make check` sets THOROUGH, and they try all that they can; without it, a part."""

import os
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")

_PART = 1 if os.environ.get("THOROUGH") else 10


def part_of(number: int) -> int:
    """So many of a number of examples."""
    return -(-number // _PART)


def some_of(things: Sequence[T]) -> Sequence[T]:
    """All, or every tenth."""
    return things[::_PART]
