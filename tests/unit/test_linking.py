"""Merging and unmerging, case by case: who is with whom afterwards, and under which id."""

import itertools

import pytest

from crm.domain.activity import Activity
from crm.domain.effect_fields import FIELDS, LINKS
from crm.domain.identity import Identity, strongest_first
from crm.domain.manual_merge import LinkInstruction, precedence, unmerge_instructions
from tests.model.comparison import shown
from tests.model.scenes import ANA, ANA_MAIL, BEN, BEN_MAIL, LAPTOP, PHONE, TABLET, activity, profile_id
from tests.support.town import Town
from tests.support.town import precedence as order

USERS = sorted((Identity("user_id", name) for name in ("ada", "bob", "cyd", "dan")), key=profile_id)
"""By id: each claims those behind it."""
FIRST, SECOND, THIRD, FOURTH = map(profile_id, USERS)
ORDERS = list(itertools.permutations([FIRST, SECOND, THIRD]))


@pytest.fixture
def town() -> Town:
    """Four users, each on a browser of their own."""
    town = Town(seed=1)
    happened(town, *(activity(n, user, browser(user)) for n, user in enumerate(USERS)))
    return town


def happened(town: Town, *activities: Activity) -> None:
    town.store.append(activities)
    town.settle()


def browser(user: Identity) -> Identity:
    return Identity("anonymous_id", f"browser of {user.value}")


def together(town: Town) -> dict[str, set[str]]:
    """The ids of the members of each person of more than one user, by the id shown."""
    users = {profile_id(user) for user in USERS}
    people = {id_: {m.id for m in members} & users for id_, members in town.people().items()}
    return {id_: ids for id_, ids in people.items() if len(ids) > 1}


@pytest.mark.parametrize(("kept", "other"), [(FIRST, SECOND), (SECOND, FIRST)])
def test_the_chosen_id_is_kept_in_both_directions(town: Town, kept: str, other: str) -> None:
    before = shown(town.store)
    town.merge(kept, other)
    assert together(town) == {kept: {FIRST, SECOND}}
    town.unmerge(kept, other)
    assert shown(town.store) == before


@pytest.mark.parametrize("gone", [FIRST, THIRD, FOURTH])
def test_unmerging_one_of_several_keeps_the_others_merged(town: Town, gone: str) -> None:
    town.merge(SECOND, FIRST, THIRD, FOURTH)
    town.unmerge(SECOND, gone)
    assert together(town) == {SECOND: {FIRST, SECOND, THIRD, FOURTH} - {gone}}


@pytest.mark.parametrize("ids", ORDERS)
def test_an_unmerge_restores_the_earlier_merge_of_a_profile(town: Town, ids: tuple[str, str, str]) -> None:
    one, kept, other = ids
    town.merge(kept, one)
    before = shown(town.store)
    town.merge(other, kept)
    assert together(town) == {other: {FIRST, SECOND, THIRD}}
    town.unmerge(other, kept)
    assert shown(town.store) == before


@pytest.mark.parametrize("ids", ORDERS)
def test_an_unmerge_restores_the_earlier_chosen_id(town: Town, ids: tuple[str, str, str]) -> None:
    one, kept, other = ids
    town.merge(kept, one)
    before = shown(town.store)
    town.merge(kept, other)
    town.unmerge(kept, other)
    assert shown(town.store) == before


def test_profiles_merged_later_stay_with_the_chosen_id(town: Town) -> None:
    town.merge(SECOND, FIRST)
    town.merge(SECOND, THIRD)
    town.merge(SECOND, FOURTH)
    town.unmerge(SECOND, FIRST)
    assert together(town) == {SECOND: {SECOND, THIRD, FOURTH}}


def test_unmerging_a_browser_leaves_its_user_merged(town: Town) -> None:
    town.merge(FIRST, SECOND)
    town.unmerge(FIRST, profile_id(browser(USERS[1])))
    assert together(town) == {FIRST: {FIRST, SECOND}}
    assert town.person_of(profile_id(browser(USERS[1]))) == profile_id(browser(USERS[1]))


def test_an_unmerged_browser_is_not_linked_by_events_again(town: Town) -> None:
    happened(town, activity(1, ANA, LAPTOP), activity(2, LAPTOP))
    town.unmerge(profile_id(ANA), profile_id(LAPTOP))
    happened(town, activity(0, ANA, LAPTOP), activity(9, ANA, LAPTOP))
    assert town.person_of(profile_id(LAPTOP)) == profile_id(LAPTOP)


def test_descendants_of_a_member_are_unmerged_with_it(town: Town) -> None:
    happened(town, activity(1, ANA_MAIL, LAPTOP), activity(2, ANA, ANA_MAIL), activity(3, ANA, TABLET))
    town.unmerge(profile_id(ANA), profile_id(ANA_MAIL))
    assert town.person_of(profile_id(LAPTOP)) == profile_id(ANA_MAIL)
    assert town.person_of(profile_id(TABLET)) == profile_id(ANA)


def test_unmerging_an_intermediate_member_keeps_the_others_together(town: Town) -> None:
    happened(town, activity(1, ANA_MAIL, LAPTOP), activity(2, BEN_MAIL, TABLET))
    mails = sorted((ANA_MAIL, BEN_MAIL), key=profile_id)
    town.merge(profile_id(mails[1]), profile_id(mails[0]))
    happened(town, activity(5, BEN, mails[0]))
    assert {town.person_of(profile_id(i)) for i in (BEN, *mails)} == {profile_id(mails[1])}
    town.unmerge(profile_id(mails[1]), profile_id(mails[0]))
    assert town.person_of(profile_id(BEN)) == town.person_of(profile_id(mails[1])) == profile_id(mails[1])
    assert town.person_of(profile_id(mails[0])) == profile_id(mails[0])


def test_edits_made_while_merged_stay_in_their_log(town: Town) -> None:
    town.merge(SECOND, FIRST)
    edit = activity(9_000_000, USERS[0], type="profile.edited")
    edit.effects = {"attributes": {"city": "Vigo"}}
    happened(town, edit)
    town.unmerge(SECOND, FIRST)
    assert shown(town.store)[FIRST]["attributes"] == {"city": "Vigo"}
    assert shown(town.store)[SECOND]["attributes"] == {}


def test_a_chosen_id_expires_with_the_unmerge(town: Town) -> None:
    happened(town, activity(1, ANA_MAIL), activity(1, BEN_MAIL))
    mails = sorted((ANA_MAIL, BEN_MAIL), key=profile_id)
    town.merge(profile_id(mails[1]), profile_id(mails[0]))
    town.unmerge(profile_id(mails[1]), profile_id(mails[0]))
    happened(town, activity(2, ANA, ANA_MAIL), activity(3, ANA, BEN_MAIL))
    assert town.person_of(profile_id(ANA)) == profile_id(ANA)


def test_each_profile_has_the_profiles_that_are_unlinked_from_it(town: Town) -> None:
    """By that an erasure finds the logs that name an identity only to deny it."""
    happened(town, activity(1, ANA, ANA_MAIL, LAPTOP), activity(2, ANA_MAIL, LAPTOP))
    members = town.people()[profile_id(ANA)]
    leaving = [member for member in members if member.identity == LAPTOP]
    staying = [member for member in members if member.identity != LAPTOP]
    words = unmerge_instructions(leaving, staying, profile_id(ANA), order)
    assert words == {
        ANA: LinkInstruction({LAPTOP: False}),
        ANA_MAIL: LinkInstruction({LAPTOP: False}),
        LAPTOP: LinkInstruction(apart_from=[profile_id(ANA), profile_id(ANA_MAIL)]),
    }
    assert words[ANA].effects == {LINKS: [["anonymous_id", "laptop", False]]}
    assert words[LAPTOP].effects.keys().isdisjoint({LINKS, FIELDS})


def test_the_precedence_of_claims_equals_that_of_events() -> None:
    identities = [LAPTOP, Identity("card", "7"), Identity("crm", "7"), PHONE, ANA_MAIL, ANA]
    custom = ("crm", "card")
    placed = sorted(identities, key=lambda i: precedence(i, profile_id(i), custom))
    assert placed == strongest_first(identities, custom)
    unknown = Identity("old", "7")
    assert precedence(PHONE, "9") < precedence(unknown, "5") < precedence(LAPTOP, "1")
    assert precedence(LAPTOP, "1") < precedence(TABLET, "2")
