"""Claims: who is who, settled so that the order in which logs are projected does not matter.

In an activity that carries several identities the strongest claims the others. Of the claims on one profile the rank
of the source decides, then time: the earliest claim wins (`Evidence.order`). So the profiles of one person form a small
tree whose root is the canonical profile.

People link and unlink by hand, and their links beat what events claim. Every claim, an event's or a hand-made one, goes
from the stronger identity to the weaker, and from the smaller profile id to the larger where both are of one type:
so there are no circles, whatever is claimed in whatever order.
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

Stamp = tuple[int, str]

MAX_PER_TYPE = {EMAIL: 5, PHONE: 5}
MAX_CLAIMS = 100
MAX_LONG = 8
"""Claims on identities of other types that take more than LONG bytes as JSON: devices and cards have short ids."""

LONG = 100
MAX_NOTED = 100
"""Lost claims that a profile remembers having noted; those beyond are noted nowhere."""

MAX_RIVALS = 10
"""Profiles that may claim an identity beside its owner. From one more on the identity is shared."""


class Evidence(NamedTuple):
    """Why a profile claims another. Merge with `add_evidence`.

    `stamp`: when the best evidence was received (public sources: a client chooses its own clock) or when it occurred
    (all others), and its message id. `since`: the earliest time that any evidence bears, for erasures. Epoch ms.
    """

    rank: Rank
    stamp: Stamp
    since: int

    @property
    def order(self) -> tuple[int, Stamp]:
        """Sorts the better evidence first."""
        return (-self.rank, self.stamp)


Claims = dict[Identity, Evidence]
"""What a profile claims by its events."""


class Link(NamedTuple):
    """What people decided about two profiles, and when: `linked` False keeps them apart whatever events claim."""

    linked: bool
    stamp: Stamp


Links = dict[Identity, Link]
"""Decisions by hand about a profile and others, by the other's identity: the last one counts."""


class Claim(NamedTuple):
    """That one profile claims another. `by_hand`: a link, above all that events claim."""

    stamp: Stamp
    rank: Rank
    by_hand: bool

    @property
    def order(self) -> tuple[int, Stamp]:
        """Sorts the claims of events, the better one first."""
        return (-self.rank, self.stamp)


@dataclass(frozen=True, slots=True)
class Claimer:
    """A profile that claims another.

    `first`: the time of the claim when it was first kept (epoch ms), under which its conflict is noted.
    `noted`: the conflict that this claim lost is in the logs of both. `unranked`: the version before kept the claim,
    which knew no ranks.
    """

    identity: Identity
    claim: Claim
    first: int
    noted: bool = False
    unranked: bool = False


Claimers = dict[str, Claimer]
"""By profile id."""


def evidence_of(activity: "Activity") -> Evidence:
    """The evidence that this activity is for each of its weaker identities."""
    rank = activity.rank
    at = activity.received_at if rank is Rank.PUBLIC else activity.occurred_at
    return Evidence(rank, (at, activity.stamp[1]), activity.since)


def add_evidence(claims: Claims, identity: Identity, evidence: Evidence) -> None:
    """Keep the better evidence, and the earlier `since`."""
    held = claims.get(identity, evidence)
    better = min(held, evidence, key=lambda one: one.order)
    claims[identity] = better._replace(since=min(held.since, evidence.since))


def mark_of(identity: Identity) -> str:
    """What a profile remembers of a claim that it lost: 16 hex digits, whatever the length of the identity."""
    return hashlib.blake2b(f"{identity.type}:{identity.value}".encode(), digest_size=8).hexdigest()


def add_link(links: Links, identity: Identity, link: Link) -> None:
    """Keep the latest decision; of two with one stamp, that they are one person."""
    links[identity] = max(link, links.get(identity, link), key=lambda one: (one.stamp, one.linked))


def claimed_by(claims: Claims, links: Links) -> dict[Identity, Claim]:
    """What a profile claims in the end: what its events say, and decisions by hand above that."""
    claimed = {i: Claim(evidence.stamp, evidence.rank, by_hand=False) for i, evidence in claims.items()}
    for identity, link in links.items():
        if link.linked:
            claimed[identity] = Claim(link.stamp, Rank.BY_HAND, by_hand=True)
        else:
            claimed.pop(identity, None)
    return claimed


def limit_claims(claims: Claims, id_of: Callable[[Identity], str]) -> tuple[Claims, Claims]:
    """Those within the limits, best first, and those refused because junk would glue strangers together."""
    kept: Claims = {}
    refused: Claims = {}
    # A limit of bytes in all would depend on the order of arrival: what no longer fits could have displaced others.
    seen: Counter[str] = Counter()
    for identity, evidence in sorted(claims.items(), key=lambda claim: (claim[1].order, id_of(claim[0]))):
        kind, most = _limit_of(identity)
        seen[kind] += 1
        within = seen[kind] <= most and len(kept) < MAX_CLAIMS
        (kept if within else refused)[identity] = evidence
    return kept, refused


def _limit_of(identity: Identity) -> tuple[str, int]:
    """The kind among which an identity is counted, and how many of that kind are kept."""
    if identity.type in MAX_PER_TYPE:
        return identity.type, MAX_PER_TYPE[identity.type]
    return ("long", MAX_LONG) if size_of(identity.value) > LONG else ("short", MAX_CLAIMS)


def owner_of(claimers: Mapping[str, Claimer], public_until: float) -> str | None:
    """Id of the profile that people linked last, else of the best claim of events; None where no claim counts.

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
    """Whether so many profiles claim one that it is shared: a kiosk's device, `info@...`, a placeholder."""
    return sum(not claimer.claim.by_hand for claimer in claimers.values()) > MAX_RIVALS


def best_of(claimers: Mapping[str, Claimer], *, shared: bool) -> Claimers:
    """The claimers that are kept: links, and of the claims of events the best; of a shared identity, no public ones."""
    kept = {id_: claimer for id_, claimer in claimers.items() if claimer.claim.by_hand}
    events = [
        id_
        for id_, claimer in claimers.items()
        if id_ not in kept and not (shared and claimer.claim.rank is Rank.PUBLIC)
    ]
    ordered = sorted(events, key=lambda id_: (claimers[id_].claim.order, id_))
    return kept | {id_: claimers[id_] for id_ in ordered[: MAX_RIVALS + 1]}


def would_keep(claimers: Mapping[str, Claimer], id_: str, claim: Claim, *, shared: bool) -> bool:
    """Whether a new claim by the profile `id_` gets a place among the claimers, or makes the identity a shared one."""
    if claim.by_hand or (len(claimers) <= MAX_RIVALS and not shared):
        return True
    return id_ in best_of({**claimers, id_: Claimer(Identity("", ""), claim, 0)}, shared=shared)
