"""Rule sets of many segments without a table, and projections by one of them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC
from unittest import mock

from crm.domain.local_days import LocalDays
from crm.domain.segments.definition import DYNAMIC, Build, Segment, StoredCondition
from crm.domain.segments.ruleset import Definitions, RuleSet, rule_set_of
from crm.services.ruleset import ruleset

DAYS = LocalDays(UTC, "UTC")


def build_rule_set(number: int, condition: Callable[[int], StoredCondition], version: int = 1) -> RuleSet:
    """Build a rule set of a number of segments, whose metrics no profile has counted before this version."""
    segments = [
        Segment(
            id=f"seg_{at:012x}",
            name=f"S{at}",
            type=DYNAMIC,
            created_at=0,
            updated_at=0,
            builds=1,
            serving=Build(1, 1, condition(at)),
        )
        for at in range(number)
    ]
    counted = rule_set_of(Definitions(segments), 0, DAYS, {}).counting.metrics
    return rule_set_of(Definitions(segments), version, DAYS, dict.fromkeys(counted, version))


@contextmanager
def defined(made: RuleSet) -> Iterator[None]:
    """Use this rule set for projections until the end of the block."""
    with mock.patch.object(ruleset, "current_rule_set", return_value=made):
        yield
