"""The public and the internal fields of a card."""

from typing import Any

from crm.domain.activity import DELETED, EDITED
from crm.domain.card import card_of, last_activity
from crm.domain.fold import fold_all
from crm.domain.memberships import memberships_of
from crm.domain.person import deleted_at
from crm.domain.person_description import describe
from crm.domain.profile import ProfileState
from tests.support.activities import NOON, activity, email

ANA = email("ana@example.com")


def state(*activities: Any) -> ProfileState:
    folded = ProfileState("p1")
    fold_all(folded, sorted(activities, key=lambda one: one.original_at))
    return folded


def edit(at: int, type: str = EDITED, **effects: Any) -> Any:
    return activity(ANA, at=at, type=type, effects=effects)


def test_an_edit_does_not_change_last_seen() -> None:
    seen = state(activity(ANA, at=NOON), edit(NOON + 5, tags={"t1": True}))
    answer = describe([seen])
    assert answer["last_seen"] == "2026-11-21T12:00:00.000Z"
    assert answer["totals"]["activities"] == 1


def test_a_profile_without_activity_is_sorted_by_its_creation() -> None:
    made = card_of([state(edit(NOON))])
    assert "last_seen" not in made
    assert last_activity(made) == NOON


def test_a_deleted_customer_with_new_activity_is_restored() -> None:
    deleted = [activity(ANA, at=NOON), edit(NOON + 5, DELETED, fields={"deleted": True})]
    assert deleted_at([state(*deleted)]) == NOON + 5
    assert card_of([state(*deleted)])["kind"] == "deleted"
    assert memberships_of(card_of([state(*deleted, edit(NOON + 6, tags={"t1": True}))])) == {}
    assert card_of([state(*deleted, activity(ANA, at=NOON + 9))])["kind"] == "recognised"


def test_a_card_without_consent_to_processing_hides_activities() -> None:
    order = activity(ANA, at=NOON + 5, name="Order Completed")
    silent = state(edit(NOON, attributes={"city": "Lugo"}), order)
    assert card_of([silent], consent_required=True).keys() == {"kind", "city", "email", "created"}
    granted = state(edit(NOON, consents={"processing": {"state": "granted"}}), order)
    assert card_of([granted], consent_required=True)["last_transaction"] == NOON + 5
