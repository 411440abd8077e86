"""A progress bar on standard error."""

import sys
import time
from collections.abc import Iterable, Iterator, Sized
from typing import TypeVar

T = TypeVar("T")


def with_progress(steps: Iterable[T], label: str, total: int | None = None) -> Iterator[T]:
    """Yield the steps with a progress bar on standard error: drawn in place on a terminal, ten lines in a log."""
    count = total if total is not None else len(steps) if isinstance(steps, Sized) else 0
    started, drawn = time.monotonic(), -1
    finest = 100 if sys.stderr.isatty() else 10
    for done, step in enumerate(steps, 1):
        yield step
        tick = done * finest // max(count, done)
        if tick != drawn:
            drawn = tick
            _draw(label, done, count, time.monotonic() - started)
    if sys.stderr.isatty():
        sys.stderr.write("\n")


def _draw(label: str, done: int, total: int, seconds: float) -> None:
    full = 30 * done // max(total, 1)
    start, end = ("\r", "") if sys.stderr.isatty() else ("", "\n")
    bar = "#" * full + "." * (30 - full)
    sys.stderr.write(f"{start}{label:<28} [{bar}] {done:,}/{total:,} {seconds:.0f} s{end}")
    sys.stderr.flush()
