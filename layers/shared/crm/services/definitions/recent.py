"""A small memory of lookups, for keys that come with every request."""

import time
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Recent(Generic[T]):
    """Answers of the last `seconds`, at most `size` of them, negative ones too, per container."""

    def __init__(
        self, *, seconds: float = 60, size: int = 1000, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._seconds = seconds
        self._size = size
        self._clock = clock
        self._answers: dict[str, tuple[float, T]] = {}

    def get(self, key: str, look_up: Callable[[str], T]) -> T:
        """The remembered answer, or a new one."""
        now = self._clock()
        remembered = self._answers.get(key)
        if remembered and now - remembered[0] < self._seconds:
            return remembered[1]
        self._answers.pop(key, None)
        answer = look_up(key)
        if len(self._answers) >= self._size:
            self._answers.pop(next(iter(self._answers)))  # the oldest: a dict keeps the order of insertion
        self._answers[key] = (now, answer)
        return answer

    def clear(self) -> None:
        """Forget everything."""
        self._answers.clear()
