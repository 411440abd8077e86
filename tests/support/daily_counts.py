"""The daily counts of profiles, independent of blocks and pages."""

from crm.domain.counts import Counts
from crm.domain.daily.daily_counts import DailyCounts
from crm.domain.daily.stored import dump_page, load_page
from crm.domain.ledger.stored import dump_ledger_page, load_ledger_page
from crm.domain.profile import ProfileState
from crm.domain.stored_profile import dumps, loads


def counted_days(daily: DailyCounts) -> dict[int, Counts]:
    """Return the counts of each day. All pages must be loaded."""
    daily.read_from(None, None)
    days = {
        day: counts
        for block in (*daily.pages.values(), *daily.blocks.values())
        for day, counts in block.days.items()
    }
    if daily.tail is not None:
        days[daily.tail.day] = days.get(daily.tail.day, Counts()) + daily.tail.counts
    return days


def stored_again(state: ProfileState) -> ProfileState:
    """Store a profile and read it again, with its pages."""
    read, pages = loads(state.id, dumps(state)), state.daily.pages
    ledgers = {number: dump_ledger_page(page) for number, page in state.ledger.pages.items()}
    read.ledger_reader = lambda _profile, first, last: {
        number: load_ledger_page(page) for number, page in ledgers.items() if first <= number <= last
    }
    stored = {number: dump_page(page) for number, page in pages.items()}
    read.page_reader = lambda _profile, first, last: {
        number: load_page(number, page) for number, page in stored.items() if first <= number <= last
    }
    return read
