"""The size of a profile and of its pages is bounded, for any history and any definitions."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import accumulate
from typing import Any

import pytest

from crm.domain.activity import Activity
from crm.domain.counts import DAY as MINUTES
from crm.domain.daily.metric_cost import MAX_DAY_BYTES, MAX_METRIC_BLOCK_BYTES, metric_bytes
from crm.domain.daily.stored import dump_page
from crm.domain.fold import Filing, fold_all, fold_ranges, pages_to_read, ranges_to_read
from crm.domain.metrics.counting import Counting
from crm.domain.metrics.metric import COUNT, FIRST, LAST, MAX, MIN, SPAN, SUM, TIMES, Metric
from crm.domain.metrics.selector import Selector
from crm.domain.metrics.tables import MAX_INSTANTS
from crm.domain.profile import ProfileState
from crm.domain.segments.ruleset import EMPTY_RULE_SET
from crm.domain.stored_profile import dumps
from tests.model.scenes import ANA, DAY, START, order
from tests.support.daily_counts import stored_again
from tests.support.thoroughness import part_of, some_of

YEAR = 367
SELECTOR = Selector(event="Order Completed")


def counting_of(kind: str, number: int, **more: Any) -> Counting:
    metrics = [Metric(kind, SELECTOR, f"p{n}", horizon=YEAR, **more) for n in range(number)]
    return Counting(metrics, EMPTY_RULE_SET.days)


def bought(day: int, properties: dict[str, Any], number: int = 0) -> Activity:
    at = START + day * DAY + number * 60_000
    made = order(0, ANA, message_id=f"m-{day}-{number}")
    return replace(made, properties=properties, original_at=at, occurred_at=at, received_at=at)


def history(days: Sequence[int], sums: int) -> Iterator[Activity]:
    """Build activities with different amounts in each property, on each day."""
    for day in days:
        cents = {f"p{n}": (100 + (n * 3_701 + day * 10_103) % 49_999) / 100 for n in range(sums)}
        yield bought(day, cents)


def folded(days: Sequence[int], sums: int) -> ProfileState:
    state = ProfileState("p")
    fold_all(state, history(days, sums), counting_of(SUM, sums))
    return state


def sizes(state: ProfileState) -> tuple[int, int]:
    """Return the bytes of the fold's text, and of the largest page."""
    return len(dumps(state)), max((len(dump_page(page)) for page in state.daily.pages.values()), default=0)


@pytest.mark.parametrize(
    ("sums", "most", "most_of_a_page"), [(1, 1_700, 70), (20, 3_000, 1_100), (200, 15_000, 9_600)]
)
def test_a_year_of_sums_stays_within_the_size_limits(sums: int, most: int, most_of_a_page: int) -> None:
    fold, page = sizes(folded(range(part_of(360, one_in=4)), sums))
    assert fold <= most
    assert page <= most_of_a_page


def test_a_profile_does_not_grow_between_one_year_and_ten() -> None:
    sums, years = part_of(20, one_in=5), part_of(10, least=3)
    one, ten = folded(range(3_300, 3_660), sums), folded(range(3_660 - 366 * years, 3_660), sums)
    assert sizes(ten)[0] <= sizes(one)[0] + 40
    assert ten.counts.orders == 366 * years


LARGEST: dict[str, Any] = {
    COUNT: 1,
    SUM: 999_999_999_999_999.999999,
    MIN: -999_999_999_999_992.999_998,
    MAX: 999_999_999_999_999.999_999,
    SPAN: 1,
    FIRST: "x" * 200,
    LAST: "x" * 200,
}


@pytest.mark.parametrize("kind", some_of(list(LARGEST), start=1, one_in=4))
def test_a_block_with_the_largest_definitions_fits_an_item(kind: str) -> None:
    number = MAX_DAY_BYTES // metric_bytes([Metric(kind, SELECTOR)])
    counting = counting_of(kind, number)
    values = [
        f"{LARGEST[kind] - n % 7:.6f}" if type(LARGEST[kind]) is float else LARGEST[kind]
        for n in range(number)
    ]
    log = [
        bought(day, {f"p{n}": values[(n + day) % len(values)] for n in range(len(values))}, number)
        for day in range(part_of(64, least=33))
        for number in range(2)
    ]
    state = ProfileState("p")
    fold_all(state, log, counting)
    assert 0 < sizes(state)[1] <= MAX_METRIC_BLOCK_BYTES + 6 * number + 1_000
    assert sizes(state)[0] <= 64_000


@pytest.mark.parametrize("most", some_of(list(MAX_INSTANTS.values()), start=2, one_in=3))
def test_a_block_with_the_most_instants_fits_an_item(most: int) -> None:
    number = MAX_DAY_BYTES // metric_bytes([Metric(TIMES, SELECTOR, most=most)])
    counting = counting_of(TIMES, number, most=most)
    gaps = [35 * 60_001] * min(most, 35) + [17_001] * (most + 3)
    offsets = list(accumulate(gaps))[: most + 2]
    properties = {f"p{n}": 1 for n in range(number)}
    log = [
        replace(
            bought(day, properties, at),
            original_at=START + day * DAY + at,
            occurred_at=START + day * DAY + at,
        )
        for day in range(33)
        for at in offsets
    ]
    state = ProfileState("p")
    fold_all(state, log, counting)
    assert 0 < sizes(state)[1] <= MAX_METRIC_BLOCK_BYTES + 6 * number + 1_000
    assert sizes(state)[0] <= 64_000


def test_a_late_event_reads_only_its_own_day() -> None:
    state, counting = stored_again(folded(range(360), 20)), counting_of(SUM, 20)
    late = bought(40, {"p0": 3}, 7)
    read: list[tuple[int, int]] = []
    ranges = ranges_to_read(state, [late.original_at // 60_000])
    (page,) = pages_to_read(state, ranges)
    assert state.page_reader is not None
    state.daily.add_pages(state.page_reader(state, page, page), [page])

    def read_log(start: int, end: int) -> list[Activity]:
        read.append((start, end))
        return [*history([40], 20), late]

    fold_ranges(state, ranges, read_log, counting)
    day = late.original_at // 60_000 // MINUTES
    assert read == [(day * MINUTES, (day + 1) * MINUTES)]
    assert (state.counts.orders, state.daily.dirty) == (361, {page})


def test_events_of_a_clock_ahead_do_not_move_today_to_a_page() -> None:
    """The history has one event with a time years ahead, and 360 days of a busy customer."""
    state, counting = ProfileState("p"), counting_of(SUM, 20)
    today = START // DAY + 359
    log = [*history(range(360), 20), *history([4_000, 5_000], 20)]
    fold_all(state, log, counting, filing=Filing(today))
    assert today // 16 in state.daily.blocks
    fold = partial(
        fold_ranges, state, rules=replace(EMPTY_RULE_SET.rules), counting=counting, filing=Filing(today)
    )
    more = bought(359, {"p0": 1}, 5)
    fold(
        ranges_to_read(state, [more.original_at // 60_000]), lambda _start, _end: [*history([359], 20), more]
    )
    assert (today // 16 in state.daily.blocks, state.counts.orders) == (True, 363)
