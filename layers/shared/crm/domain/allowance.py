"""What one container may let in of a source before it asks the source's bucket again (docs/deploy.md).

A container spends what it holds, and CREDIT events more before it has to ask; what it owes is part of what it asks for.
So it asks at most once in CREDIT events, however few come, and what dies with a container uncounted is at most CREDIT.
Times in epoch milliseconds.
"""

from dataclasses import dataclass

CREDIT = 100
AHEAD_MS = 5_000
"""A container asks for what it would let in in this time at the pace since it asked last."""

GOOD_MS = 30_000
"""What is not spent by then is dropped, so that nothing is hoarded."""

UNASKED_MS = 10_000
"""While the bucket cannot be asked, the last allowance comes anew after this time, and the bucket is asked again."""

CLOSED_MS = 1_000
LONGEST_CLOSED_MS = 8_000
"""A container that is refused again and again asks more and more seldom."""


@dataclass(slots=True)
class Allowance:
    """`balance`: events it may still let in, below zero those it owes. `credit`: how many it may owe."""

    credit: int
    asked_at: int
    balance: int = 0
    spent: int = 0
    granted: int = 0
    good_until: int = 0
    closed_until: int = 0
    refusals: int = 0

    def spend(self, events: int, now: int) -> bool:
        """Let events in, if what it holds and may owe suffices."""
        if now >= self.good_until:
            self.balance = min(self.balance, 0)
        if events > self.balance + self.credit:
            return False
        self._let_in(events)
        return True

    def needed(self, events: int) -> int:
        """The least to ask for: what is owed, and these events."""
        return events - self.balance

    def wanted(self, events: int, now: int, most: int) -> int:
        """What to ask for: what is needed, and at most `most` ahead."""
        needed, since = self.needed(events), max(1, now - self.asked_at)
        return needed + min(most, (self.spent + events) * AHEAD_MS // since)

    def grant(self, tokens: int, events: int, now: int) -> None:
        """Add what the bucket gave, and let the events in."""
        self.balance += tokens
        self._let_in(events)
        self.granted = max(self.balance, 0)
        self.asked_at, self.spent, self.refusals = now, 0, 0
        self.good_until = now + GOOD_MS

    def close(self, until: int, now: int) -> None:
        """Ask no more until there is room, and not too often."""
        pause = min(CLOSED_MS << self.refusals, LONGEST_CLOSED_MS)
        self.refusals = min(self.refusals + 1, 8)
        self.closed_until = max(until, now + pause)

    def go_on(self, events: int, now: int) -> bool:
        """The last allowance once more, and no other one for a while: the bucket cannot be asked.

        A request larger than that is let in when nothing is owed beyond the credit, and paid off afterwards.
        """
        self.balance = min(self.granted, self.balance + self.granted + self.credit)
        self.closed_until = self.good_until = now + UNASKED_MS
        if self.balance + self.credit <= 0:
            return False
        self._let_in(events)
        return True

    def _let_in(self, events: int) -> None:
        self.balance -= events
        self.spent += events
