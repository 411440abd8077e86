"""Many containers that share a source's default limit, with traffic distributed to them at random."""

import random
from dataclasses import dataclass, field

from crm.domain.errors import RateLimitedError
from crm.domain.source import Limit
from crm.services.access.allowances import Allowances

BEGIN = 1_795_289_400_000
STEP_MS = 100


@dataclass(slots=True)
class Crowd:
    """`size` containers, each of which is replaced after `lifetime` events; None: never."""

    limit: Limit
    size: int
    lifetime: int | None = None
    seed: int = 1
    started: int = 0
    now: int = BEGIN
    let_in: list[tuple[int, int]] = field(default_factory=list)
    sent: int = 0
    _random: random.Random = field(init=False)
    _alive: list[Allowances] = field(init=False)
    _served: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)
        self._alive = [self._start() for _ in range(self.size)]
        self._served = [0] * self.size

    def send(self, *, rate: float, seconds: float, batch: int = 1) -> None:
        """Send `rate` events a second in requests of `batch`, each to a random container."""
        due = 0.0
        for _ in range(round(seconds * 1000 / STEP_MS)):
            due += rate * STEP_MS / 1000
            while due >= batch:
                due -= batch
                self._request(batch)
            self.now += STEP_MS

    def _request(self, events: int) -> None:
        place = self._random.randrange(self.size)
        self.sent += events
        try:
            self._alive[place].spend(
                "src_0123456789ab", events, self.limit, refusal="slow down", now=self.now
            )
        except RateLimitedError:
            return
        self.let_in.append((self.now, events))
        self._served[place] += events
        if self.lifetime and self._served[place] >= self.lifetime:
            self._alive[place], self._served[place] = self._start(), 0

    def _start(self) -> Allowances:
        self.started += 1
        return Allowances()

    @property
    def total(self) -> int:
        """Return the number of accepted events."""
        return sum(events for _, events in self.let_in)
