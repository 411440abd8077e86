"""The counts of a profile by definition: a new definition does not change the others."""

from __future__ import annotations

from datetime import UTC

from crm.domain.conditions.value_conditions import AGGREGATE
from crm.domain.local_days import LocalDays
from crm.domain.profile import ProfileState
from crm.domain.segments.ruleset import Definitions, rule_set_of
from tests.model.scenes import ANA, activity
from tests.unit.test_card import state

DAYS = LocalDays(UTC, "UTC")
OLD, NEW = 3, 8


def test_a_metric_is_counted_in_profiles_folded_since_its_definition() -> None:
    values = [
        (AGGREGATE, name, name, {"function": "count", "event": name})
        for name in ("Viewed", "Order Completed")
    ]
    metrics = [value.computed.metrics for value in rule_set_of(Definitions((), values), 0, DAYS, {}).values]
    (old,), (new,) = metrics
    rule_set = rule_set_of(Definitions((), values), NEW, DAYS, {old.id: OLD, new.id: NEW})
    folded = state(activity(1, ANA))
    for version, counted in ((OLD - 1, (False, False)), (OLD, (True, False)), (NEW, (True, True))):
        folded.rule_set = version
        assert (rule_set.has_counted([old], folded), rule_set.has_counted([new], folded)) == counted
        assert rule_set.counts_fully(folded) is all(counted)
    assert rule_set.has_counted([new], ProfileState("p"))
