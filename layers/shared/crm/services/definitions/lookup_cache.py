"""Cache lookups, per container and for a short time: of keys that come with every request."""

import time
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class LookupCache(Generic[T]):
    """A cache of the last `seconds`, per container: at most `size` answers, and as many empty ones (None).

    Each kind has room of its own, so that unknown keys, of which a client can send any number, evict no known ones.
    """

    def __init__(
        self, *, seconds: float = 60, size: int = 1000, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._seconds = seconds
        self._size = size
        self._clock = clock
        self._found: dict[str, tuple[float, T]] = {}
        self._unknown: dict[str, tuple[float, T]] = {}

    def get(self, key: str, look_up: Callable[[str], T]) -> T:
        """Return the cached answer, or look it up."""
        now = self._clock()
        cached = self._found.get(key) or self._unknown.get(key)
        if cached and now - cached[0] < self._seconds:
            return cached[1]
        self._found.pop(key, None)
        self._unknown.pop(key, None)
        answer = look_up(key)
        answers = self._unknown if answer is None else self._found
        if len(answers) >= self._size:
            answers.pop(next(iter(answers)), None)  # the oldest: a dict keeps the order of insertion
        answers[key] = (now, answer)
        return answer

    def is_cached(self, key: str) -> bool:
        """Return whether an answer is cached."""
        cached = self._found.get(key) or self._unknown.get(key)
        return cached is not None and self._clock() - cached[0] < self._seconds

    def clear(self) -> None:
        """Clear the cache."""
        self._found.clear()
        self._unknown.clear()
