"""Two people with one phone number, browser or address: neither person gets the other's name."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest

from crm.domain.activity import Activity
from crm.domain.effect_fields import Effects
from crm.domain.identity import Identity
from crm.domain.message_name import NAMELESS, EventNaming, agree, naming_of
from crm.services.projection.projector import Projector
from tests.model.comparison import assert_store_is, shown
from tests.model.reference import Reference
from tests.model.scenes import ANA, ANA_MAIL, BEN, LAPTOP, NAMESPACE, PHONE, identify, profile_id
from tests.support.concurrent_projectors import settle
from tests.support.memory_store import MemoryStore

KNOWN = identify(1, ANA, PHONE, first_name="Ana", last_name="Lee")
BENS_FORM = identify(2, PHONE, first_name="Ben", birthday="1990-05-04", city="Bonn", shoe_size=44)
BIRTHDAY, CITY = "1980-01-02", "Lugo"


def project(store: MemoryStore, id_: str, minutes: Collection[int] | None) -> None:
    Projector(store, profile_id).project(id_, minutes)


def attributes(history: Sequence[Activity], whose: Identity = ANA) -> dict[str, Any]:
    """Return the person's attributes, which must be equal for every order of arrival."""
    found = []
    for order in permutations(history):
        store = MemoryStore()
        for arrived in order:
            store.append([arrived])
            settle(store, project, 1000)
        assert_store_is(store, Reference(NAMESPACE, order))
        people = shown(store).values()
        found.append(next(one["attributes"] for one in people if tuple(whose) in one["identities"]))
    assert all(one == found[0] for one in found)
    return dict(found[0])


def imported(minute: float, *identities: Identity, **values: Any) -> Activity:
    row = identify(minute, *identities, message_id=f"imp:{minute}")
    effects: Effects = {"attributes": values}
    return replace(
        row,
        type="profile.imported",
        properties={},
        effects=effects,
        source_id="import:1",
        source_kind="server",
    )


def by_hand(minute: float, *identities: Identity, **values: Any) -> Activity:
    return replace(imported(minute, *identities, **values), type="profile.edited", source_id="key:1")


@pytest.mark.parametrize("weak", [PHONE, LAPTOP, Identity("anonymous_id", "tablet")])
@pytest.mark.parametrize("minute", [0, 2])
def test_a_shared_phone_or_browser_renames_no_customer(weak: Identity, minute: float) -> None:
    known = identify(1, ANA, weak, first_name="Ana", last_name="Lee")
    other = identify(minute, weak, first_name="Ben", birthday="1990-05-04", city="Bonn", shoe_size=44)
    assert attributes([known, other]) == {"first_name": "Ana", "last_name": "Lee"}
    assert attributes([known, replace(other, source_kind="server")]) == {
        "first_name": "Ana",
        "last_name": "Lee",
    }


def test_imported_rows_with_a_phone_alone_rename_no_customer() -> None:
    row = imported(2, PHONE, first_name="Ben", birthday="1990-05-04", loyalty_points=7)
    assert attributes([KNOWN, row]) == {"first_name": "Ana", "last_name": "Lee"}


def test_two_users_with_one_phone_keep_their_own_attributes() -> None:
    ben = identify(2, BEN, PHONE, first_name="Ben", birthday="1990-05-04")
    history = [KNOWN, ben, identify(3, PHONE, first_name="Ben", city="Bonn")]
    assert attributes(history) == {"first_name": "Ana", "last_name": "Lee"}
    assert attributes(history, BEN) == {"first_name": "Ben", "birthday": "1990-05-04"}


def test_values_sent_with_the_persons_name_belong_to_the_person() -> None:
    row = imported(2, PHONE, first_name="ANA", birthday=BIRTHDAY, city=CITY)
    assert attributes([KNOWN, row, BENS_FORM]) == {
        "first_name": "Ana",
        "last_name": "Lee",
        "birthday": BIRTHDAY,
        "city": CITY,
    }


def test_older_values_of_a_stronger_identity_are_kept() -> None:
    mail = identify(0, ANA_MAIL, PHONE, first_name="Ana", city="Vigo")
    assert attributes([mail, identify(5, PHONE, first_name="Ana", city="Bonn")], ANA_MAIL)["city"] == "Vigo"


def test_a_value_cleared_by_a_stronger_identity_stays_empty() -> None:
    emptied = identify(3, ANA, city=None)
    assert "city" not in attributes([KNOWN, emptied, identify(4, PHONE, first_name="Ana", city="Bonn")])


def test_a_user_without_a_name_takes_the_first_one_of_the_phone() -> None:
    row, silent = imported(0, PHONE, first_name="Ana", city=CITY), identify(1, ANA, PHONE, plan="pro")
    assert attributes([row, silent, BENS_FORM]) == {"first_name": "Ana", "city": CITY, "plan": "pro"}
    again = imported(4, PHONE, first_name="Ana", city="Vigo")
    assert attributes([row, silent, BENS_FORM, again]) == {"first_name": "Ana", "city": "Vigo", "plan": "pro"}


def test_a_phone_without_a_stronger_identity_takes_the_latest_name() -> None:
    history = [
        identify(1, PHONE, LAPTOP, first_name="Ana"),
        identify(2, PHONE, first_name="Ben", city="Bonn"),
    ]
    assert attributes(history, PHONE) == {"first_name": "Ben", "city": "Bonn"}


def test_a_browser_does_not_rename_a_person_with_a_phone() -> None:
    history = [
        identify(1, PHONE, LAPTOP, first_name="Ana"),
        identify(2, LAPTOP, first_name="Ben", city="Bonn"),
    ]
    assert attributes(history, PHONE) == {"first_name": "Ana"}


def test_without_a_name_all_but_distinguishing_attributes_are_shared() -> None:
    history = [KNOWN, identify(2, PHONE, city="Bonn", gender="male", birthday="1990-05-04")]
    assert attributes(history) == {"first_name": "Ana", "last_name": "Lee", "city": "Bonn"}


def test_edits_by_hand_count_in_any_log() -> None:
    edit = by_hand(2, PHONE, first_name="Anna", birthday=BIRTHDAY)
    assert attributes([KNOWN, edit]) == {"first_name": "Anna", "last_name": "Lee", "birthday": BIRTHDAY}


def test_values_of_profiles_merged_by_hand_are_one_persons() -> None:
    merge = by_hand(3, ANA)
    merge = replace(merge, type="profile.merged", effects={"links": [[*PHONE, True]]})
    history = [identify(1, ANA, first_name="Ana"), BENS_FORM, merge]
    theirs = {"first_name": "Ana", "birthday": "1990-05-04", "city": "Bonn", "shoe_size": 44}
    assert attributes(history) == theirs
    assert attributes([*history, identify(4, PHONE, first_name="Cid")]) == theirs


def test_a_custom_id_is_a_strong_identity() -> None:
    card = Identity("loyalty_id", "7")
    history = [identify(1, ANA, card, first_name="Ana"), identify(2, card, first_name="Anna", points=7)]
    assert attributes(history) == {"first_name": "Anna", "points": 7}


def test_an_email_claimed_by_two_users_is_weak() -> None:
    family = Identity("email", "family@example.com")
    history = [identify(1, ANA, family, first_name="Ana"), identify(5, family, first_name="Ben", age=50)]
    assert attributes(history)["first_name"] == "Ben", "an address of one account is that person's"
    assert attributes([*history, identify(2, BEN, family)]) == {"first_name": "Ana"}


@pytest.mark.parametrize(
    ("one", "other", "theirs"),
    [
        ({"first_name": "Ann"}, {"first_name": " ann "}, True),
        ({"first_name": "Zoe"}, {"first_name": "Zo\u00eb"}, True),
        ({"first_name": "Ann"}, {"first_name": "Ann Marie"}, True),
        ({"first_name": "Ann"}, {"name": "Lee, Ann"}, True),
        ({"first_name": "Ann", "last_name": "Lee"}, {"name": "Ann"}, True),
        ({"first_name": "Ann", "last_name": "Lee"}, {"first_name": "Ann"}, True),
        ({"first_name": "Ann"}, {"last_name": "Lee"}, True),
        ({"first_name": "Ann"}, {"first_name": None}, True),
        ({"first_name": "Ann"}, {"first_name": 7}, True),
        ({"first_name": "\u0410\u043d\u043d\u0430"}, {"first_name": "\u0410\u041d\u041d\u0410"}, True),
        ({"first_name": "Ann", "last_name": "Lee"}, {"first_name": "Bob", "last_name": "Lee"}, False),
        ({"first_name": "Ann", "last_name": "Lee"}, {"name": "Bob Lee"}, False),
        ({"name": "Ann Lee"}, {"first_name": "Bob"}, False),
        ({"last_name": "Lee"}, {"last_name": "Moss"}, False),
        ({"first_name": "Ann"}, {"first_name": "Anna"}, False),
    ],
)
def test_names_of_one_person_agree(one: dict[str, Any], other: dict[str, Any], theirs: bool) -> None:
    assert agree(naming_of(one), naming_of(other)) is theirs
    assert agree(naming_of(other), naming_of(one)) is theirs
    assert agree(naming_of(one), NAMELESS)


def test_a_long_name_is_compared_by_its_beginning() -> None:
    assert naming_of({"first_name": "x" * 10_000}) == EventNaming("x" * 30)
