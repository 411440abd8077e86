"""Blocks of days: they are read exactly as written, and small."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.domain.counts import DAY, Counts, Piece
from crm.domain.daily import stored
from crm.domain.daily.block import Block
from crm.domain.daily.daily_counts import DailyCounts, PagesNotReadError
from crm.domain.daily.metric_columns import BLOCK_DAYS
from crm.domain.daily.numbers import get_column, get_signed, put_column, put_signed
from crm.domain.daily.page_moves import move_large_blocks
from crm.domain.daily.replace_days import replace_days
from crm.domain.daily.scaled import get_scaled, put_scaled
from crm.domain.metrics.tables import MAX_INSTANTS, Days
from crm.domain.times import DAY_MS
from tests.support.daily_counts import counted_days
from tests.support.thoroughness import part_of

examples = settings(deadline=None, derandomize=True, database=None, max_examples=part_of(200, least=4))

HUGE = 10**15 * 10**6
"""The largest amount that counts, in millionths."""

NUMBERS = st.one_of(
    st.integers(-2, 300), st.integers(-HUGE, HUGE), st.integers(-(1 << 90), 1 << 90), st.integers(0, 1 << 65)
)
MONEY = st.one_of(st.integers(-99_999, 99_999).map(lambda cents: cents * 10_000), NUMBERS)
TIMES = st.integers(0, 253_402_300_799_999)
VALUES = st.one_of(
    st.text(max_size=12), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False)
)
FIRST_DAY = 20_000 // BLOCK_DAYS * BLOCK_DAYS
KEPT: dict[str, st.SearchStrategy[Any]] = {
    "c": st.integers(1, 1 << 40),
    "s": st.tuples(st.integers(1, 5), MONEY).map(list),
    "n": MONEY,
    "x": MONEY,
    "f": st.tuples(TIMES, st.text(max_size=6), VALUES).map(list),
    "l": st.tuples(TIMES, st.text(max_size=6), VALUES).map(list),
    "p": st.tuples(TIMES, TIMES).map(sorted),
    **{
        letter: st.lists(TIMES, min_size=1, max_size=min(most, 9)).map(sorted)
        for letter, most in MAX_INSTANTS.items()
    },
}
IDS = [letter + digest * 5 for letter in KEPT for digest in ("0a", "ff")]


@given(st.lists(NUMBERS, min_size=1, max_size=20))
@examples
def test_a_column_of_numbers_is_read_back_unchanged(numbers: list[int]) -> None:
    out = bytearray(b"before")
    put_column(out, numbers)
    end = len(out)
    assert get_column(bytes(out + b"behind"), 6, len(numbers)) == ((*numbers,), end) or get_column(
        bytes(out + b"behind"), 6, len(numbers)
    ) == (numbers, end)


@given(st.lists(MONEY, min_size=1, max_size=20))
@examples
def test_a_column_of_amounts_is_read_back_unchanged(numbers: list[int]) -> None:
    out = bytearray()
    put_scaled(out, numbers)
    found, end = get_scaled(bytes(out), 0, len(numbers))
    assert (list(found), end) == (numbers, len(out))


@pytest.mark.parametrize("edge", [1 << bits for bits in (7, 8, 15, 16, 31, 32, 63, 64, 71, 72)])
@pytest.mark.parametrize("off", [-1, 0, 1])
@pytest.mark.parametrize("other", [0, -1, 1])
def test_numbers_at_the_edges_of_widths_are_read_back_unchanged(edge: int, off: int, other: int) -> None:
    for numbers in ([edge + off, other], [-edge + off, other], [edge, -edge]):
        out = bytearray()
        put_column(out, numbers)
        assert list(get_column(bytes(out), 0, 2)[0]) == numbers
        signed = bytearray()
        put_signed(signed, numbers[0])
        assert get_signed(bytes(signed), 0) == (numbers[0], len(signed))


@st.composite
def tables(draw: st.DrawFn, key: int) -> dict[str, Days]:
    found: dict[str, Days] = {}
    for id_ in draw(st.sets(st.sampled_from(IDS), max_size=5)):
        days = draw(st.sampled_from([[key], [0], [key, key + 1], [key - 400], [0, key - 1, key + 5]]))
        found[id_] = {day: draw(KEPT[id_[0]]) for day in days}
    return found


@st.composite
def counts_of(draw: st.DrawFn, key: int) -> Counts:
    activities, pages, orders, refunds, conflicts, edits = (
        draw(st.sampled_from([0, 0, 1, 2, 70_000])) for _ in range(6)
    )
    names = draw(st.sets(st.sampled_from(["", "EUR", "USD", "\u00c4\u00d6\u00dc"]), max_size=2))
    revenue = {name: Decimal(draw(MONEY)).scaleb(-6) for name in names}
    return Counts(1 + activities, pages, orders, refunds, conflicts, revenue, edits, draw(tables(key)))


@st.composite
def blocks(draw: st.DrawFn, number: int) -> dict[int, Counts]:
    offsets = draw(st.sets(st.integers(0, BLOCK_DAYS - 1), min_size=1, max_size=5))
    return {day: draw(counts_of(day)) for day in (number * BLOCK_DAYS + offset for offset in sorted(offsets))}


@given(st.data(), st.sampled_from([0, 1, 1250, 183_000]))
@examples
def test_an_encoded_block_is_decoded_to_the_same_counts(data: st.DataObject, number: int) -> None:
    days = data.draw(blocks(number))
    made, names = Block.from_days(number, days), ["s" + "77" * 5]
    read = Block(number, made.encoded(names), names)
    assert (read.counts, read.totals, read.metric_ids) == (made.counts, made.totals, made.metric_ids)
    assert {id_: read.days_of(id_) for id_ in IDS} == {id_: made.days_of(id_) for id_ in IDS}
    assert read.days == days
    assert read.days_of("s" + "99" * 5) == {}
    assert stored.load_page(number, stored.dump_page(read)).days == days


@given(st.data())
@examples
def test_inline_blocks_are_read_back_unchanged(data: st.DataObject) -> None:
    numbers = data.draw(st.sets(st.integers(1240, 1260), max_size=4))
    daily = DailyCounts(
        blocks={number: Block.from_days(number, data.draw(blocks(number))) for number in numbers}
    )
    if data.draw(st.booleans()):
        daily.tail = Piece(20_000 * DAY + 77, 20_001 * DAY, data.draw(counts_of(20_000)))
    if data.draw(st.booleans()):
        daily.paged, daily.generation, daily.closed = (3, 1239), "abc", data.draw(counts_of(0))
    text = stored.dumps(daily)
    read = stored.loads(text) if text else DailyCounts()
    assert (read.tail, read.paged, read.generation, read.closed) == (
        daily.tail, daily.paged, daily.generation, daily.closed,
    )  # fmt: skip
    assert {n: block.days for n, block in read.blocks.items()} == {n: b.days for n, b in daily.blocks.items()}
    assert read.totals == daily.totals
    assert stored.dumps(read) == text


def bytes_per_day(letter: str, kept: Any) -> float:
    metrics = [letter + f"{number:010x}" for number in range(20)]
    days = {
        FIRST_DAY + offset: Counts(
            activities=2,
            metrics={id_: {FIRST_DAY + offset: kept(n, offset)} for n, id_ in enumerate(metrics)},
        )
        for offset in range(BLOCK_DAYS)
    }
    return len(stored.dump_page(Block.from_days(FIRST_DAY // BLOCK_DAYS, days))) / len(days) / len(metrics)


@pytest.mark.parametrize(
    ("letter", "kept", "most"),
    [
        ("s", lambda n, day: [1, (n * 97 + day * 1_203 + 1) * 10_000], 3),
        ("s", lambda n, day: [1 + day % 3, -(n * 97 + day * 1_203 + 1) * 10_000], 4),
        ("s", lambda n, day: [2, HUGE - n * day], 11),
        ("c", lambda n, day: 1 + (n + day) % 200, 2),
        ("x", lambda n, day: (n * 97 + day * 1_203) * 10_000, 3),
        (
            "p",
            lambda n, day: [(FIRST_DAY + day) * DAY_MS + n, (FIRST_DAY + day) * DAY_MS + n + day * 1000],
            9,
        ),
    ],
)
def test_a_metric_takes_few_bytes_for_each_active_day(letter: str, kept: Any, most: float) -> None:
    assert bytes_per_day(letter, kept) <= most


def test_days_moved_to_pages_are_counted_once() -> None:
    daily = DailyCounts.begun()
    for number in range(100):
        day = 20_000 + number * 3
        piece = Piece(day * DAY, (day + 1) * DAY, Counts(activities=1, metrics={IDS[0]: {day: 1}}))
        replace_days(daily, [(piece.start, piece.end)], [piece])
        move_large_blocks(daily, day, 20, 40_000, "g")
    assert daily.totals.activities == len(counted_days(daily)) == 100
    assert daily.paged is not None
    assert len(daily.blocks) < 4


def test_each_page_is_read_once_for_any_number_of_windows() -> None:
    stored_pages = {
        number: Block.from_days(number, {number * 16: Counts(activities=1)}) for number in range(100)
    }
    daily, asked = DailyCounts(paged=(0, 99), generation="g"), list[tuple[int, int]]()

    def read(first: int, last: int) -> dict[int, Block]:
        asked.append((first, last))
        return {number: stored_pages[number] for number in range(first, last + 1)}

    for number in range(99, -1, -1):
        daily.read_from(number * 16, read)
        assert set(daily.pages) >= set(range(number, 100))
    assert len(asked) <= 8
    assert sorted(number for first, last in asked for number in range(first, last + 1)) == [*range(100)]


def test_using_a_page_before_it_is_read_is_an_error() -> None:
    daily = DailyCounts(paged=(3, 9), generation="g")
    with pytest.raises(PagesNotReadError):
        daily.read_from(5 * 16, None)
    with pytest.raises(PagesNotReadError):
        replace_days(daily, [(5 * 16 * DAY, (5 * 16 + 1) * DAY)], [])
    daily.read_from(10 * 16, None)
