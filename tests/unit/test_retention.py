"""With a retention, logs lose old activities; their counts stay."""

import json
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from crm.domain.activity import Activity
from crm.domain.conditions.facts import Facts
from crm.domain.daily.retention import whole_since
from crm.domain.fold_rules import FoldRules
from crm.domain.metrics.counting import Counting
from crm.domain.metrics.metric import FIRST, SUM, Metric
from crm.domain.metrics.selector import Selector
from crm.domain.profile import ProfileState
from crm.domain.segments.ruleset import EMPTY_RULE_SET
from crm.domain.stored_profile import dumps
from crm.services.projection.projector import Projector
from tests.model.scenes import ANA, DAY, START, order, profile_id
from tests.support.memory_store import MemoryStore

KEPT = 90
ID = profile_id(ANA)
SPENT = Metric(SUM, Selector(event="Order Completed"), "total")
NOTE = Metric(FIRST, Selector(event="Order Completed"), "total")
COUNTING = Counting([SPENT, NOTE], EMPTY_RULE_SET.days)


class Shop:
    """A store whose logs lose activities older than the retention."""

    def __init__(self, inline_bytes: int) -> None:
        self.store, self.now = MemoryStore(), START
        self.rule_set = replace(EMPTY_RULE_SET, rules=FoldRules(inline_bytes=inline_bytes))
        object.__setattr__(self.rule_set, "counting", COUNTING)

    def buy(self, day: int, name: str = "") -> None:
        bought = _at(order(0, ANA, message_id=f"{day}{name}", total=10), START + day * DAY)
        self.store.append([bought])
        self.project([bought.original_at // 60_000])

    def project(self, minutes: Sequence[int] | None) -> None:
        projector = Projector(
            self.store,
            profile_id,
            rule_set=lambda _version: self.rule_set,
            now=lambda: self.now,
            retention_days=KEPT,
        )
        projector.project(ID, minutes)

    def pass_to(self, day: int) -> None:
        self.now = START + day * DAY
        old = [a for a in self.store.everything() if a.occurred_at < self.now - KEPT * DAY]
        self.store.discard(ID, old)

    @property
    def profile(self) -> ProfileState:
        return self.store.load([ID])[ID]

    def seen(self) -> tuple[int, Any, Any]:
        """Return the number of orders, and the values of the metrics."""
        facts = Facts([self.profile])
        return self.profile.counts.orders, facts.days_of(SPENT, 0)[0], facts.days_of(NOTE, 0).get(0)


def _at(activity: Activity, at: int) -> Activity:
    return replace(activity, original_at=at, occurred_at=at, received_at=at)


@pytest.fixture(params=[0, 1 << 20])
def shop(request: pytest.FixtureRequest) -> Shop:
    """A shop with ten orders, one every ten days, with pages and without."""
    shop = Shop(request.param)
    for day in range(0, 100, 10):
        shop.pass_to(day)
        shop.buy(day)
    return shop


def test_counts_of_expired_activities_survive_a_refold(shop: Shop) -> None:
    shop.pass_to(145)
    assert len(shop.store.everything()) == 4
    shop.project(None)
    orders, spent, note = shop.seen()
    assert (orders, spent) == (10, [10, 100_000_000])
    assert note[0] == START + 60 * DAY, "texts are those of what is left"
    shop.project(None)
    assert shop.seen() == (orders, spent, note)


def test_a_late_event_of_an_expired_day_is_not_counted(shop: Shop) -> None:
    shop.pass_to(145)
    before = shop.seen()
    shop.buy(30, "late")
    assert shop.seen() == before
    shop.buy(35, "on a day of its own")
    assert shop.seen()[0] == before[0] + 1
    shop.buy(60, "of a day that is whole")
    assert shop.seen()[0] == before[0] + 2


def test_expired_counts_of_the_previous_version_are_kept(shop: Shop) -> None:
    """There are two slices of five orders; the second has lost its first order, and is counted from the others."""
    first = START // 60_000
    slices = [[first, 45 * 1440, 5, 0, 5, {"": "50"}], [first + 50 * 1440, 41 * 1440, 5, 0, 5, {"": "50"}]]
    state = shop.profile
    text = json.loads(dumps(state)) | {"n": slices, "q": [], "V": "1"}
    del text["D"]
    shop.store.keep(ID, state.version, json.dumps(text))
    assert shop.profile.counts.orders == 10
    shop.pass_to(145)
    shop.project(None)
    assert shop.profile.counts.orders == 9
    assert shop.profile.counts.revenue == {"": Decimal(90)}
    assert shop.profile.daily.legacy is None


@pytest.mark.parametrize(
    ("now", "earliest", "day"),
    [(100 * DAY, 0, 10), (100 * DAY + 1, 0, 11), (100 * DAY, -DAY, 11), (100 * DAY, -1, 11)],
)
def test_whole_since_is_the_first_complete_day(now: int, earliest: int, day: int) -> None:
    assert whole_since(now, 90, earliest) == day
