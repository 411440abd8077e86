"""Messages of each rank about one person, and their fold."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from crm.domain.activity import Activity
from crm.domain.fold import fold_all
from crm.domain.fold_rules import Declared, FoldRules
from crm.domain.profile import ProfileState
from crm.domain.trust import Rank
from tests.support.activities import NOON, activity, user

SENDERS = {
    Rank.PUBLIC: ("src_1", "web"),
    Rank.TRUSTED: ("src_2", "server"),
    Rank.BY_HAND: ("key:1", "server"),
}
RULES = FoldRules(
    {"city": Declared(), "vip": Declared(Rank.TRUSTED), "score": Declared(Rank.BY_HAND)},
    consent_keys=frozenset({"email", "sms"}),
    key=b"secret",
)


def ranked_message(rank: Rank, at: int, number: int, **more: Any) -> Activity:
    source_id, source_kind = SENDERS[rank]
    made = activity(user("u1"), at=NOON + at, message_id=f"m{number}", **{"type": "identify"} | more)
    return replace(made, source_id=source_id, source_kind=source_kind)


def fold(log: Sequence[Activity], rules: FoldRules = RULES) -> ProfileState:
    state = ProfileState("p")
    fold_all(state, sorted(log, key=lambda one: (one.original_at, one.message_id)), rules=rules)
    return state
