"""Claims: who is who, settled so that the order of arrival does not matter.

In an activity that carries several identities the strongest claims the others. The earliest claim on a profile
wins, so the profiles of one person form a small tree whose root is the canonical profile.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from crm.domain.activity import Stamp
from crm.domain.identity import EMAIL, PHONE, Identity

MAX_PER_TYPE = {EMAIL: 5, PHONE: 5}
MAX_CLAIMS = 100
MAX_NOTED_REFUSALS = 100

Claims = dict[Identity, Stamp]
"""What a profile claims, each with the stamp of its earliest activity that says so."""


@dataclass(frozen=True, slots=True)
class Claimer:
    """One who claims a profile. `noted`: the conflict that this claim lost is in the logs of both."""

    identity: Identity
    stamp: Stamp
    noted: bool = False


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
    """Id of the profile whose claim is the earliest; None where nobody claims."""
    if not claimers:
        return None
    return min(claimers, key=lambda id_: (claimers[id_].stamp, id_))
