"""After any edits, merges, unmerges and erasures, no log has values that only erased customers had."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from random import Random

from hypothesis import given, settings

from crm.domain.activity import EDITED, Activity
from crm.domain.copies import values_set_by
from crm.domain.edit_diff import describe_effects
from crm.domain.effect_fields import ATTRIBUTES, Effects
from crm.services.editing.append_edit import Edit, edit_activity
from crm.services.projection.person_tree import canonical, members_of
from tests.model.histories import HISTORIES
from tests.model.scenes import DAY, START, profile_id
from tests.support.concurrent_projectors import settle
from tests.support.memory_store import MemoryStore
from tests.support.thoroughness import part_of
from tests.unit.test_erasure_properties import erase, project, with_unmerge_notes
from tests.unit.test_properties import SEEDS, examples

NAMES = ("city", "age")


def with_own_values(history: Iterable[Activity]) -> list[Activity]:
    """Give each customer different values, so that a value shows its origin."""
    return [
        replace(activity, properties={name: f"said-{number}-{name}-said" for name in NAMES})
        if activity.type == "identify"
        else activity
        for number, activity in enumerate(history)
    ]


def edit(store: MemoryStore, id_: str, number: int, name: str) -> Activity | None:
    """Build an edit of staff on this person, as the API stores it; None if there is no person."""
    root = canonical(store, id_)
    if root is None or root.identity is None:
        return None
    effects: Effects = {ATTRIBUTES: {name: f"edit-{number}-edit"}}
    members = members_of(store, profile_id, root)
    properties = describe_effects(members, effects, {}, root.identity)
    made = Edit(type=EDITED, effects=effects, properties=properties)
    return edit_activity(
        root.identity, made, by="key:1", at=START + 190 * DAY + number, message_id=f"e{number}"
    )


def apply(store: MemoryStore, history: list[Activity], random: Random) -> list[Activity]:
    """Apply a history with edits between its activities, and return the edits."""
    edits: list[Activity] = []
    for number, activity in enumerate(history):
        store.append([activity])
        settle(store, project)
        looked_at = profile_id(random.choice(history[: number + 1]).identities[0])
        if made := edit(store, looked_at, number, random.choice(NAMES)):
            store.append([made])
            settle(store, project)
            edits.append(made)
    return edits


def values_only_in(store: MemoryStore, logs: set[str]) -> set[str]:
    """Return the values that no other log sets."""
    values_by_log: dict[str, set[str]] = {}
    for activity in store.everything():
        for value in values_set_by(activity).values():
            values_by_log.setdefault(str(value), set()).add(profile_id(activity.identities[0]))
    ours = {value for value, whose in values_by_log.items() if whose <= logs}
    return {value for value in ours if value.startswith(("said-", "edit-"))}


@settings(examples, max_examples=part_of(150, least=4))
@given(HISTORIES, SEEDS)
def test_no_log_holds_values_that_only_erased_profiles_had(history: list[Activity], seed: int) -> None:
    random, store = Random(seed), MemoryStore()
    history = with_own_values(with_unmerge_notes(history))
    edits = apply(store, history, random)
    before = MemoryStore()
    before.append(store.everything())
    erased = erase(store, profile_id(random.choice(history).identities[0]))
    gone = values_only_in(before, {profile_id(identity) for identity in erased})
    settle(store, project)
    assert [value for value in sorted(gone) if value in store.dump()] == []
    late = [one for one in edits if one.identities[0] not in erased]
    store.append(random.sample(late, len(late) // 2))
    settle(store, project)
    assert [value for value in sorted(gone) if value in store.dump()] == []
