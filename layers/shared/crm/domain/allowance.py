"""The events that one container may accept of a source before it takes tokens from the source's bucket again
(docs/deploy.md).

A container accepts as many events as its balance allows, and CREDIT more; then it requests tokens, including those that
it owes. Therefore, it calls the bucket at most once in CREDIT events, and at most CREDIT events are not counted when a
container ends. Times in epoch milliseconds.
"""

from dataclasses import dataclass

CREDIT = 100
AHEAD_MS = 5_000
"""A container requests tokens for the events that it would accept in this time, at the rate since its last request."""

GOOD_MS = 30_000
"""A balance that is not used within this time expires, so that unused tokens return to the source."""

RENEWAL_MS = 10_000
"""While the bucket does not respond, the last allowance is renewed after this time, and the request is repeated."""

CLOSED_MS = 1_000
MAX_CLOSED_MS = 8_000
"""A container that is refused repeatedly asks ever more rarely, at least once in this time."""


@dataclass(slots=True)
class Allowance:
    """The allowance of one container.

    `balance`: events it may still accept, below zero its debt. `credit`: the debt it may have.
    """

    credit: int
    taken_at: int
    balance: int = 0
    spent: int = 0
    granted: int = 0
    good_until: int = 0
    closed_until: int = 0
    refusals: int = 0

    def spend(self, events: int, now: int) -> bool:
        """Accept events, if the balance and the credit suffice; return whether they did."""
        if now >= self.good_until:
            self.balance = min(self.balance, 0)
        if events > self.balance + self.credit:
            return False
        self._accept(events)
        return True

    def tokens_needed(self, events: int) -> int:
        """Return the minimum number of tokens to take: the debt, and these events."""
        return events - self.balance

    def tokens_to_request(self, events: int, now: int, most: int) -> int:
        """Return the number of tokens to take: those needed, and up to `most` for the next AHEAD_MS."""
        tokens_needed, since = self.tokens_needed(events), max(1, now - self.taken_at)
        return tokens_needed + min(most, (self.spent + events) * AHEAD_MS // since)

    def grant(self, tokens: int, events: int, now: int) -> None:
        """Add the tokens that the bucket gave, and accept the events."""
        self.balance += tokens
        self._accept(events)
        self.granted = max(self.balance, 0)
        self.taken_at, self.spent, self.refusals = now, 0, 0
        self.good_until = now + GOOD_MS

    def close(self, until: int, now: int) -> None:
        """Refuse events until the bucket has room, and at least for a pause that grows with each refusal."""
        pause = min(CLOSED_MS << self.refusals, MAX_CLOSED_MS)
        self.refusals = min(self.refusals + 1, 8)
        self.closed_until = max(until, now + pause)

    def renew_once(self, events: int, now: int) -> bool:
        """Renew the last allowance once while the bucket is unreachable; return whether the events are accepted.

        A request larger than that is accepted when the debt is within the credit, and paid off afterwards.
        """
        self.balance = min(self.granted, self.balance + self.granted + self.credit)
        self.closed_until = self.good_until = now + RENEWAL_MS
        if self.balance + self.credit <= 0:
            return False
        self._accept(events)
        return True

    def _accept(self, events: int) -> None:
        self.balance -= events
        self.spent += events
