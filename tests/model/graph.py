"""Naive identity resolution: each result is computed from all stored activities.

Rules 2 to 5 and 9 of `docs/correctness.md`. Shares nothing with the product but two dataclasses.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from crm.domain.activity import Activity
from crm.domain.identity import Identity

Stamp = tuple[int, str]
Pair = tuple[Identity, Identity]
LIMITS = {"email": 5, "phone": 5}
LIMIT_IN_ALL = 100
LONG, LIMIT_OF_LONG = 100, 8
"""The bytes from which an identity other than email and phone is long, and how many long ones are claimed."""


@dataclass(frozen=True)
class Claim:
    """`claimer` claims `claimed`. `rank`: 0 by public sources, 1 by trusted ones, 2 by edits; `by_hand`: by a link.

    `stamp`: when it was received, for public sources; else when it occurred.
    """

    claimer: Identity
    claimed: Identity
    rank: int
    stamp: Stamp
    by_hand: bool = False

    @property
    def order(self) -> tuple[int, Stamp]:
        return (-self.rank, self.stamp)


@dataclass(frozen=True)
class Conflict:
    """A claim that did not win, and why."""

    claimer: Identity
    claimed: Identity
    reason: str


def stamp_of(activity: Activity) -> Stamp:
    """Return the time of an activity and its message id, or a digest if the id is longer than a UUID."""
    id_ = activity.message_id
    plain = len(id_) <= 36 and not {'"', "\\"} & set(id_)
    short = id_ if plain else "~" + hashlib.blake2b(id_.encode(), digest_size=8).hexdigest()
    return activity.occurred_at, short


def links_of(activity: Activity) -> list[tuple[Identity, bool]]:
    """Return the manual links between the log's own identity and others."""
    links = (activity.effects or {}).get("links", [])
    return [(Identity(type_, value), linked) for type_, value, linked in links]


def is_evidence(activity: Activity) -> bool:
    """Return whether an activity is evidence. The system's own activities about identities are none."""
    return not activity.type.startswith("identity.")


def evidence_of(activity: Activity) -> tuple[int, Stamp]:
    """Return the sort key of an activity's claims: minus the rank, then the time of receipt (public) or occurrence."""
    if activity.source_kind != "server":
        return 0, (activity.received_at, stamp_of(activity)[1])
    by_hand = activity.source_id.startswith("key:")
    return -2 if by_hand else -1, stamp_of(activity)


class Graph:
    """Claims, owners and roots of a collection of activities."""

    def __init__(
        self, activities: Collection[Activity], namespace: uuid.UUID, shared: Collection[Identity] = ()
    ) -> None:
        self._namespace = namespace
        self.shared = set(shared)
        self.activities = [a for a in activities if is_evidence(a)]
        self.identities = {i for a in self.activities for i in a.identities}
        self.identities |= {i for a in self.activities for i, linked in links_of(a) if linked}
        self.claims = self._all_claims()
        allowed = {c for i in self.identities for c in self._allowed(i)}
        self.refused = set(self.claims) - allowed
        self.words = self._last_words()
        self.standing = self._standing(allowed)
        self.owners = self._all_owners()

    def id(self, identity: Identity) -> str:
        return str(uuid.uuid5(self._namespace, f"{identity.type}:{identity.value}"))

    def _all_claims(self) -> list[Claim]:
        pairs = {(a.identities[0], x) for a in self.activities for x in a.identities[1:]}
        claims = [Claim(s, x, *min(self._evidence(s, x))) for s, x in pairs if s != x]
        return [replace(claim, rank=-claim.rank) for claim in claims]

    def _evidence(self, claimer: Identity, claimed: Identity) -> list[tuple[int, Stamp]]:
        return [
            evidence_of(a) for a in self.activities if a.identities[0] == claimer and claimed in a.identities
        ]

    def _allowed(self, claimer: Identity) -> list[Claim]:
        own = sorted(
            (c for c in self.claims if c.claimer == claimer), key=lambda c: (c.order, self.id(c.claimed))
        )
        crowded_out = [c for t, limit in LIMITS.items() for c in _of_type(t, own)[limit:]]
        crowded_out += [c for c in own if _is_long(c.claimed)][LIMIT_OF_LONG:]
        return [c for c in own if c not in crowded_out][:LIMIT_IN_ALL]

    def _last_words(self) -> dict[Pair, tuple[Stamp, bool]]:
        """Return the latest manual decision about each pair: whether the two are linked, and when."""
        words: dict[Pair, list[tuple[Stamp, bool]]] = {}
        for activity in self.activities:
            for other, linked in links_of(activity):
                links = (stamp_of(activity), linked)
                words.setdefault((activity.identities[0], other), []).append(links)
        return {pair: max(links) for pair, links in words.items()}

    def _standing(self, allowed: set[Claim]) -> set[Claim]:
        """Return the claims that count: manual decisions override events."""
        by_hand = {
            Claim(*pair, 2, stamp, by_hand=True) for pair, (stamp, linked) in self.words.items() if linked
        }
        return by_hand | {c for c in allowed if (c.claimer, c.claimed) not in self.words}

    def _all_owners(self) -> dict[Identity, Identity]:
        claims = {x: [c for c in self.standing if c.claimed == x and self._counts(c)] for x in self.claimed()}
        return {x: self._owner(counting) for x, counting in claims.items() if counting}

    def _counts(self, claim: Claim) -> bool:
        """Return whether a claim counts: public claims of a shared identity do not."""
        return claim.rank > 0 or claim.claimed not in self.shared

    def _owner(self, claims: list[Claim]) -> Identity:
        by_hand = [c for c in claims if c.by_hand]
        if by_hand:
            return max(by_hand, key=lambda c: (c.stamp, self.id(c.claimer))).claimer
        return min(claims, key=lambda c: (c.order, self.id(c.claimer))).claimer

    def claimed(self) -> set[Identity]:
        return {c.claimed for c in self.standing}

    def ghosts(self) -> set[Identity]:
        """Return the identities without an activity, which no profile may claim."""
        named = {*self.identities, *(x for _, x in self.words)}
        alive = {a.identities[0] for a in self.activities} | {c.claimed for c in self.refused}
        return named - alive - self.claimed() - self.shared

    def root(self, identity: Identity) -> Identity:
        return self.root(self.owners[identity]) if identity in self.owners else identity

    def members(self, root: Identity) -> set[Identity]:
        return {i for i in self.identities if self.root(i) == root}

    def contested(self, members: Collection[Identity]) -> set[Identity]:
        """Return the person's identities that others claim as well, or that are shared."""
        claimed = {c.claimed for c in self.standing if c.claimer not in members}
        return {i for i in members if i in claimed or i in self.shared}

    def given(self) -> set[Identity]:
        """Return the identities that a manual decision gave to their owner."""
        return {c.claimed for c in self.standing if c.by_hand and self.owners[c.claimed] == c.claimer}

    def roots(self) -> set[Identity]:
        return {self.root(i) for i in self.identities}

    def standing_conflicts(self) -> set[Conflict]:
        """Return the conflicts that must be in the logs, in whatever order activities arrived."""
        return {
            Conflict(c.claimer, c.claimed, "limit" if c in self.refused else "overruled")
            for c in self.standing | self.refused
            if c in self.refused
            or (
                self._counts(c)
                and self.owners[c.claimed] != c.claimer
                and self.root(c.claimer) != self.root(c.claimed)
            )
        }

    def crowded(self, rivals: int) -> set[Identity]:
        """Return the identities that more than the limit of profiles claim by events."""
        claims = [c for c in self.standing if not c.by_hand]
        return {x for x in self.claimed() if sum(c.claimed == x for c in claims) > rivals}

    def conflict_message_id(self, claimer: Identity, claimed: Identity) -> str:
        digest = hashlib.sha256(f"{self.id(claimer)}|{self.id(claimed)}".encode()).hexdigest()
        return f"conflict:{digest[:16]}"


def _of_type(identity_type: str, claims: Sequence[Claim]) -> list[Claim]:
    return [c for c in claims if c.claimed.type == identity_type]


def possible_conflicts(copies: Collection[Activity]) -> set[Pair]:
    """Return the pairs that may have lost at some time, when only some of the copies had arrived.

    It can lose to a rival if the rival has evidence older than its own latest, and to a limit if
    enough other claims of its claimer can be older.
    """
    stamps: dict[Pair, list[tuple[int, Stamp]]] = {}
    by_hand: set[Pair] = set()
    for activity in filter(is_evidence, copies):
        linked = [identity for identity, links in links_of(activity) if links]
        by_hand |= {(activity.identities[0], identity) for identity in linked}
        for claimed in (*activity.identities[1:], *linked):
            stamps.setdefault((activity.identities[0], claimed), []).append(evidence_of(activity))
    return {
        pair
        for pair in stamps
        if _can_be_overruled(pair, stamps, by_hand) or _can_be_crowded_out(pair, stamps)
    }


def _can_be_overruled(pair: Pair, stamps: dict[Pair, list[tuple[int, Stamp]]], by_hand: set[Pair]) -> bool:
    return any(
        other != pair
        and other[1] == pair[1]
        and (other in by_hand or min(stamps[other]) <= max(stamps[pair]))
        for other in stamps
    )


def _can_be_crowded_out(pair: Pair, stamps: dict[Pair, list[tuple[int, Stamp]]]) -> bool:
    older = [
        other[1]
        for other in stamps
        if other != pair and other[0] == pair[0] and min(stamps[other]) <= max(stamps[pair])
    ]
    alike = [other for other in older if other.type == pair[1].type]
    if _is_long(pair[1]) and sum(map(_is_long, older)) >= LIMIT_OF_LONG:
        return True
    return len(older) >= LIMIT_IN_ALL or len(alike) >= LIMITS.get(pair[1].type, LIMIT_IN_ALL)


def _is_long(identity: Identity) -> bool:
    return identity.type not in LIMITS and len(json.dumps(identity.value, ensure_ascii=False).encode()) > LONG
