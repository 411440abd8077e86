"""The largest possible fold: each budget is full of the longest names and values, each with a different stamp."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from crm.domain.attribute import Attribute, check_room, declared
from crm.domain.claims import IdentityLink, add_link
from crm.domain.errors import ConflictError
from crm.domain.fold import fold_all
from crm.domain.fold_rules import FoldRules
from crm.domain.identity import Identity
from crm.domain.manual_edit_budget import MAX_LINKED, MAX_UNLINKED, ensure_link_room, ensure_room
from crm.domain.profile import ProfileState
from crm.domain.registers import ENVIRONMENT
from crm.domain.standard_attributes import STANDARD
from crm.domain.stored_profile import dumps, loads
from crm.domain.trust import Rank
from crm.settings import MAX_CONSENT_KEYS
from tests.support.effects import effects_on
from tests.support.ranked_messages import ranked_message

PUBLIC, TRUSTED, BY_HAND = Rank

MAX_PUBLIC_BYTES, LARGEST = 160_000, 320_000
"""The bytes that strangers can fill, and those of all registers. An item with all other parts holds 409,600."""

Properties = dict[str, Any]


def own_attributes() -> dict[str, Attribute]:
    """Return the standard attributes, with as many declared texts as are allowed beside them."""
    known = dict(STANDARD)
    try:
        for number in range(1000):
            known[f"own_{number:03d}"] = Attribute(f"own_{number:03d}", "Own")
            check_room(known.values())
    except ConflictError:
        known.popitem()
    return known


def text(size: int) -> str:
    """Build a text of a number of bytes as JSON."""
    return "x" * (size - 2)


def longest_names(letter: str, number: int) -> list[str]:
    return [f"{letter}{n:03d}".ljust(10, "-") + "\u00e9" * 90 for n in range(number)]


def traits(names: Iterable[str], size: int) -> list[Properties]:
    return [{"properties": {name: text(size)}} for name in names]


def groups(size: int) -> list[Properties]:
    properties = {"p": text(size - len('{"p":}'))}
    return [{"type": "group", "name": name, "properties": properties} for name in longest_names("g", 20)]


def effects(register: str, names: Iterable[str], value: Any = True) -> list[Properties]:
    return [{"type": "profile.edited", "effects": {register: {name: value}}} for name in names]


def consents(keys: Iterable[str], state: str = "granted") -> list[Properties]:
    word = {"state": state, "source": "s" * 200, "expires_at": "2027-11-29T12:00:00.000Z"}
    return effects("consents", keys, word)


def ids(prefix: str, number: int) -> list[str]:
    return [f"{prefix}_{n:012x}" for n in range(number)]


OWN = own_attributes()
KEYS = [f"{n:02d}{'c' * 62}:{'p' * 64}" for n in range(MAX_CONSENT_KEYS)]
RULES = FoldRules({name: declared(one) for name, one in OWN.items()}, frozenset(KEYS))

FROM_PUBLIC_SOURCES = [
    *(one for name, own in OWN.items() for one in traits([name], declared(own).bytes)),
    *traits(longest_names("u", 60), 512),
    *traits((f"{n:03d}" + "l" * 100 for n in range(20)), 10),
    *groups(512),
    *consents(KEYS),
    *consents([*KEYS, *(f"{n:02d}{'f' * 62}" for n in range(30))], "pending"),
    *effects("tags", ids("tag", 10)),
    {"type": "page", "context": {"environment": dict.fromkeys(ENVIRONMENT, "\u00e9" * 300)}},
]
FROM_SERVERS = [
    *traits(longest_names("t", 60), 512),
    *groups(1024),
    *consents(f"{n:02d}{'k' * 62}:{'p' * 35}" for n in range(60)),
    *effects("tags", ids("tag", 300)),
    *effects("fields", (f"list:{id_}" for id_ in ids("list", 300))),
]
BY_STAFF = [
    *effects("attributes", list(OWN)[-12:], text(1900)),
    *effects("tags", ids("tag", 250)),
    *effects("classes", (f"{n:02d}" + "k" * 62 for n in range(100))),
    *effects("fields", (f"list:{id_}" for id_ in ids("list", 250))),
    *effects("fields", (f"segment:{id_}" for id_ in ids("seg", 100))),
]


def folded(*by_rank: tuple[Rank, list[Properties]]) -> ProfileState:
    every = [(rank, one) for rank, parts in by_rank for one in parts]
    log = [
        # The stamps of servers and staff have the digests of longer ids.
        replace(ranked_message(rank, at, 0, **one), message_id=str(at).zfill(36 if rank is PUBLIC else 41))
        for at, (rank, one) in enumerate(every)
    ]
    state = ProfileState("p")
    fold_all(state, log, rules=RULES)
    return state


def test_public_sources_fill_at_most_a_third_of_an_item() -> None:
    state = folded((PUBLIC, FROM_PUBLIC_SOURCES))
    assert MAX_PUBLIC_BYTES * 0.7 < len(dumps(state).encode()) < MAX_PUBLIC_BYTES


def test_full_budgets_of_all_ranks_fit_an_item() -> None:
    state = folded((PUBLIC, FROM_PUBLIC_SOURCES), (TRUSTED, FROM_SERVERS), (BY_HAND, BY_STAFF))
    assert loads("p", dumps(state)) == state
    assert LARGEST * 0.7 < len(dumps(state).encode()) < LARGEST


@pytest.mark.parametrize(
    ("limit", "more"),
    [
        ("attributes", {"attributes": {"city": text(1000)}}),
        ("tags", {"tags": {"tag_new": True}}),
        ("classes", {"classes": {"new": True}}),
        ("lists", {"fields": {"list:list_new": True}}),
        ("segments", {"fields": {"segment:seg_new": False}}),
        ("consents", {"consents": {"new": {"state": "granted"}}}),
    ],
)
def test_an_edit_that_does_not_fit_is_refused_with_the_reason(limit: str, more: dict[str, Any]) -> None:
    state = folded((TRUSTED, FROM_SERVERS), (BY_HAND, BY_STAFF))
    with pytest.raises(ConflictError) as refused:
        ensure_room(state, effects_on(**more), RULES)
    assert (refused.value.code, refused.value.details) == ("profile_full", {"limit": limit})


def test_clearing_denying_and_replacing_values_always_fits() -> None:
    state = folded((TRUSTED, FROM_SERVERS), (BY_HAND, BY_STAFF))
    last = list(OWN)[-1]
    edits: tuple[dict[str, Any], ...] = (
        {"attributes": {"city": None, last: "short"}},
        {"tags": {"tag_new": None, ids("tag", 1)[0]: True}},
        {"fields": {"responsible": "iris", "deleted": True, "list:list_new": None}},
        {"consents": {"new": {"state": "denied"}, KEYS[0]: {"state": "granted"}}},
    )
    for edit in edits:
        ensure_room(state, effects_on(**edit), RULES)


def test_links_by_hand_are_limited_by_size() -> None:
    profile = ProfileState("p")

    def decide(number: int, *, linked: bool) -> None:
        other = Identity("anonymous_id", f"{number:03d}" + "\u00e9" * 250)
        ensure_link_room(profile, {"links": [[*other, linked]]})
        add_link(profile.links, other, IdentityLink(linked, (number, "m")))

    def decide_more(*, linked: bool) -> None:
        for number in range(len(profile.links), 100):
            decide(number, linked=linked)

    for linked, most in ((True, MAX_LINKED), (False, MAX_UNLINKED)):
        while len(dumps(profile).encode()) < most * 0.85:
            decide(len(profile.links), linked=linked)
        with pytest.raises(ConflictError) as refused:
            decide_more(linked=linked)
        assert (refused.value.code, refused.value.details) == ("profile_full", {"limit": "links"})
    decide(0, linked=False)
