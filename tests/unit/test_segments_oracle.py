"""Real purchases in order: the members of segments at each time equal SQL over the file."""

from __future__ import annotations

import pytest

from tests.model.cdnow_replay import INSTANTS, Oracle, Replay, instant
from tests.model.cdnow_segments import CASES, segment_id
from tests.support.cdnow import LOG, Purchase, read_purchases
from tests.support.thoroughness import part_of

pytestmark = [
    pytest.mark.skipif(not LOG.exists(), reason="the purchase log is not here"),
    pytest.mark.timeout(1800),
]
CUSTOMERS = part_of(2000, one_in=200)
"""The total number: the first customers of the file, in parts that can run in parallel."""
PARTS = part_of(4)


def purchases_of(purchases: list[Purchase], part: int) -> list[Purchase]:
    return [purchase for purchase in purchases if int(purchase.customer) % PARTS == part]


@pytest.mark.parametrize("part", range(PARTS))
def test_segments_of_real_customers_equal_those_in_sql(part: int) -> None:
    purchases = purchases_of(read_purchases(CUSTOMERS), part)
    replay, oracle = Replay(purchases), Oracle(purchases)
    for text in INSTANTS:
        replay.advance(instant(text))
        found = replay.members()
        for number, case in enumerate(CASES):
            assert found[segment_id(number)] == oracle.members(case, text), f"{case.name} at {text}"


def test_most_segments_of_the_oracle_contain_some_customers() -> None:
    oracle = Oracle(purchases_of(read_purchases(part_of(200, least=60)), 0))
    telling = set()
    for text in INSTANTS:
        sizes = {case.name: len(oracle.members(case, text)) for case in CASES}
        telling |= {name for name, size in sizes.items() if 0 < size < sizes["bought ever"]}
    assert len(CASES) >= 70
    assert len(telling) >= 65
