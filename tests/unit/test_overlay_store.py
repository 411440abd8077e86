"""A store in memory over another: a projection has the same result on it, and the store below does not change."""

import pytest

from crm.domain.activity import Activity
from crm.domain.errors import VersionConflictError
from crm.domain.profile import ProfileState
from crm.domain.times import MINUTE_MS
from crm.services.projection.overlay_store import OverlayStore
from crm.services.projection.projector import Projector
from tests.model.scenes import ANA, ANA_MAIL, BEN, LAPTOP, TABLET, identify, profile_id
from tests.support.memory_store import MemoryStore

END = 1 << 60
BEFORE = [identify(0, ANA, LAPTOP, city="Rome"), identify(1, BEN, city="Vigo")]
LATER = [
    identify(2, ANA, ANA_MAIL, city="Paris"),
    identify(3, BEN, LAPTOP),
    identify(-1, BEN, LAPTOP, city="Lugo"),
    identify(4, ANA_MAIL, TABLET),
]


def store_of(activities: list[Activity]) -> MemoryStore:
    store = MemoryStore()
    for one in activities:
        store.append([one])
        Projector(store, profile_id).project(profile_id(one.identities[0]), {one.original_at // MINUTE_MS})
    return store


def comparable(profile: ProfileState) -> object:
    attributes = {name: stamped.value for name, stamped in profile.attributes.items()}
    return profile.identity, profile.owner, attributes, sorted(profile.claimed), sorted(profile.claimers)


def test_a_projection_on_the_overlay_equals_one_on_the_store() -> None:
    below = store_of(BEFORE)
    given = below.dump()
    overlay = OverlayStore(below, below, profile_id)
    for one in LATER:
        overlay.append_latest(one)
        Projector(overlay, profile_id).project(profile_id(one.identities[0]), {one.original_at // MINUTE_MS})
    wanted = store_of([*BEFORE, *LATER]).profiles()
    found = overlay.load(wanted)
    assert wanted[profile_id(ANA)].attributes["city"].value == "Paris"
    assert {id_: comparable(profile) for id_, profile in found.items()} == {
        id_: comparable(profile) for id_, profile in wanted.items()
    }
    assert below.dump() == given


def test_a_save_of_an_outdated_profile_is_refused() -> None:
    below = store_of(BEFORE)
    overlay = OverlayStore(below, below, profile_id)
    (first,), (second,) = (overlay.load([profile_id(ANA)]).values() for _ in range(2))
    overlay.save([first])
    with pytest.raises(VersionConflictError):
        overlay.save([second])


def test_the_log_contains_appended_and_lacks_discarded_activities() -> None:
    below = store_of(BEFORE)
    overlay = OverlayStore(below, below, profile_id)
    overlay.append_latest(LATER[0])
    log = list(overlay.activities(profile_id(ANA), 0, END))
    assert [one.message_id for one in log] == [BEFORE[0].message_id, LATER[0].message_id]
    overlay.discard(profile_id(ANA), [LATER[0]])
    assert [one.message_id for one in overlay.activities(profile_id(ANA), 0, END)] == [BEFORE[0].message_id]
