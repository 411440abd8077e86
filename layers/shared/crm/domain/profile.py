"""The fold: what one log says. Pure, idempotent, commutative: any order and any repetition end in the same state."""

import json
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any

from crm.domain.activity import SYSTEM_PREFIX, Activity, Stamp, is_own
from crm.domain.claims import Claim, Claimer, Claims, Link, Links, add_claim, add_link, claimed_by, owner_of
from crm.domain.counts import DAY, ORDER_COMPLETED, Counts, Slice, cut, ranges_of, replace_slices, whole
from crm.domain.effects import REGISTERS, consents_in, links_in
from crm.domain.identity import Identity
from crm.domain.memberships import Memberships, memberships_of
from crm.domain.times import day_of


@dataclass(frozen=True, slots=True)
class Stamped:
    """A value and the moment it was said: of two, the later wins."""

    value: Any
    stamp: Stamp


Register = dict[str, Stamped]
"""Last write wins, per key. The value None says that the key was emptied."""


@dataclass(slots=True)
class ProfileState:
    """What the log of one identity folds into, and the profile's place among the profiles of one person.

    `claims`: the identities its events claim. `links`: what people said of it and others. `refused`: claims over the
    limits that are noted as conflicts. `dropped`: claims given up, whose trees are not brought up to date yet.
    `claimers`: who claims this one, by profile id. `skew`: smallest and largest `occurred_at - original_at`, ms.
    `first_seen` is of any activity, `last_seen` of the customer's own. `erased_at`: what came or happened until then
    is gone, and stays gone. `stale`: the whole log must be folded again.
    `version` is 0 until the profile is stored. `card` is what the list shows of a canonical profile, else None;
    `listed`: the groups and orders that the index lists it in, as it is stored.
    """

    id: str
    identity: Identity | None = None
    version: int = 0
    attributes: Register = field(default_factory=dict)
    groups: Register = field(default_factory=dict)
    consents: Register = field(default_factory=dict)
    tags: Register = field(default_factory=dict)
    classes: Register = field(default_factory=dict)
    fields: Register = field(default_factory=dict)
    environment: Stamped | None = None
    first_seen: int | None = None
    last_seen: int | None = None
    last_transaction_at: int | None = None
    skew: tuple[int, int] = (0, 0)
    slices: list[Slice] = field(default_factory=list)
    claims: Claims = field(default_factory=dict)
    links: Links = field(default_factory=dict)
    refused: frozenset[Identity] = frozenset()
    dropped: frozenset[Identity] = frozenset()
    claimers: dict[str, Claimer] = field(default_factory=dict)
    erased_at: int | None = None
    stale: bool = False
    card: dict[str, Any] | None = None
    listed: Memberships = field(default_factory=dict)

    @property
    def owner(self) -> str | None:
        """Id of the profile that owns this one; None for a canonical profile."""
        return owner_of(self.claimers)

    @property
    def claimed(self) -> dict[Identity, Claim]:
        """What it claims in the end."""
        return claimed_by(self.claims, self.links)

    @property
    def lags(self) -> bool:
        """Whether the index lists it otherwise than the card says: not everything fitted in one transaction."""
        return self.listed != memberships_of(self.card)

    @property
    def counts(self) -> Counts:
        total = Counts()
        for piece in self.slices:
            total = total + piece.counts
        return total

    def copy(self) -> "ProfileState":
        """An independent copy: folding into it leaves this one as it is."""
        return replace(
            self,
            attributes=dict(self.attributes),
            groups=dict(self.groups),
            consents=dict(self.consents),
            tags=dict(self.tags),
            classes=dict(self.classes),
            fields=dict(self.fields),
            slices=list(self.slices),
            claims=dict(self.claims),
            links=dict(self.links),
            claimers=dict(self.claimers),
        )

    def without_log(self) -> "ProfileState":
        """The state before its log was read: to be folded again from the beginning."""
        return ProfileState(
            self.id,
            self.identity,
            self.version,
            refused=frozenset() if self.erased_at else self.refused,
            dropped=self.dropped,
            claimers=dict(self.claimers),
            erased_at=self.erased_at,
            card=self.card,
            listed=self.listed,
        )

    def is_erased(self, activity: Activity) -> bool:
        """Whether this activity came or happened before the person was erased: it must not bring anybody back."""
        return self.erased_at is not None and activity.since <= self.erased_at

    def forget_identity(self) -> None:
        """Of an erased profile that nothing has happened to since, and that nobody claims, only the id is left."""
        if self.erased_at is not None and self.first_seen is None and not self.claimers:
            self.identity = None


def ranges_to_read(state: ProfileState, minutes: Iterable[int]) -> list[tuple[int, int]]:
    """Ranges of minutes `[start, end)` of the log to fold again after something happened in these minutes."""
    return ranges_of(state.slices, set(minutes))


def fold_ranges(
    state: ProfileState, ranges: Collection[tuple[int, int]], read: Callable[[int, int], Iterable[Activity]]
) -> None:
    """Fold the log of these ranges into the state. `read(start, end)` answers all that is keyed on them, in order."""
    fresh: list[Slice] = []
    newest = max([end for _, end in ranges] + [piece.end for piece in state.slices], default=0)
    for start, end in ranges:
        # Only the newest is read with every event. An old one that was cut again would never come to rest.
        divide = cut if end == newest else whole
        _fold_slices(state, divide(start, end, read(start, end)), fresh)
    state.slices = replace_slices(state.slices, ranges, fresh)


def fold_all(state: ProfileState, activities: Iterable[Activity]) -> None:
    """Fold a whole log, in the order of its keys, into a state made by `without_log`."""
    fresh: list[Slice] = []
    for day, of_day in groupby(activities, key=lambda activity: day_of(activity.original_at)):
        _fold_slices(state, cut(day * DAY, (day + 1) * DAY, of_day), fresh)
    state.slices = replace_slices([], [], fresh)


def _fold_slices(state: ProfileState, counted: Iterable[tuple[Slice, Activity]], fresh: list[Slice]) -> None:
    for piece, activity in counted:
        if not fresh or fresh[-1] is not piece:
            fresh.append(piece)
        _fold_one(state, activity)


def _fold_one(state: ProfileState, activity: Activity) -> None:
    state.identity = activity.identities[0]
    if activity.type.startswith(SYSTEM_PREFIX):
        return
    _fold_times(state, activity)
    _fold_said(state, activity)
    if activity.effects:
        _fold_effects(state, activity.effects, activity.stamp)
    for identity in activity.identities[1:]:
        add_claim(state.claims, identity, activity.stamp)


def _fold_times(state: ProfileState, activity: Activity) -> None:
    at = activity.occurred_at
    state.first_seen = at if state.first_seen is None else min(state.first_seen, at)
    if is_own(activity):
        state.last_seen = at if state.last_seen is None else max(state.last_seen, at)
    if activity.type == "track" and activity.name == ORDER_COMPLETED:
        state.last_transaction_at = max(state.last_transaction_at or 0, at)
    skew = at - activity.original_at
    state.skew = (min(state.skew[0], skew), max(state.skew[1], skew))


def _fold_said(state: ProfileState, activity: Activity) -> None:
    stamp = activity.stamp
    if activity.type == "identify":
        for name, value in activity.properties.items():
            _set(state.attributes, name, value, stamp)
    elif activity.type == "group" and activity.name:
        _set(state.groups, activity.name, activity.properties, stamp)
    for key, consent in consents_in(activity).items():
        # What was shown when it was given stays in the log: it is long, and a profile is written often.
        _set(state.consents, key, {name: consent[name] for name in consent if name != "proof"}, stamp)
    environment = activity.context.get("environment")
    if environment:
        state.environment = later(state.environment, Stamped(environment, stamp))


def _fold_effects(state: ProfileState, effects: dict[str, Any], stamp: Stamp) -> None:
    for register in REGISTERS:
        for key, value in effects.get(register, {}).items():
            _set(getattr(state, register), key, value, stamp)
    for identity, linked in links_in(effects).items():
        add_link(state.links, identity, Link(linked, stamp))


def _set(register: Register, key: str, value: Any, stamp: Stamp) -> None:
    register[key] = later(register.get(key), Stamped(value, stamp))


def later(held: Stamped | None, said: Stamped) -> Stamped:
    """The one said last. Copies of one message id can bear one stamp and two values: then the text decides."""
    if held is None or held.stamp < said.stamp:
        return said
    if held.stamp == said.stamp and _canonical(held.value) < _canonical(said.value):
        return said
    return held


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
