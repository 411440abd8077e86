"""The largest possible item of a profile: each register is full of texts that do not compress well."""

from dataclasses import replace
from decimal import Decimal
from functools import cache
from random import Random
from typing import Any

import pytest

from crm.domain.activity import Activity
from crm.domain.card import card_of
from crm.domain.claims import (
    MAX_NOTED,
    MAX_RIVALS,
    Claim,
    Claimer,
    ClaimEvidence,
    IdentityLink,
    limit_claims,
    mark_of,
)
from crm.domain.counts import Counts, Piece
from crm.domain.currencies import CURRENCIES
from crm.domain.daily.block import Block, block_of
from crm.domain.daily.daily_counts import DailyCounts
from crm.domain.daily.metric_columns import BLOCK_DAYS
from crm.domain.fold import fold_all
from crm.domain.fold_rules import MAX_BLOCK_BYTES
from crm.domain.identity import Identity
from crm.domain.json_text import size_of
from crm.domain.ledger.book import INLINE, INLINE_BYTES, Ledger
from crm.domain.ledger.contributions import Contributions, ContributionStamp, Latest
from crm.domain.ledger.stored import dump_ledger
from crm.domain.manual_edit_budget import MAX_UNLINKED
from crm.domain.message_name import NAMES
from crm.domain.profile import ProfileState
from crm.domain.stored_profile import dumps
from crm.domain.times import DAY_MS
from crm.domain.trust import Rank
from crm.domain.weak_attributes import VALUES_BY_NAME
from crm.services.projection.claim_settler import MAX_TRACES
from crm.storage.profile_item import to_item
from tests.model.scenes import profile_id
from tests.support.dynamodb.item_size import item_size
from tests.support.ranked_messages import ranked_message
from tests.support.stage import environment
from tests.unit.test_largest_fold import BY_STAFF, FROM_PUBLIC_SOURCES, FROM_SERVERS, KEYS, RULES

pytestmark = pytest.mark.usefixtures("deployed")

LARGEST, MAX_OF_STRANGERS = 395_000, 230_000
LARGEST_OF_SHARED_PHONE = 405_000
"""The bytes of an item. DynamoDB's limit is 409,600."""

NOW = 1_777_593_600_000
FILLING = 470
"""The bytes of a definition's counts of each day, so that the block is full."""

_LETTERS = [chr(code) for code in range(0x21, 0x7F) if chr(code) not in '"\\']
_WIDE = [chr(code) for code in range(0x100, 0x530) if chr(code).isalpha()]
_RANDOM = Random(1)


@cache
def noise(length: int, seed: str) -> str:
    return "".join(Random(f"{seed} {length}").choices(_LETTERS, k=length))


def scrambled(value: Any, at: int) -> Any:
    """Replace repeated characters by random ones, for a name of the same length and bytes."""
    if isinstance(value, dict):
        return {scrambled(name, at): scrambled(one, at) for name, one in value.items()}
    if not isinstance(value, str) or len(value) <= 40 or value in KEYS:
        return value
    wide = len(value.encode()) - len(value)
    return noise(len(value) - wide, str(at)) + "".join(Random(at).choices(_WIDE, k=wide))


def log(*by_rank: tuple[Rank, list[dict[str, Any]]]) -> list[Activity]:
    every = [(rank, one) for rank, parts in by_rank for one in parts]
    return [
        replace(
            ranked_message(
                rank, NOW + 7919 * at, 0, **{part: scrambled(value, at) for part, value in one.items()}
            ),
            message_id=noise(36, f"message {at}"),
        )
        for at, (rank, one) in enumerate(every)
    ]


def identities(number: int, length: int, type_: str = "anonymous_id") -> list[Identity]:
    return [Identity(type_, noise(length, f"{type_} {n}")) for n in range(number)]


def stamp(at: int) -> tuple[int, str]:
    return NOW + 7919 * at, noise(36, f"stamp {at}")


def claim(state: ProfileState) -> None:
    """Add the greatest number of claims and links that a profile can have between two saves."""
    named = [
        *identities(200, 98),
        *identities(20, 512),
        *identities(9, 500, "email"),
        *identities(9, 15, "phone"),
    ]
    claims = {one: ClaimEvidence(Rank.PUBLIC, stamp(at), NOW - at) for at, one in enumerate(named)}
    state.claims, _ = limit_claims(claims, profile_id)
    state.noted = frozenset(map(mark_of, identities(MAX_NOTED, 36, "noted")))
    traces = MAX_TRACES // 512 + 1
    state.unnoted = dict.fromkeys(identities(traces, 512, "unnoted"), (NOW, "overruled"))
    state.dropped = frozenset(identities(traces, 512, "dropped"))
    state.released = frozenset(profile_id(one) for one in identities(4, 9, "released"))
    for at, one in enumerate(identities(MAX_RIVALS + 1, 512, "user_id")):
        state.claimers[profile_id(one)] = Claimer(one, Claim(stamp(at), Rank.PUBLIC, by_hand=False), NOW)


def decide_by_hand(state: ProfileState) -> None:
    for at, one in enumerate(identities(MAX_UNLINKED // 582, 512, "linked")):
        state.links[one] = IdentityLink(bool(at % 2), stamp(at))


def earn(state: ProfileState) -> None:
    """Add revenue in every currency, on every day of a block, and full counts of definitions."""
    first = block_of(NOW // DAY_MS)
    days = {first * BLOCK_DAYS + day: counted(day) for day in range(BLOCK_DAYS)}
    names: list[str] = []
    blocks = {first: Block.from_days(first, days)}
    assert 0.9 * MAX_BLOCK_BYTES < len(blocks[first].encoded(names)) <= MAX_BLOCK_BYTES
    tail = Piece(NOW // 60_000, (NOW // DAY_MS + 1) * 1440, counted(0))
    state.daily = DailyCounts(blocks, tail, counted(0), generation=noise(22, "pages"), paged=(0, 999))
    buy(state)


def buy(state: ProfileState) -> None:
    """Add more orders than are inline."""
    piece = Piece(tail_of(state).start, tail_of(state).end, Counts())
    for number in range(INLINE + 100):
        piece.contributions[f"o{noise(11, str(number))}"] = ordered(number)
    ledger = Ledger()
    ledger.replace([(piece.start, piece.end)], [piece], piece, None)
    ledger.settle(noise(22, "ledger"), None)
    assert 0.9 * INLINE_BYTES < size_of(dump_ledger(ledger)) <= 1.2 * INLINE_BYTES
    state.ledger = ledger


def tail_of(state: ProfileState) -> Piece:
    assert state.daily.tail
    return state.daily.tail


def ordered(number: int) -> Contributions:
    rng = Random(number)
    word = ContributionStamp(
        1, NOW - rng.randrange(DAY_MS), noise(8, f"tie {number}"), NOW - rng.randrange(DAY_MS)
    )
    amounts = (rng.randrange(10**15), rng.randrange(10**15), None, None)
    later = word._replace(at=word.at + rng.randrange(DAY_MS), tie=noise(8, f"later {number}"))
    return Contributions(
        word, Latest(later, amounts), Latest(later, "EUR"), refunds={(1, "EUR"): rng.randrange(10**15)}
    )


def counted(day: int) -> Counts:
    revenue = {code: Decimal(_RANDOM.randrange(10**22)).scaleb(-6) for code in sorted(CURRENCIES)}
    counts = Counts(10**6, 10**6, 10**6, 10**6, 10**3, revenue, 10**3)
    counts.metrics["f0a0a0a0a0a"] = {NOW // DAY_MS: [NOW, noise(8, "id"), noise(FILLING, str(day))]}
    return counts


def item_of(state: ProfileState) -> int:
    state.identity = identities(1, 512, "user_id")[0]
    members = [replace(state, claimers={})]
    state.card = card_of(members)
    state.due = NOW
    with environment():
        return item_size(to_item(state, NOW))


def test_public_sources_fill_at_most_two_thirds_of_an_item() -> None:
    state = ProfileState("00000000-0000-5000-8000-000000000000")
    fold_all(state, log((Rank.PUBLIC, FROM_PUBLIC_SOURCES)), rules=RULES)
    claim(state)
    earn(state)
    size = item_of(state)
    assert MAX_OF_STRANGERS * 0.7 < size < MAX_OF_STRANGERS


def of_shared_phone(activities: list[Activity]) -> list[Activity]:
    """Build the same in the log of a phone number, each message with a different name."""
    phone = Identity("phone", "+34600000001")
    named = []
    for at, activity in enumerate(activities):
        properties = activity.properties
        if activity.type == "identify":
            names = {name: "".join(Random(f"{name} {at}").choices(_WIDE, k=30)) for name in NAMES}
            properties = properties | names
        named.append(replace(activity, identities=(phone,), properties=properties))
    return named


def test_a_shared_phone_log_with_attributes_by_name_fits_an_item() -> None:
    state = ProfileState("00000000-0000-5000-8000-000000000000")
    ranks = (Rank.PUBLIC, FROM_PUBLIC_SOURCES), (Rank.TRUSTED, FROM_SERVERS), (Rank.BY_HAND, BY_STAFF)
    fold_all(state, of_shared_phone(log(*ranks)), rules=RULES)
    assert [len(part) for _, part in state.parts(VALUES_BY_NAME)] == [30, 40]
    claim(state)
    decide_by_hand(state)
    earn(state)
    assert LARGEST * 0.7 < item_of(state) < LARGEST_OF_SHARED_PHONE


def test_the_largest_profile_fits_an_item() -> None:
    state = ProfileState("00000000-0000-5000-8000-000000000000")
    ranks = (Rank.PUBLIC, FROM_PUBLIC_SOURCES), (Rank.TRUSTED, FROM_SERVERS), (Rank.BY_HAND, BY_STAFF)
    fold_all(state, log(*ranks), rules=RULES)
    claim(state)
    decide_by_hand(state)
    earn(state)
    size = item_of(state)
    assert LARGEST * 0.7 < size < LARGEST
    assert len(dumps(state).encode()) > LARGEST
