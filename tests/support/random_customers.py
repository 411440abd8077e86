"""Random customers: profiles in memory, their activities, and manual merges and unmerges."""

from __future__ import annotations

from collections.abc import Collection
from random import Random
from typing import Any

from crm.domain import manual_merge
from crm.domain.activity import MERGED, TAGGED, UNMERGED
from crm.domain.manual_merge import LinkInstructions, Precedence
from crm.domain.memberships import Memberships
from crm.domain.person import shown_id
from crm.domain.profile import ProfileState
from crm.services.projection.person_tree import canonical, members_of
from crm.services.projection.projector import Projector
from tests.model.histories import FEW_PEOPLE
from tests.model.scenes import DAY, MINUTE, START, activity, profile_id
from tests.support.concurrent_projectors import settle
from tests.support.memory_store import MemoryStore

LINKED_FROM = START + 400 * DAY
"""The start of manual merges and unmerges: after all events."""


_EVENTS: list[dict[str, Any]] = [
    {"type": "identify", "properties": {"name": "Ana", "city": "Vigo"}},
    {"type": "identify", "properties": {"name": "Ben"}},
    {"name": "Order Completed", "properties": {"revenue": 3, "currency": "EUR"}},
    {"name": "Product Viewed"},
    {"type": "page", "context": {"environment": {"browser": "Firefox"}}},
    {"type": "page", "context": {"consent": {"categoryPreferences": {"email": True}}}},
    {"type": "page", "context": {"consent": {"categoryPreferences": {"email": False}}}},
]


def project(store: MemoryStore, id_: str, minutes: Collection[int] | None) -> None:
    Projector(store, profile_id).project(id_, minutes)


def precedence(profile: ProfileState) -> Precedence:
    return manual_merge.precedence(manual_merge.naming_identity(profile), profile.id)


class RandomCustomers:
    """Customers whose unspecified details are random, from a seed."""

    def __init__(self, seed: int) -> None:
        self.rng = Random(seed)
        self.store = MemoryStore()
        self.counted = 0

    def new_message(self) -> str:
        """Return a new message id."""
        self.counted += 1
        return f"m{self.counted}"

    def settle(self) -> None:
        """Project all stream changes, in any order."""
        self.rng.shuffle(self.store.stream_changes)
        settle(self.store, project, self.rng.choice((1, 3, 1000)))

    def do_random_actions(self, times: int) -> None:
        """Do a random action on a random customer."""
        for number in range(times):
            carried = self.rng.choice(FEW_PEOPLE)
            minute = self.rng.choice((1, 5, 7, 60 * 24 * 2, 60 * 24 * 90)) + number
            given = self.rng.choice(_EVENTS)
            self.store.append([activity(minute, *carried, message_id=self.new_message(), **given)])
        self.tag()
        self.settle()

    def tag(self) -> None:
        """Add a tag to a random customer, or remove one."""
        carried = self.rng.choice(FEW_PEOPLE)
        given = activity(self.rng.randrange(1000), carried[0], type=TAGGED, message_id=self.new_message())
        given.effects = {"tags": {self.rng.choice("xyz"): self.rng.choice((True, None))}}
        self.store.append([given])

    def people(self) -> dict[str, list[ProfileState]]:
        """Return the members of each person by the shown id."""
        roots = [p for p in self.store.profiles().values() if p.owner is None and p.identity is not None]
        everybody = [members_of(self.store, profile_id, root) for root in roots]
        return {shown_id(members): members for members in everybody}

    def person_of(self, id_: str) -> str:
        """Return the shown id of a member's person."""
        root = canonical(self.store, id_)
        assert root
        return shown_id(members_of(self.store, profile_id, root))

    def append_links(self, type_: str, words: LinkInstructions) -> None:
        """Append link instructions to the logs."""
        message_id = self.new_message()
        at = (LINKED_FROM + self.counted * 7 * MINUTE - START) / MINUTE
        for identity, word in words.items():
            noted = activity(at, identity, type=type_, message_id=message_id)
            noted.effects = word.effects or None
            self.store.append([noted])
        self.settle()

    def merge(self, kept: str, *others: str) -> None:
        """Merge people by their shown ids into the first."""
        people = self.people()
        self.append_links(
            MERGED,
            manual_merge.merge_instructions([people[id_][0] for id_ in (kept, *others)], kept, precedence),
        )

    def unmerge(self, kept: str, member: str) -> tuple[list[ProfileState], list[ProfileState]]:
        """Unmerge a member; return the members that left and those that stayed, as they were before."""
        members = self.people()[kept]
        leaving = manual_merge.members_leaving_with(members, member, kept)
        staying = [profile for profile in members if profile not in leaving]
        self.append_links(UNMERGED, manual_merge.unmerge_instructions(leaving, staying, kept, precedence))
        return leaving, staying

    def merge_some(self, most: int) -> list[str]:
        """Merge two to `most` random people; return their ids, first the one that stays."""
        people = sorted(self.people())
        chosen = self.rng.sample(people, min(len(people), self.rng.randint(2, most)))
        if len(chosen) > 1:
            self.merge(*chosen)
        return chosen

    def merged_customer(self) -> tuple[str, str] | None:
        """Return the shown id of a random merged person and the id of another member, or None."""
        people = self.people()
        ways = [(kept, m.id) for kept in sorted(people) for m in people[kept] if m.id != kept]
        return self.rng.choice(ways) if ways else None

    def unmerge_one(self) -> None:
        """Unlink a random profile from another."""
        if someone := self.merged_customer():
            self.unmerge(*someone)

    def listed(self) -> dict[str, Memberships]:
        """Return the memberships in the index by profile."""
        return {id_: groups for id_, groups in self.store.groups.items() if groups}
