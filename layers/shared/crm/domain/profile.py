"""The state of one profile, as the fold of its log."""

import math
from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from crm.domain.activity import Activity
from crm.domain.card_fields import Card
from crm.domain.claims import (
    Claim,
    Claimers,
    Claims,
    Links,
    claimed_by,
    owner_of,
)
from crm.domain.counts import Counts
from crm.domain.daily.block import Block
from crm.domain.daily.daily_counts import DailyCounts
from crm.domain.identity import ANONYMOUS_ID, Identity
from crm.domain.ledger.book import Ledger
from crm.domain.ledger.book import ReadPages as ReadLedger
from crm.domain.ledger.entry import Page
from crm.domain.memberships import Memberships
from crm.domain.stamped import Register, Stamped, later
from crm.domain.trust import Rank


@dataclass(slots=True)
class ProfileState:
    """The fold of the log of one identity, with the profile's place among the profiles of one person.

    `consents` are granted or denied; `pending` are requested and wait for a confirmation, under the same keys
    (`crm.domain.person.consents_of` resolves both). `by_name`: for a weak identity, its attributes by the name that
    came with them (`crm.domain.weak_attributes`).

    `claims`: the identities that its events claim. `links`: decisions by hand about this profile and others. `noted`:
    marks (`mark_of`) of the claims that it lost without a place among the claimers and whose conflicts are recorded;
    `unnoted`: those still to be recorded, each with its time and reason. `dropped`: claims that were given up.
    `released`: ids of profiles that no longer own this one and whose trees are to be updated.

    `claimers`: the profiles that claim this one, by id. `established`: when the first activity of its own log was
    received from a source that is not public. `shared`: when so many profiles began to claim it that claims of public
    sources stopped counting. `joins_closed`: public sources may not join what others have established.

    `skew`: the smallest and the largest `occurred_at - original_at`, ms. `ranked`: the values that a rank with a
    budget of its own set, by register and rank; the registers themselves hold the rest. `left_out`: some of the names
    that exceed a budget. `rules`: the version of the rules of the fold. `first_seen` covers any activity, `last_seen`
    only the customer's own. `erased_at`: activities that were received or occurred until then are erased and stay
    erased. `stale`: the whole log must be folded again.

    `version` is 0 until the profile is stored. `card`: the listed form of a canonical profile, else None.
    `published_segments`: ids of the segments that the log records it in once the stream of the stored version is
    read; `published_as`: the id under which they were published (empty: its own); `published_at`: when they last
    changed (epoch ms, 0: never).
    `held`: the memberships that the index really holds, where the next save must know them to repair it.
    `is_former`: stored by an earlier version, whose index entries the next save updates.
    `rule_set`: the version of the definitions by which it was counted and evaluated. `due`: the instant (epoch ms) at
    which time alone may change its segments; `flips`: that instant for each segment, where known.

    `daily`: the daily counts of its log; `ledger`: orders and other objects that count once. `page_reader` and
    `ledger_reader` read the pages of both that are not inline. `last_transaction_at` covers orders without a key.
    `stored_fold`: the stored form of all that follows from the log; where `keeps_fold` is set, it is stored again
    unchanged.
    """

    id: str
    identity: Identity | None = None
    version: int = 0
    attributes: Register = field(default_factory=dict)
    by_name: Register = field(default_factory=dict)
    groups: Register = field(default_factory=dict)
    consents: Register = field(default_factory=dict)
    pending: Register = field(default_factory=dict)
    tags: Register = field(default_factory=dict)
    classes: Register = field(default_factory=dict)
    fields: Register = field(default_factory=dict)
    ranked: dict[tuple[str, Rank], Register] = field(default_factory=dict)
    left_out: dict[str, set[str]] = field(default_factory=dict)
    rules: str = ""
    environment: Stamped | None = None
    first_seen: int | None = None
    last_seen: int | None = None
    last_transaction_at: int | None = None
    skew: tuple[int, int] = (0, 0)
    daily: DailyCounts = field(default_factory=DailyCounts)
    ledger: Ledger = field(default_factory=Ledger)
    claims: Claims = field(default_factory=dict)
    links: Links = field(default_factory=dict)
    noted: frozenset[str] = frozenset()
    unnoted: dict[Identity, tuple[int, str]] = field(default_factory=dict)
    dropped: frozenset[Identity] = frozenset()
    released: frozenset[str] = frozenset()
    claimers: Claimers = field(default_factory=dict)
    established: int | None = None
    shared: int | None = None
    joins_closed: bool = False
    erased_at: int | None = None
    stale: bool = False
    card: Card | None = None
    published_segments: frozenset[str] = frozenset()
    published_as: str = ""
    published_at: int = 0
    held: Memberships | None = None
    is_former: bool = False
    rule_set: int = 0
    due: int | None = None
    flips: bytes | None = None
    page_reader: "PageReader | None" = field(default=None, compare=False, repr=False)
    ledger_reader: "LedgerReader | None" = field(default=None, compare=False, repr=False)
    stored_fold: Any = field(default=None, compare=False, repr=False)
    keeps_fold: bool = field(default=False, compare=False, repr=False)

    @property
    def owner(self) -> str | None:
        """Return the id of the profile that owns this one; None for a canonical profile."""
        if not self.claimers:
            return None
        return owner_of(self.claimers, self._public_until)

    @property
    def _public_until(self) -> float:
        """Return the time (received, epoch ms) until which claims of public sources count."""
        if self.shared is not None:
            return -math.inf
        of_a_browser = self.identity is not None and self.identity.type == ANONYMOUS_ID
        if not self.joins_closed or self.established is None or of_a_browser:
            return math.inf
        return self.established

    @property
    def is_joined_publicly(self) -> bool:
        """Return whether only a public source joined it to its owner. A browser's id may always be joined."""
        claimer = self.claimers.get(self.owner or "")
        if claimer is None or (self.identity is not None and self.identity.type == ANONYMOUS_ID):
            return False
        return claimer.claim.rank is Rank.PUBLIC

    @property
    def claimed(self) -> dict[Identity, Claim]:
        """Return the claims that hold: those of events, with decisions by hand applied."""
        return claimed_by(self.claims, self.links)

    @property
    def claimed_identities(self) -> Set[Identity]:
        """Return the identities of the claims that hold."""
        return self.claimed.keys() if self.links else self.claims.keys()

    @property
    def counts(self) -> Counts:
        """Return the counts of the whole log, without metrics."""
        return self.daily.totals

    def read_pages(self, first_day: int | None) -> None:
        """Load the counts of a UTC day and of all later ones; None: of all days.

        Raises PagesNotReadError if no page reader is set, VersionConflictError if the profile has changed
        since.
        """
        self.daily.read_from(first_day, self.page_reader and partial(self.page_reader, self))

    @property
    def ledger_pages(self) -> ReadLedger | None:
        """Return the reader of the pages of its ledger, or None if there is none."""
        return partial(self.ledger_reader, self) if self.ledger_reader else None

    def all_entries(self) -> Page:
        """Return the whole ledger, inline and in pages. Raises as `read_pages` does."""
        return self.ledger.all(self.ledger_pages)

    def part(self, register: str, rank: Rank) -> Register:
        """Return the values of a register that count against the budget of a rank."""
        own: Register = getattr(self, register)
        return own if rank is Rank.PUBLIC else self.ranked.get((register, rank), {})

    def keep(self, register: str, rank: Rank, name: str, value: Stamped) -> None:
        """Store a value of a name within the budget of a rank: the last write wins."""
        own: Register = getattr(self, register)
        part = own if rank is Rank.PUBLIC else self.ranked.setdefault((register, rank), {})
        part[name] = later(part.get(name), value)

    def parts(self, register: str) -> Iterator[tuple[Rank, Register]]:
        """Yield all values of a register, by the rank of their budget."""
        yield Rank.PUBLIC, getattr(self, register)
        for (name, rank), part in self.ranked.items():
            if name == register:
                yield rank, part

    def empty(self, register: str) -> None:
        """Clear a register in all ranks."""
        setattr(self, register, {})
        self.ranked = {place: part for place, part in self.ranked.items() if place[0] != register}

    def is_erased(self, activity: Activity) -> bool:
        """Return whether this activity was received or occurred before the erasure, so that it must not restore the
        person.
        """
        return self.erased_at is not None and activity.since <= self.erased_at


PageReader = Callable[[ProfileState, int, int], Mapping[int, Block]]
"""Reads the stored pages of a profile, from one block number to another.

Raises VersionConflictError if the stored profile is another version than the one that was read.
"""

LedgerReader = Callable[[ProfileState, int, int], Mapping[int, Page]]
"""Reads the stored pages of its ledger, and raises the same error."""
