"""Save a profile with the pages of its counts, by optimistic locking on its version."""

from collections.abc import Sequence

from crm.domain.errors import ItemTooLargeError, VersionConflictError
from crm.domain.profile import ProfileState
from crm.services.projection.person_tree import ProfileStore


def save_refolded(store: ProfileStore, held: ProfileState, profiles: Sequence[ProfileState]) -> None:
    """Save the first profile, whose log was folded from the beginning, with the others. `held`: what it was before.

    Its new pages are stored before the profile refers to them, and all former ones are deleted afterwards. Raises
    VersionConflictError and ItemTooLargeError.
    """
    state = profiles[0]
    if not (_has_pages(held) or _has_pages(state) or held.erased_at):
        store.save(profiles)
        return
    former = store.page_keys(state.id)
    made = store.put_pages(state)
    try:
        store.save(profiles)
    except (VersionConflictError, ItemTooLargeError):
        if not _is_saved(store, state):
            store.delete_pages(state.id, made)
        raise
    store.delete_pages(state.id, former)


def _is_saved(store: ProfileStore, state: ProfileState) -> bool:
    """Decide whether a failed save succeeded: its response was lost, and the retry met its own first attempt."""
    stored = store.load([state.id]).get(state.id)
    return stored is not None and _generations(stored) == _generations(state)


def _has_pages(profile: ProfileState) -> bool:
    return bool(profile.daily.paged or profile.ledger.paged)


def _generations(profile: ProfileState) -> tuple[str, str]:
    return profile.daily.generation, profile.ledger.generation
