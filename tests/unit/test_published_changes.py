"""The events that are published after a change of a profile."""

from crm.domain.change import changes_of
from crm.domain.claims import Claim, Claimer
from crm.domain.profile import ProfileState
from crm.domain.stamped import Stamped
from crm.domain.times import iso
from crm.domain.trust import Rank
from tests.support.activities import NOON, user


def profile(version: int, *, kind: str | None = "anonymous", **differing: object) -> ProfileState:
    card = {"kind": kind} if kind else None
    return ProfileState("p1", user("u1"), version, card=card, **differing)  # type: ignore[arg-type]


def claimer(at: int) -> Claimer:
    return Claimer(user("u0"), Claim((at, "m"), Rank.PUBLIC, by_hand=False), first=at)


def published(before: ProfileState | None, after: ProfileState) -> list[str]:
    return [change.type for change in changes_of(before, after)]


def test_a_new_profile_is_published_as_created() -> None:
    assert published(None, profile(1)) == ["Profile Created"]
    assert published(None, profile(1, kind="recognised")) == ["Profile Created", "Profile Recognised"]


def test_a_changed_customer_id_is_published() -> None:
    merged = profile(2)
    assert merged.card
    merged.card["id"] = "p2"
    (change,) = changes_of(profile(1), merged)
    assert (change.type, change.profile_id) == ("Profile Id Changed", "p2")
    assert change.detail == {"version": 2, "shown_id": "p2", "replaces": "p1"}


def test_the_recognition_of_a_profile_is_published() -> None:
    assert published(profile(1), profile(2, kind="recognised")) == ["Profile Recognised"]


def test_counts_and_times_are_not_published() -> None:
    assert published(profile(1), profile(2, last_seen=NOON)) == []


def test_an_update_names_attributes_without_their_values() -> None:
    before = profile(1, attributes={"plan": Stamped("a", (1, "m")), "city": Stamped("Rome", (1, "m"))})
    after = profile(2, attributes={"plan": Stamped("b", (2, "n")), "city": Stamped("Rome", (2, "n"))})
    (change,) = changes_of(before, after)
    assert (change.type, change.detail) == (
        "Profile Updated",
        {"version": 2, "shown_id": after.id, "attributes": ["plan"]},
    )


def test_linking_and_unlinking_a_profile_are_published() -> None:
    owned = profile(2, kind=None, claimers={"p0": claimer(1)})
    assert published(profile(1), owned) == ["Profile Linked"]
    assert published(owned, profile(3)) == ["Profile Unlinked"]


def test_an_erased_profile_is_published_once_without_its_data() -> None:
    known = profile(1, attributes={"plan": Stamped("a", (1, "m"))}, first_seen=NOON)
    marked = profile(2, kind=None, erased_at=NOON, stale=True, attributes=known.attributes, first_seen=NOON)
    marked_again = profile(3, kind=None, erased_at=NOON + 1, stale=True, first_seen=NOON)
    (change,) = changes_of(known, marked)
    assert (change.type, change.detail) == ("Profile Erased", {"version": 2, "at": iso(NOON)})
    assert published(marked, marked_again) == []
    assert published(marked_again, profile(4, kind=None, erased_at=NOON + 1)) == []


def test_a_profile_with_activity_after_an_erasure_is_published_as_new() -> None:
    stub = profile(4, kind=None, erased_at=NOON)
    back = profile(5, kind="recognised", erased_at=NOON, first_seen=NOON + 1)
    assert published(stub, back) == ["Profile Created", "Profile Recognised"]
    marked = profile(2, kind=None, erased_at=NOON, stale=True, first_seen=1)
    assert published(marked, back) == ["Profile Created", "Profile Recognised"]
    owned = profile(5, kind=None, erased_at=NOON, claimers={"p0": claimer(NOON + 1)})
    assert published(stub, owned) == ["Profile Created", "Profile Linked"]


def test_the_id_of_a_change_is_stable_and_unique() -> None:
    once, twice = (changes_of(None, profile(1, kind="recognised")) for _ in range(2))
    assert [c.id for c in once] == [c.id for c in twice]
    assert len({c.id for c in once}) == 2
