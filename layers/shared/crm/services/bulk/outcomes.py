"""The outcomes of a bulk action, customer by customer."""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from crm.domain.exports.formats import CSV, header, lines

CHANGED, UNCHANGED, ACTION_FAILED, _SKIPPED = "changed", "unchanged", "failed", "skipped"
COLUMNS = ("id", "outcome", "code", "message")
HEADER = header(CSV, COLUMNS)


class BulkOutcome(NamedTuple):
    """The outcome for one customer. `code` and `message` give the reason or further information."""

    id: str
    outcome: str
    code: str = ""
    message: str = ""


def rows(outcomes: Iterable[BulkOutcome]) -> bytes:
    """Return outcomes as lines of the file of results."""
    return b"".join(lines(CSV, COLUMNS, (outcome._asdict() for outcome in outcomes)))


def counts(outcomes: Iterable[BulkOutcome]) -> dict[str, int]:
    """Count the outcomes of each kind."""
    return dict(Counter(outcome.outcome for outcome in outcomes))


def failed_ids(outcomes: Iterable[BulkOutcome]) -> list[str]:
    """Return the ids of the customers on which the action failed."""
    return [outcome.id for outcome in outcomes if outcome.outcome == ACTION_FAILED]


def not_found(id: str) -> BulkOutcome:
    """Return the outcome of a customer who was deleted or is no longer visible."""
    return BulkOutcome(
        id, _SKIPPED, "gone", "has been deleted or erased since, or is no longer one of your customers"
    )


def unknown_id(id: str) -> BulkOutcome:
    """Return the outcome of a selected id that does not exist."""
    return BulkOutcome(id, _SKIPPED, "not_found", "there is no profile with this id")


def merged_customer(id: str, into: str) -> BulkOutcome:
    """Return the outcome of a customer who was merged into another."""
    return BulkOutcome(id, _SKIPPED, "merged", f"has been merged into {into} since")
