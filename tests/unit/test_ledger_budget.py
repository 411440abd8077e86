"""Pages of the ledger: strangers can neither exceed its item nor displace entries of trusted sources."""

from __future__ import annotations

import random
from collections.abc import Iterable
from itertools import count, islice

from crm.domain.counts import Counts, Piece
from crm.domain.fold_rules import FoldRules
from crm.domain.json_text import size_of
from crm.domain.ledger.book import INLINE, Ledger, page_of
from crm.domain.ledger.contributions import Contributions, ContributionStamp, Latest
from crm.domain.ledger.entry import LedgerObject, Page
from crm.domain.ledger.page_budget import MAX_PAGE_BYTES, PUBLIC_BYTES, within_budget
from crm.domain.ledger.stored_entry import dump_entry
from crm.domain.trust import Rank
from tests.support.thoroughness import part_of

DAY = 20_000
AIMED_AT = 7
PLACE = FoldRules(key=b"secret").place


def entry(rank: Rank, number: int = 0) -> LedgerObject:
    word = ContributionStamp(int(rank), DAY * 86_400_000 + number, f"{number:08x}", DAY * 86_400_000)
    words = Contributions(first=word, amounts=Latest(word, (1_000_000 + number, None, None, None)))
    return LedgerObject({2 * DAY: words})


def page(public: Iterable[int] = (), trusted: Iterable[int] = ()) -> Page:
    found = {f"opublic-{n}": entry(Rank.PUBLIC, n) for n in public}
    return found | {f"otrusted-{n}": entry(Rank.TRUSTED, n) for n in trusted}


def bytes_of(kept: Page) -> int:
    return sum(size_of(dump_entry(one)) for one in kept.values())


def test_a_page_within_budget_is_unchanged() -> None:
    usual = page(range(40), range(500))
    assert within_budget(usual, PLACE) is usual


def test_public_orders_are_limited_and_do_not_displace_trusted_orders() -> None:
    kept = within_budget(page(range(part_of(5_000, least=500)), range(500)), PLACE)
    public = {key: one for key, one in kept.items() if key.startswith("opublic")}
    assert len(kept) - len(public) == 500
    assert PUBLIC_BYTES * 0.9 < bytes_of(public) <= PUBLIC_BYTES


def test_trusted_sources_are_bounded_by_the_item() -> None:
    kept = within_budget(page(range(100), range(part_of(20_000, least=5_000))), PLACE)
    assert MAX_PAGE_BYTES * 0.9 < bytes_of(kept) <= MAX_PAGE_BYTES
    assert not any(key.startswith("opublic") for key in kept)


def test_kept_orders_depend_on_the_secret_and_not_on_arrival() -> None:
    full = page(range(part_of(3_000, least=500)))
    shuffled = list(full.items())
    random.Random(4).shuffle(shuffled)
    kept = within_budget(full, PLACE).keys()
    assert within_budget(dict(shuffled), PLACE).keys() == kept
    assert within_budget(full, FoldRules(key=b"another").place).keys() != kept


def test_orders_aimed_at_one_page_stay_within_its_budget() -> None:
    ledger, numbers = Ledger(), count()
    for day in range(DAY, DAY + 20):
        aimed = islice((n for n in numbers if page_of(f"o{n}") == AIMED_AT), part_of(400, least=20))
        words = {f"o{n}": entry(Rank.PUBLIC, n)[2 * DAY] for n in aimed}
        piece = Piece(day * 1440, (day + 1) * 1440, Counts(), words)
        ledger.replace([(piece.start, piece.end)], [piece], None, None)
        ledger.settle("generation", None, PLACE)
    assert len(ledger.entries) <= INLINE
    assert ledger.paged == {AIMED_AT}
    assert PUBLIC_BYTES * 0.9 < bytes_of(ledger.pages[AIMED_AT]) <= PUBLIC_BYTES
