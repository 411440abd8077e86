"""Versions of a profile: copies to work on, and what changes when a version is stored."""

from collections.abc import Iterable
from dataclasses import fields
from operator import attrgetter

from crm.domain.memberships import listed_id, segments_of
from crm.domain.profile import ProfileState

_NOT_FOLDED = {
    "id",
    "version",
    "card",
    "published_segments",
    "published_as",
    "published_at",
    "held",
    "is_former",
    "rule_set",
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


def copy_of(profile: ProfileState) -> ProfileState:
    """Return an independent copy: folding into it does not change the original."""
    made = shared_copy(profile)
    for name in _DICTS:
        setattr(made, name, getattr(profile, name).copy())
    made.ranked = {place: dict(register) for place, register in profile.ranked.items()}
    made.left_out = {budget: set(names) for budget, names in profile.left_out.items()}
    made.daily, made.ledger, made.keeps_fold = profile.daily.copy(), profile.ledger.copy(), False
    return made


def shared_copy(profile: ProfileState) -> ProfileState:
    """Return a copy that shares its registers and counts with the original."""
    return ProfileState(*_VALUES(profile))


def keep_fold_of(profile: ProfileState, held: ProfileState) -> None:
    """Mark the stored fold of the same profile to be stored again unchanged, if nothing of it has changed."""
    same = held.stored_fold is not None and all(
        getattr(profile, name) == getattr(held, name) for name in _FOLDED
    )
    profile.stored_fold, profile.keeps_fold = held.stored_fold, same


def without_log(profile: ProfileState) -> ProfileState:
    """Return the profile before its log was read, to be folded again from the beginning."""
    return ProfileState(
        profile.id,
        profile.identity,
        profile.version,
        noted=frozenset() if profile.erased_at else profile.noted,
        unnoted={} if profile.erased_at else dict(profile.unnoted),
        dropped=profile.dropped,
        released=profile.released,
        claimers=dict(profile.claimers),
        shared=None if profile.erased_at else profile.shared,
        joins_closed=profile.joins_closed,
        erased_at=profile.erased_at,
        card=profile.card,
        published_segments=profile.published_segments,
        published_as=profile.published_as,
        published_at=profile.published_at,
        held=profile.held,
        is_former=profile.is_former,
        due=profile.due,
        page_reader=profile.page_reader,
        ledger_reader=profile.ledger_reader,
    )


def changes_published_segments(profile: ProfileState) -> bool:
    """Return whether the next version changes the published segments, or the id under which they were published."""
    now = segments_of(profile.card)
    published_as = profile.published_as or profile.id
    renamed = bool(now and profile.published_segments) and listed_id(profile.card, profile.id) != published_as
    return now != profile.published_segments or renamed


def publication_time(profiles: Iterable[ProfileState], *, now: int) -> int:
    """Return the instant (epoch ms) at which the versions to store publish their changes.

    The times of successive change events of a profile increase, although the clocks of containers differ by some ms.
    """
    return max([now, *(profile.published_at + 1 for profile in profiles)])


def mark_stored(profile: ProfileState, at: int = 0) -> None:
    """Make the profile the version that was just stored at this instant (epoch ms)."""
    profile.version += 1
    profile.daily.dirty.clear()
    profile.ledger.dirty.clear()
    profile.published_at = at if changes_published_segments(profile) else profile.published_at
    profile.published_segments = segments_of(profile.card)
    profile.published_as = profile.card.get("id", "") if profile.card else ""
    profile.held, profile.is_former = None, False
    profile.stored_fold, profile.keeps_fold = None, False
