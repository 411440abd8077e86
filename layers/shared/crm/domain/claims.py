"""Claims: identity resolution that does not depend on the order in which logs are projected.

In an activity that carries several identities the strongest claims the others. Among the claims on one profile the
rank of the source decides, then time: the earliest claim wins (`Evidence.order`). The profiles of one person so form
a small tree whose root is the canonical profile.

Users link and unlink by hand, and their links outrank what events claim. Every claim, by an event or by hand, goes
from the stronger identity to the weaker, and from the smaller profile id to the larger where both are of one type: so
no order of claims makes a cycle.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from crm.domain.identity import EMAIL, PHONE, Identity
from crm.domain.json_text import size_of
from crm.domain.trust import Rank

if TYPE_CHECKING:
    from crm.domain.activity import Activity

_Stamp = tuple[int, str]

MAX_PER_TYPE = {EMAIL: 5, PHONE: 5}
MAX_CLAIMS = 100
MAX_LONG = 8
"""Maximum claims on identities of other types of more than LONG bytes as JSON: devices and cards have short ids."""

LONG = 100
MAX_NOTED = 100
"""Maximum lost claims that a profile remembers as recorded; further ones are not recorded."""

MAX_RIVALS = 10
"""Maximum profiles that may claim an identity in addition to its owner. One more makes the identity shared."""


class ClaimEvidence(NamedTuple):
    """The reason why a profile claims another. Merge with `add_evidence`.

    `stamp`: when the best evidence was received (public sources: a client chooses its own clock) or when it occurred
    (all others), with its message id. `since`: the earliest time of any evidence, for erasures. Epoch ms.
    """

    rank: Rank
    stamp: _Stamp
    since: int

    @property
    def order(self) -> tuple[int, _Stamp]:
        """Return the sort key: the better evidence comes first."""
        return (-self.rank, self.stamp)


Claims = dict[Identity, ClaimEvidence]
"""The claims of a profile by its events."""


class IdentityLink(NamedTuple):
    """A decision by hand about two profiles, with its time.

    With `linked` False they stay separate whatever events claim.
    """

    linked: bool
    stamp: _Stamp


Links = dict[Identity, IdentityLink]
"""Decisions by hand about a profile and others, by the other's identity: the last one counts."""


class Claim(NamedTuple):
    """A claim of one profile on another. `by_hand`: a link, which outranks all claims of events."""

    stamp: _Stamp
    rank: Rank
    by_hand: bool

    @property
    def order(self) -> tuple[int, _Stamp]:
        """Return the sort key of claims of events: the better claim comes first."""
        return (-self.rank, self.stamp)


@dataclass(frozen=True, slots=True)
class Claimer:
    """A profile that claims another.

    `first`: the time of the claim when it was first kept (epoch ms), under which its conflict is recorded. `noted`:
    the conflict that this claim lost is recorded in the logs of both. `unranked`: the claim was kept by an earlier
    version, which had no ranks.
    """

    identity: Identity
    claim: Claim
    first: int
    noted: bool = False
    unranked: bool = False


Claimers = dict[str, Claimer]
"""Claimers by profile id."""


def evidence_of(activity: "Activity") -> ClaimEvidence:
    """Return the evidence that this activity is for each of its weaker identities."""
    rank = activity.rank
    at = activity.received_at if rank is Rank.PUBLIC else activity.occurred_at
    return ClaimEvidence(rank, (at, activity.stamp[1]), activity.since)


def add_evidence(claims: Claims, identity: Identity, evidence: ClaimEvidence) -> None:
    """Keep the better evidence, and the earlier `since`."""
    held = claims.get(identity, evidence)
    better = min(held, evidence, key=lambda one: one.order)
    claims[identity] = better._replace(since=min(held.since, evidence.since))


def mark_of(identity: Identity) -> str:
    """Return the mark of a lost claim: 16 hex digits, whatever the length of the identity."""
    return hashlib.blake2b(f"{identity.type}:{identity.value}".encode(), digest_size=8).hexdigest()


def add_link(links: Links, identity: Identity, link: IdentityLink) -> None:
    """Keep the latest decision; of two with one stamp, the link."""
    links[identity] = max(link, links.get(identity, link), key=lambda one: (one.stamp, one.linked))


def claimed_by(claims: Claims, links: Links) -> dict[Identity, Claim]:
    """Return the claims that hold: those of events, with decisions by hand applied."""
    claimed = {i: Claim(evidence.stamp, evidence.rank, by_hand=False) for i, evidence in claims.items()}
    for identity, link in links.items():
        if link.linked:
            claimed[identity] = Claim(link.stamp, Rank.BY_HAND, by_hand=True)
        else:
            claimed.pop(identity, None)
    return claimed


def limit_claims(claims: Claims, id_of: Callable[[Identity], str]) -> tuple[Claims, Claims]:
    """Split claims into those within the limits, best first, and those refused: junk would link strangers."""
    kept: Claims = {}
    refused: Claims = {}
    # A limit of total bytes would depend on the order of arrival: one that no longer fits may have displaced others.
    seen: Counter[str] = Counter()
    for identity, evidence in sorted(claims.items(), key=lambda claim: (claim[1].order, id_of(claim[0]))):
        kind, most = _limit_of(identity)
        seen[kind] += 1
        within = seen[kind] <= most and len(kept) < MAX_CLAIMS
        (kept if within else refused)[identity] = evidence
    return kept, refused


def _limit_of(identity: Identity) -> tuple[str, int]:
    """Return the kind by which an identity is counted, and how many of that kind are kept."""
    if identity.type in MAX_PER_TYPE:
        return identity.type, MAX_PER_TYPE[identity.type]
    return ("long", MAX_LONG) if size_of(identity.value) > LONG else ("short", MAX_CLAIMS)


def owner_of(claimers: Mapping[str, Claimer], public_until: float) -> str | None:
    """Return the id of the profile that was linked last by hand, else of the best claim of events; None if no
    claim counts.

    `public_until`: claims of public sources received later than this (epoch ms) do not count.
    """
    if not claimers:
        return None
    by_hand = [id_ for id_, claimer in claimers.items() if claimer.claim.by_hand]
    if by_hand:
        return max(by_hand, key=lambda id_: (claimers[id_].claim.stamp, id_))
    counting = [
        id_
        for id_, claimer in claimers.items()
        if claimer.claim.rank > Rank.PUBLIC or claimer.claim.stamp[0] <= public_until
    ]
    return min(counting, key=lambda id_: (claimers[id_].claim.order, id_), default=None)


def is_crowded(claimers: Mapping[str, Claimer]) -> bool:
    """Return whether so many profiles claim one that it is shared: a kiosk's device, `info@...`, a placeholder."""
    return sum(not claimer.claim.by_hand for claimer in claimers.values()) > MAX_RIVALS


def best_of(claimers: Mapping[str, Claimer], *, shared: bool) -> Claimers:
    """Return the claimers to keep: links, and the best claims of events; for a shared identity, no public ones."""
    kept = {id_: claimer for id_, claimer in claimers.items() if claimer.claim.by_hand}
    events = [
        id_
        for id_, claimer in claimers.items()
        if id_ not in kept and not (shared and claimer.claim.rank is Rank.PUBLIC)
    ]
    ordered = sorted(events, key=lambda id_: (claimers[id_].claim.order, id_))
    return kept | {id_: claimers[id_] for id_ in ordered[: MAX_RIVALS + 1]}


def would_keep(claimers: Mapping[str, Claimer], id_: str, claim: Claim, *, shared: bool) -> bool:
    """Return whether a new claim by the profile `id_` gets a place among the claimers, or makes the identity shared."""
    if claim.by_hand or (len(claimers) <= MAX_RIVALS and not shared):
        return True
    return id_ in best_of({**claimers, id_: Claimer(Identity("", ""), claim, 0)}, shared=shared)
