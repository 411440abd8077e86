"""Merges and unmerges, case by case: the resulting members and their canonical ids."""

import itertools

import pytest

from crm.domain.activity import Activity
from crm.domain.effect_fields import FIELDS, LINKS
from crm.domain.identity import Identity, strongest_first
from crm.domain.manual_merge import LinkInstruction, precedence, unmerge_instructions
from tests.model.comparison import shown
from tests.model.scenes import ANA, ANA_MAIL, BEN, BEN_MAIL, LAPTOP, PHONE, TABLET, activity, profile_id
from tests.support.random_customers import RandomCustomers
from tests.support.random_customers import precedence as order

USERS = sorted((Identity("user_id", name) for name in ("ada", "bob", "cyd", "dan")), key=profile_id)
"""Users in the order of ids: each claims those after it."""
FIRST, SECOND, THIRD, FOURTH = map(profile_id, USERS)
ORDERS = list(itertools.permutations([FIRST, SECOND, THIRD]))


@pytest.fixture
def customers() -> RandomCustomers:
    """Four users, each with a different browser."""
    customers = RandomCustomers(seed=1)
    project(customers, *(activity(n, user, browser(user)) for n, user in enumerate(USERS)))
    return customers


def project(customers: RandomCustomers, *activities: Activity) -> None:
    customers.store.append(activities)
    customers.settle()


def browser(user: Identity) -> Identity:
    return Identity("anonymous_id", f"browser of {user.value}")


def together(customers: RandomCustomers) -> dict[str, set[str]]:
    """Return the members of each person with more than one user, by the shown id."""
    users = {profile_id(user) for user in USERS}
    people = {id_: {m.id for m in members} & users for id_, members in customers.people().items()}
    return {id_: ids for id_, ids in people.items() if len(ids) > 1}


@pytest.mark.parametrize(("kept", "other"), [(FIRST, SECOND), (SECOND, FIRST)])
def test_the_chosen_id_is_kept_in_both_directions(customers: RandomCustomers, kept: str, other: str) -> None:
    before = shown(customers.store)
    customers.merge(kept, other)
    assert together(customers) == {kept: {FIRST, SECOND}}
    customers.unmerge(kept, other)
    assert shown(customers.store) == before


@pytest.mark.parametrize("gone", [FIRST, THIRD, FOURTH])
def test_unmerging_one_of_several_keeps_the_others_merged(customers: RandomCustomers, gone: str) -> None:
    customers.merge(SECOND, FIRST, THIRD, FOURTH)
    customers.unmerge(SECOND, gone)
    assert together(customers) == {SECOND: {FIRST, SECOND, THIRD, FOURTH} - {gone}}


@pytest.mark.parametrize("ids", ORDERS)
def test_an_unmerge_restores_the_earlier_merge_of_a_profile(
    customers: RandomCustomers, ids: tuple[str, str, str]
) -> None:
    one, kept, other = ids
    customers.merge(kept, one)
    before = shown(customers.store)
    customers.merge(other, kept)
    assert together(customers) == {other: {FIRST, SECOND, THIRD}}
    customers.unmerge(other, kept)
    assert shown(customers.store) == before


@pytest.mark.parametrize("ids", ORDERS)
def test_an_unmerge_restores_the_earlier_chosen_id(
    customers: RandomCustomers, ids: tuple[str, str, str]
) -> None:
    one, kept, other = ids
    customers.merge(kept, one)
    before = shown(customers.store)
    customers.merge(kept, other)
    customers.unmerge(kept, other)
    assert shown(customers.store) == before


def test_profiles_merged_later_stay_with_the_chosen_id(customers: RandomCustomers) -> None:
    customers.merge(SECOND, FIRST)
    customers.merge(SECOND, THIRD)
    customers.merge(SECOND, FOURTH)
    customers.unmerge(SECOND, FIRST)
    assert together(customers) == {SECOND: {SECOND, THIRD, FOURTH}}


def test_unmerging_a_browser_leaves_its_user_merged(customers: RandomCustomers) -> None:
    customers.merge(FIRST, SECOND)
    customers.unmerge(FIRST, profile_id(browser(USERS[1])))
    assert together(customers) == {FIRST: {FIRST, SECOND}}
    assert customers.person_of(profile_id(browser(USERS[1]))) == profile_id(browser(USERS[1]))


def test_an_unmerged_browser_is_not_linked_by_events_again(customers: RandomCustomers) -> None:
    project(customers, activity(1, ANA, LAPTOP), activity(2, LAPTOP))
    customers.unmerge(profile_id(ANA), profile_id(LAPTOP))
    project(customers, activity(0, ANA, LAPTOP), activity(9, ANA, LAPTOP))
    assert customers.person_of(profile_id(LAPTOP)) == profile_id(LAPTOP)


def test_descendants_of_a_member_are_unmerged_with_it(customers: RandomCustomers) -> None:
    project(customers, activity(1, ANA_MAIL, LAPTOP), activity(2, ANA, ANA_MAIL), activity(3, ANA, TABLET))
    customers.unmerge(profile_id(ANA), profile_id(ANA_MAIL))
    assert customers.person_of(profile_id(LAPTOP)) == profile_id(ANA_MAIL)
    assert customers.person_of(profile_id(TABLET)) == profile_id(ANA)


def test_unmerging_an_intermediate_member_keeps_the_others_together(
    customers: RandomCustomers,
) -> None:
    project(customers, activity(1, ANA_MAIL, LAPTOP), activity(2, BEN_MAIL, TABLET))
    mails = sorted((ANA_MAIL, BEN_MAIL), key=profile_id)
    customers.merge(profile_id(mails[1]), profile_id(mails[0]))
    project(customers, activity(5, BEN, mails[0]))
    assert {customers.person_of(profile_id(i)) for i in (BEN, *mails)} == {profile_id(mails[1])}
    customers.unmerge(profile_id(mails[1]), profile_id(mails[0]))
    assert (
        customers.person_of(profile_id(BEN))
        == customers.person_of(profile_id(mails[1]))
        == profile_id(mails[1])
    )
    assert customers.person_of(profile_id(mails[0])) == profile_id(mails[0])


def test_edits_made_while_merged_stay_in_their_log(customers: RandomCustomers) -> None:
    customers.merge(SECOND, FIRST)
    edit = activity(9_000_000, USERS[0], type="profile.edited")
    edit.effects = {"attributes": {"city": "Vigo"}}
    project(customers, edit)
    customers.unmerge(SECOND, FIRST)
    assert shown(customers.store)[FIRST]["attributes"] == {"city": "Vigo"}
    assert shown(customers.store)[SECOND]["attributes"] == {}


def test_a_chosen_id_expires_with_the_unmerge(customers: RandomCustomers) -> None:
    project(customers, activity(1, ANA_MAIL), activity(1, BEN_MAIL))
    mails = sorted((ANA_MAIL, BEN_MAIL), key=profile_id)
    customers.merge(profile_id(mails[1]), profile_id(mails[0]))
    customers.unmerge(profile_id(mails[1]), profile_id(mails[0]))
    project(customers, activity(2, ANA, ANA_MAIL), activity(3, ANA, BEN_MAIL))
    assert customers.person_of(profile_id(ANA)) == profile_id(ANA)


def test_each_profile_has_the_profiles_that_are_unlinked_from_it(customers: RandomCustomers) -> None:
    """An erasure finds by it the logs that name an identity only in an unlink."""
    project(customers, activity(1, ANA, ANA_MAIL, LAPTOP), activity(2, ANA_MAIL, LAPTOP))
    members = customers.people()[profile_id(ANA)]
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
