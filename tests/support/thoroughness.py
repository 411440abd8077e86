"""How far tests look that search: `make check` sets THOROUGH, and they try all that they can; without it, a part."""

import os
from collections.abc import Sequence
from typing import TypeVar
from zlib import crc32

T = TypeVar("T")

THOROUGH = bool(os.environ.get("THOROUGH"))


def part_of(number: int, *, least: int = 1, one_in: int = 30) -> int:
    """So many of a number of examples, and no fewer than `least`: all in a thorough run, else one in `one_in`."""
    return number if THOROUGH else max(-(-number // one_in), min(number, least))


def on_moto_instead(test: str) -> bool:
    """Whether a test that is at home on the table in memory runs on moto's this time: every tenth of a thorough run."""
    return THOROUGH and crc32(test.encode()) % 10 == 0


def some_of(things: Sequence[T], start: int = 0, *, one_in: int = 30) -> Sequence[T]:
    """Return all in a thorough run, else one in `one_in` from the one at `start`, counted round, and at least one."""
    return things if THOROUGH else things[start % min(one_in, len(things) or 1) :: one_in]
