"""Claims: who is who, settled so that the order of arrival does not matter.

In an activity that carries several identities the strongest claims the others. The earliest claim on a profile
wins, so the profiles of one person form a small tree whose root is the canonical profile.

People link and unlink by hand, and their word beats what events say. Every claim, an event's or a hand-made one, goes
from the stronger identity to the weaker, and from the smaller profile id to the larger where both are of one type:
so there are no circles, whatever is claimed in whatever order.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from crm.domain.activity import Stamp
from crm.domain.identity import EMAIL, PHONE, Identity

MAX_PER_TYPE = {EMAIL: 5, PHONE: 5}
MAX_CLAIMS = 100
MAX_NOTED_REFUSALS = 100

Claims = dict[Identity, Stamp]
"""What a profile claims, each with the stamp of its earliest activity that says so."""


class Link(NamedTuple):
    """What people said of two profiles, and when: `linked` False keeps them apart whatever events claim."""

    linked: bool
    stamp: Stamp


Links = dict[Identity, Link]
"""What people said of a profile and others, by the other's identity: the last word counts."""


class Claim(NamedTuple):
    """That one profile claims another: since when, and whether a person said so."""

    stamp: Stamp
    by_hand: bool


@dataclass(frozen=True, slots=True)
class Claimer:
    """One who claims a profile. `noted`: the conflict that this claim lost is in the logs of both."""

    identity: Identity
    stamp: Stamp
    noted: bool = False
    by_hand: bool = False

    @property
    def claim(self) -> Claim:
        return Claim(self.stamp, self.by_hand)


def add_link(links: Links, identity: Identity, said: Link) -> None:
    """The latest word stays; of two with one stamp, that they are one person."""
    links[identity] = max(said, links.get(identity, said), key=lambda link: (link.stamp, link.linked))


def claimed_by(claims: Claims, links: Links) -> dict[Identity, Claim]:
    """What a profile claims in the end: what its events say, and what people say over that."""
    claimed = {identity: Claim(stamp, by_hand=False) for identity, stamp in claims.items()}
    for identity, link in links.items():
        if link.linked:
            claimed[identity] = Claim(link.stamp, by_hand=True)
        else:
            claimed.pop(identity, None)
    return claimed


def add_claim(claims: Claims, identity: Identity, stamp: Stamp) -> None:
    """The earliest stamp stays."""
    claims[identity] = min(stamp, claims.get(identity, stamp))


def limit_claims(claims: Claims, id_of: Callable[[Identity], str]) -> tuple[Claims, Claims]:
    """Those within the limits, earliest first, and those refused because junk would glue strangers together."""
    kept: Claims = {}
    refused: Claims = {}
    seen: Counter[str] = Counter()
    for identity, stamp in sorted(claims.items(), key=lambda claim: (claim[1], id_of(claim[0]))):
        seen[identity.type] += 1
        within = seen[identity.type] <= MAX_PER_TYPE.get(identity.type, MAX_CLAIMS) and len(kept) < MAX_CLAIMS
        (kept if within else refused)[identity] = stamp
    return kept, refused


def owner_of(claimers: Mapping[str, Claimer]) -> str | None:
    """Id of the profile that people linked last, else of the one with the earliest claim; None where nobody claims."""
    by_hand = [id_ for id_, claimer in claimers.items() if claimer.by_hand]
    if by_hand:
        return max(by_hand, key=lambda id_: (claimers[id_].stamp, id_))
    return min(claimers, key=lambda id_: (claimers[id_].stamp, id_), default=None)
