"""Compare the contents of a store with the reference model."""

from __future__ import annotations

from typing import Any

from crm.domain import claims
from crm.domain.activity import CONFLICT, SHARED, Activity
from crm.domain.card import card_of
from crm.domain.identity import Identity
from crm.domain.memberships import memberships_of
from crm.domain.person_description import PersonDescription, describe
from crm.domain.times import iso
from crm.services.projection.person_tree import canonical, members_of
from tests.model.graph import Graph
from tests.model.reference import Card, Reference, Totals
from tests.model.scenes import profile_id
from tests.support.memory_store import MemoryStore


def assert_store_is(store: MemoryStore, reference: Reference) -> None:
    """Assert that profiles, claims, counts and conflicts equal those of the model."""
    shared = shared_in(store)
    graph = reference.graph(shared)
    assert graph.crowded(claims.MAX_RIVALS) <= shared
    ghosts = {profile_id(identity) for identity in graph.ghosts()}
    seen = {id_: answer for id_, answer in shown(store).items() if id_ not in ghosts}
    assert seen == {id_: expected(card) for id_, card in reference.cards(shared).items()}
    assert_claims_are(store, graph)
    assert_conflicts_are(store, reference, graph)


def shared_in(store: MemoryStore) -> set[Identity]:
    """Return the identities whose logs mark them as shared; assert that each log does so once."""
    noted = [activity.identities[0] for activity in store.everything() if activity.type == SHARED]
    assert len(noted) == len(set(noted))
    return set(noted)


def shown(store: MemoryStore) -> dict[str, dict[str, Any]]:
    """Return each canonical profile as the API shows it; assert that its listed card is up to date."""
    answers = {}
    for id_, state in store.profiles().items():
        if state.identity is None:
            assert state.card is None
        elif state.owner is None:
            members = members_of(store, profile_id, state)
            assert state.card == card_of(members)
            assert store.groups[id_] == memberships_of(state.card)
            answers[id_] = _comparable(describe(members))
        else:
            assert state.card is None
            assert not store.groups[id_]
    return answers


def _comparable(answer: PersonDescription) -> dict[str, Any]:
    identities = {(one["type"], one["value"]) for one in answer["identities"]}
    comparable = {**answer, "identities": identities, "members": set(answer["members"])}
    return {key: value for key, value in comparable.items() if key != "version"}


def expected(card: Card) -> dict[str, Any]:
    """Return the profile that the API must show for a card of the model."""
    return {
        "id": card.id,
        "kind": card.kind,
        "attributes": card.attributes,
        "groups": card.groups,
        "consents": card.consents,
        "tags": card.tags,
        "classes": card.classes,
        "lists": card.lists,
        "responsible": card.responsible,
        "environment": card.environment,
        "identities": {(i.type, i.value) for i in card.identities},
        "members": {profile_id(i) for i in card.identities},
        "first_seen": _iso(card.first_seen),
        "last_seen": _iso(card.last_seen),
        "last_transaction_at": _iso(card.last_transaction_at),
        "totals": {
            "activities": card.totals.activities,
            "pages": card.totals.pages,
            "orders": card.totals.orders,
            "refunds": card.totals.refunds,
            "revenue": float(sum(card.totals.revenue.values())),
            "revenue_by_currency": {c: float(amount) for c, amount in card.totals.revenue.items()},
            "gross_revenue": float(sum(card.totals.gross.values())),
            "gross_revenue_by_currency": {c: float(amount) for c, amount in card.totals.gross.items()},
            "refunded": float(sum(card.totals.gross.values()) - sum(card.totals.revenue.values())),
            "average_order": _average(card.totals),
        },
    }


def _average(totals: Totals) -> float | None:
    return round(float(sum(totals.revenue.values()) / totals.orders), 2) if totals.orders else None


def _iso(milliseconds: int | None) -> str | None:
    return None if milliseconds is None else iso(milliseconds)


def assert_claims_are(store: MemoryStore, graph: Graph) -> None:
    """Assert that each profile has its claims and its owner, and that each identity leads to its person."""
    profiles = store.profiles()
    for identity in graph.identities - graph.ghosts():
        state = profiles[profile_id(identity)]
        assert state.identity == identity
        allowed = set(graph.claims) - graph.refused
        evidence = {claimed: (held.rank, held.stamp) for claimed, held in state.claims.items()}
        assert evidence == {c.claimed: (c.rank, c.stamp) for c in allowed if c.claimer == identity}
        standing = {c.claimed: (c.stamp, c.rank, c.by_hand) for c in graph.standing if c.claimer == identity}
        assert state.claimed == standing
        owner = graph.owners.get(identity)
        assert state.owner == (profile_id(owner) if owner else None)
        root = canonical(store, profile_id(identity))
        assert root
        assert root.id == profile_id(graph.root(identity))


def assert_conflicts_are(store: MemoryStore, reference: Reference, graph: Graph) -> None:
    """Assert that the current conflicts are in both logs, and that each noted conflict was possible."""
    noted: dict[tuple[Identity, Identity], list[Activity]] = {}
    for activity in store.everything():
        if activity.type == CONFLICT:
            pair = (Identity(*activity.properties["claimer"]), Identity(*activity.properties["claimed"]))
            noted.setdefault(pair, []).append(activity)
    for conflict in graph.standing_conflicts():
        logs = {a.identities for a in noted[conflict.claimer, conflict.claimed]}
        assert logs == {(conflict.claimer,), (conflict.claimed,)}
    assert noted.keys() <= reference.possible_conflicts()
    for pair, activities in noted.items():
        _assert_noted_well(pair, activities, reference, graph)


def _assert_noted_well(
    pair: tuple[Identity, Identity], activities: list[Activity], reference: Reference, graph: Graph
) -> None:
    copies = reference.copies(*pair)
    times = {copy.occurred_at for copy in copies} | {copy.received_at for copy in copies}
    assert {a.identities for a in activities} <= {(pair[0],), (pair[1],)}
    assert {a.message_id for a in activities} == {graph.conflict_message_id(*pair)}
    assert all(a.occurred_at == a.original_at and a.occurred_at in times for a in activities)
    assert all(a.properties["reason"] in ("limit", "overruled") for a in activities)
