"""The claims on a profile: their limit, and the consequences of those that were lost or dropped."""

from collections.abc import Collection
from dataclasses import replace

from crm.domain.claims import best_of, is_crowded, mark_of
from crm.domain.identity import Identity
from crm.domain.profile import ProfileState


def limit_claimers(profile: ProfileState) -> None:
    """Keep the claimers within their limit. Above it the identity is shared, as of the latest claim.

    The former owner and the profile itself are then `released`: the cards of both change.
    """
    if not profile.claimers:
        return
    former = profile.owner
    if profile.shared is None and is_crowded(profile.claimers):
        claims = (claimer.claim for claimer in profile.claimers.values())
        profile.shared = max(claim.stamp[0] for claim in claims if not claim.by_hand)
        profile.released |= {profile.id}
    kept = best_of(profile.claimers, shared=profile.shared is not None)
    if len(kept) < len(profile.claimers):
        profile.released |= {profile.id}
    profile.claimers = kept
    if former is not None and former != profile.owner:
        profile.released |= {former}


def remove_completed(profile: ProfileState, done: ProfileState, noted: Collection[str]) -> None:
    """Remove the consequences of the state `done` that are completed. `noted`: ids of claimers that lost."""
    profile.dropped -= done.dropped
    profile.released -= done.released
    profile.noted |= {mark_of(identity) for identity in done.unnoted}
    profile.unnoted = {i: why for i, why in profile.unnoted.items() if i not in done.unnoted}
    for id_ in noted:
        if id_ in profile.claimers and id_ != profile.owner:
            profile.claimers[id_] = replace(profile.claimers[id_], noted=True)


def drop_lost_claims(profile: ProfileState, identities: Collection[Identity]) -> bool:
    """Remove these identities from the lost claims, and return whether any was among them."""
    marks = {mark_of(identity) for identity in identities} & profile.noted
    pending = profile.unnoted.keys() & set(identities)
    profile.noted -= marks
    profile.unnoted = {i: why for i, why in profile.unnoted.items() if i not in pending}
    return bool(marks or pending)


def clear_identity(profile: ProfileState) -> None:
    """Clear the identity of an erased profile that has no activity since and no claimers: only the id stays."""
    if profile.erased_at is not None and profile.first_seen is None and not profile.claimers:
        profile.identity = None
