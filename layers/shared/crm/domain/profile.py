"""What a log folds into: the state of one profile, and how two words on one thing are settled."""

import json
import math
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field, fields, replace
from functools import partial
from operator import attrgetter
from typing import Any

from crm.domain.activity import Activity, Stamp
from crm.domain.claims import (
    Claim,
    Claimers,
    Claims,
    Links,
    best_of,
    claimed_by,
    is_crowded,
    mark_of,
    owner_of,
)
from crm.domain.counts import Counts
from crm.domain.daily.block import Block
from crm.domain.daily.daily_counts import DailyCounts
from crm.domain.identity import ANONYMOUS_ID, Identity
from crm.domain.ledger.book import Ledger
from crm.domain.ledger.book import ReadPages as ReadLedger
from crm.domain.ledger.entry import Page
from crm.domain.memberships import Memberships, listed_id, segments_of
from crm.domain.trust import Rank


@dataclass(frozen=True, slots=True)
class Stamped:
    """A value and the moment it was said: of two, the later wins."""

    value: Any
    stamp: Stamp


class LeftOut(Stamped):
    """Stands for a value that was too large to be kept: it is None, and says that there was one."""

    __slots__ = ()


Register = dict[str, Stamped]
"""Last write wins, per key. The value None says that the key was emptied."""


@dataclass(slots=True)
class ProfileState:
    """What the log of one identity folds into, and the profile's place among the profiles of one person.

    `consents` are granted or denied; `pending` are those that were requested and need a confirmation, by the same keys
    (`crm.domain.card.consents_of` settles both).
    `by_name`: of a weak identity, its attributes by the name that came with them (`crm.domain.weak_attributes`).
    `claims`: the identities its events claim. `links`: decisions by hand about it and others. `noted`: marks
    (`mark_of`) of the claims that it lost without a place among the claimers, and whose conflicts are noted;
    `unnoted`: those to be noted yet, each with its time and reason. `dropped`: claims given up, `released`: profiles
    (ids) that own this one no more; their trees are not brought up to date yet.
    `claimers`: the profiles that claim this one, by id. `established`: when the first activity of its own log was
    received that did not come from a public source. `shared`: since when so many claim it that claims of public
    sources count no more. `joins_closed`: what others have established, no public source may join.
    `skew`: smallest and largest `occurred_at - original_at`, ms.
    `ranked`: what a rank with a budget of its own said, by register and rank; the registers themselves hold the rest.
    `left_out`: some of the names that are over a budget. `rules`: the version of the rules by which it was folded.
    `first_seen` is of any activity, `last_seen` of the customer's own. `erased_at`: what came or happened until then
    is gone, and stays gone. `stale`: the whole log must be folded again.
    `version` is 0 until the profile is stored. `card` is what the list shows of a canonical profile, else None. `told`:
    the segments (ids) that the log says it is in, once the stream of the stored version is read; `told_as`: the id
    under which others were told of them (empty: its own), `told_at`: when that was stored last (epoch ms, 0: never).
    `held`: the memberships that the index really holds, where the next save must say so to have them repaired.
    `is_former`: stored by a version before, whose index entries are brought up by the next save. `catalogue`: the
    version of the definitions by which it was counted and judged. `due`: the instant (epoch ms) at which time alone may
    change the segments that it is in, `flips`: that of each of them, where it is known. `daily`: what its log counted;
    `ledger`: orders and other objects that count once. `page_reader` and `ledger_reader` read what is not inline of
    both. `last_transaction_at` is of orders without a key. `stored_fold`: what the table holds of all that follows from
    the log; where `keeps_fold` is set, that is stored again as it is.
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
    card: dict[str, Any] | None = None
    told: frozenset[str] = frozenset()
    told_as: str = ""
    told_at: int = 0
    held: Memberships | None = None
    is_former: bool = False
    catalogue: int = 0
    due: int | None = None
    flips: bytes | None = None
    page_reader: "PageReader | None" = field(default=None, compare=False, repr=False)
    ledger_reader: "LedgerReader | None" = field(default=None, compare=False, repr=False)
    stored_fold: Any = field(default=None, compare=False, repr=False)
    keeps_fold: bool = field(default=False, compare=False, repr=False)

    @property
    def owner(self) -> str | None:
        """Id of the profile that owns this one; None for a canonical profile."""
        if not self.claimers:
            return None
        return owner_of(self.claimers, self._public_until)

    @property
    def _public_until(self) -> float:
        """Until when (received, epoch ms) claims of public sources count."""
        if self.shared is not None:
            return -math.inf
        of_a_browser = self.identity is not None and self.identity.type == ANONYMOUS_ID
        if not self.joins_closed or self.established is None or of_a_browser:
            return math.inf
        return self.established

    @property
    def is_joined_publicly(self) -> bool:
        """Whether it belongs to its owner by a public source's word alone. A browser's id may always be joined."""
        claimer = self.claimers.get(self.owner or "")
        if claimer is None or (self.identity is not None and self.identity.type == ANONYMOUS_ID):
            return False
        return claimer.claim.rank is Rank.PUBLIC

    @property
    def claimed(self) -> dict[Identity, Claim]:
        """What it claims in the end."""
        return claimed_by(self.claims, self.links)

    @property
    def claimed_identities(self) -> Set[Identity]:
        """The identities that it claims in the end."""
        return self.claimed.keys() if self.links else self.claims.keys()

    @property
    def counts(self) -> Counts:
        """Of its whole log, without metrics."""
        return self.daily.totals

    def read_pages(self, first_day: int | None) -> None:
        """Have what its log counted on a UTC day and later ones at hand; None: on all days.

        Raises PagesNotReadError where nothing reads pages, VersionConflictError where the profile has changed since.
        """
        self.daily.read_from(first_day, self.page_reader and partial(self.page_reader, self))

    @property
    def ledger_pages(self) -> ReadLedger | None:
        """What reads pages of its ledger, where anything does."""
        return partial(self.ledger_reader, self) if self.ledger_reader else None

    def all_entries(self) -> Page:
        """Of the whole ledger, wherever it is kept. Raises as `read_pages` does."""
        return self.ledger.all(self.ledger_pages)

    def part(self, register: str, rank: Rank) -> Register:
        """What is kept of a register within the budget of a rank."""
        own: Register = getattr(self, register)
        return own if rank is Rank.PUBLIC else self.ranked.get((register, rank), {})

    def keep(self, register: str, rank: Rank, name: str, said: Stamped) -> None:
        """Put what was said of a name within the budget of a rank: the last word stays."""
        own: Register = getattr(self, register)
        part = own if rank is Rank.PUBLIC else self.ranked.setdefault((register, rank), {})
        part[name] = later(part.get(name), said)

    def parts(self, register: str) -> Iterator[tuple[Rank, Register]]:
        """All that is kept of a register, by budget."""
        yield Rank.PUBLIC, getattr(self, register)
        for (name, rank), part in self.ranked.items():
            if name == register:
                yield rank, part

    def empty(self, register: str) -> None:
        """Forget all that is kept of a register."""
        setattr(self, register, {})
        self.ranked = {place: part for place, part in self.ranked.items() if place[0] != register}

    def leaves_out_attributes(self) -> bool:
        """Whether an attribute's name is over a budget, or its value was too large."""
        if any(budget.startswith("attributes.") for budget in self.left_out):
            return True
        return any(
            isinstance(held, LeftOut) for _, part in self.parts("attributes") for held in part.values()
        )

    def copy(self) -> "ProfileState":
        """An independent copy: folding into it leaves this one as it is."""
        made = ProfileState(*_VALUES(self))
        for name in _DICTS:
            setattr(made, name, getattr(self, name).copy())
        made.ranked = {place: dict(register) for place, register in self.ranked.items()}
        made.left_out = {budget: set(names) for budget, names in self.left_out.items()}
        made.daily, made.ledger, made.keeps_fold = self.daily.copy(), self.ledger.copy(), False
        return made

    def keep_fold_of(self, held: "ProfileState") -> None:
        """Have what is stored of the fold of the same profile stored again, if nothing of it has changed."""
        same = held.stored_fold is not None and all(
            getattr(self, name) == getattr(held, name) for name in _FOLDED
        )
        self.stored_fold, self.keeps_fold = held.stored_fold, same

    def without_log(self) -> "ProfileState":
        """The state before its log was read: to be folded again from the beginning."""
        return ProfileState(
            self.id,
            self.identity,
            self.version,
            noted=frozenset() if self.erased_at else self.noted,
            unnoted={} if self.erased_at else dict(self.unnoted),
            dropped=self.dropped,
            released=self.released,
            claimers=dict(self.claimers),
            shared=None if self.erased_at else self.shared,
            joins_closed=self.joins_closed,
            erased_at=self.erased_at,
            card=self.card,
            told=self.told,
            told_as=self.told_as,
            told_at=self.told_at,
            held=self.held,
            is_former=self.is_former,
            due=self.due,
            page_reader=self.page_reader,
            ledger_reader=self.ledger_reader,
        )

    def limit_claimers(self) -> None:
        """Keep the claimers within their bound. From too many on the identity is shared, since the latest claim.

        The former owner and this profile itself are `released` then: the cards of both say something else.
        """
        if not self.claimers:
            return
        former = self.owner
        if self.shared is None and is_crowded(self.claimers):
            claims = (claimer.claim for claimer in self.claimers.values())
            self.shared = max(claim.stamp[0] for claim in claims if not claim.by_hand)
            self.released |= {self.id}
        kept = best_of(self.claimers, shared=self.shared is not None)
        if len(kept) < len(self.claimers):
            self.released |= {self.id}
        self.claimers = kept
        if former is not None and former != self.owner:
            self.released |= {former}

    def finish(self, done: "ProfileState", noted: Collection[str]) -> None:
        """Forget what had to follow from the state `done`, now that it has; `noted`: ids of claimers that lost."""
        self.dropped -= done.dropped
        self.released -= done.released
        self.noted |= {mark_of(identity) for identity in done.unnoted}
        self.unnoted = {i: why for i, why in self.unnoted.items() if i not in done.unnoted}
        for id_ in noted:
            if id_ in self.claimers and id_ != self.owner:
                self.claimers[id_] = replace(self.claimers[id_], noted=True)

    @property
    def is_told_anew(self) -> bool:
        """Whether the next version is in other segments than others were told of, or in them under another id."""
        now = segments_of(self.card)
        renamed = bool(now and self.told) and listed_id(self.card, self.id) != (self.told_as or self.id)
        return now != self.told or renamed

    def stored(self, at: int = 0) -> None:
        """Be the version that was just stored, at this instant (epoch ms)."""
        self.version += 1
        self.daily.dirty.clear()
        self.ledger.dirty.clear()
        self.told_at = at if self.is_told_anew else self.told_at
        self.told, self.told_as = segments_of(self.card), self.card.get("id", "") if self.card else ""
        self.held, self.is_former = None, False
        self.stored_fold, self.keeps_fold = None, False

    def forget_lost(self, identities: Collection[Identity]) -> bool:
        """Take these out of what is remembered of lost claims; whether anything was."""
        marks = {mark_of(identity) for identity in identities} & self.noted
        pending = self.unnoted.keys() & set(identities)
        self.noted -= marks
        self.unnoted = {i: why for i, why in self.unnoted.items() if i not in pending}
        return bool(marks or pending)

    def is_erased(self, activity: Activity) -> bool:
        """Whether this activity came or happened before the person was erased: it must not bring anybody back."""
        return self.erased_at is not None and activity.since <= self.erased_at

    def forget_identity(self) -> None:
        """Of an erased profile that nothing has happened to since, and that nobody claims, only the id is left."""
        if self.erased_at is not None and self.first_seen is None and not self.claimers:
            self.identity = None


_NOT_FOLDED = {
    "id",
    "version",
    "card",
    "told",
    "told_as",
    "told_at",
    "held",
    "is_former",
    "catalogue",
    "due",
    "flips",
    "page_reader",
    "ledger_reader",
    "stored_fold",
    "keeps_fold",
}
_VALUES = attrgetter(*(each.name for each in fields(ProfileState)))
_DICTS = (
    "attributes",
    "by_name",
    "groups",
    "consents",
    "pending",
    "tags",
    "classes",
    "fields",
    "claims",
    "links",
    "unnoted",
    "claimers",
)
_FOLDED = tuple(each.name for each in fields(ProfileState) if each.name not in _NOT_FOLDED)
PageReader = Callable[[ProfileState, int, int], Mapping[int, Block]]
"""Reads the stored pages of a profile, from one number of a block to another. Raises VersionConflictError where the
profile is not any more what was read.
"""

LedgerReader = Callable[[ProfileState, int, int], Mapping[int, Page]]
"""The same of the pages of its ledger."""


def merge_registers(registers: Iterable[Register]) -> Register:
    """Per key the value said last."""
    merged: Register = {}
    for register in registers:
        if not merged:
            merged = dict(register)
            continue
        for key, held in register.items():
            merged[key] = later(merged.get(key), held)
    return merged


def later(held: Stamped | None, said: Stamped) -> Stamped:
    """The one said last. Copies of one message id can bear one stamp and two values: then the text decides."""
    if held is None or held.stamp < said.stamp:
        return said
    if held.stamp == said.stamp and _canonical(held) < _canonical(said):
        return said
    return held


def _canonical(said: Stamped) -> tuple[bool, str]:
    text = json.dumps(said.value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return not isinstance(said, LeftOut), text
