"""What came of a bulk action, customer by customer."""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from crm.domain.exports.formats import CSV, header, lines

CHANGED, UNCHANGED, FAILED, SKIPPED = "changed", "unchanged", "failed", "skipped"
COLUMNS = ("id", "outcome", "code", "message")
HEADER = header(CSV, COLUMNS)


class Outcome(NamedTuple):
    """Of one customer. `code` and `message` say why nothing was changed, or what else there is to know."""

    id: str
    outcome: str
    code: str = ""
    message: str = ""


def rows(outcomes: Iterable[Outcome]) -> bytes:
    """As they stand in the file of results."""
    return b"".join(lines(CSV, COLUMNS, (outcome._asdict() for outcome in outcomes)))


def counts(outcomes: Iterable[Outcome]) -> dict[str, int]:
    """How many of each."""
    return dict(Counter(outcome.outcome for outcome in outcomes))


def failed(outcomes: Iterable[Outcome]) -> list[str]:
    """Ids of those for whom it failed."""
    return [outcome.id for outcome in outcomes if outcome.outcome == FAILED]


def gone(id: str) -> Outcome:
    """Whoever had the id."""
    return Outcome(id, SKIPPED, "gone", "was deleted or erased since, or is none of your customers any more")


def unknown(id: str) -> Outcome:
    """An id that was picked by hand."""
    return Outcome(id, SKIPPED, "not_found", "there is no profile of this id")


def merged(id: str, into: str) -> Outcome:
    """Whoever had the id is one with somebody else by now."""
    return Outcome(id, SKIPPED, "merged", f"is one with {into} since")
