"""Rule sets of many segments without a table, and projections by one of them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC
from unittest import mock

from crm.domain.local_days import LocalDays
from crm.domain.segments.definition import DYNAMIC, Build, Condition, Segment
from crm.domain.segments.ruleset import Catalogue, Definitions, catalogue_of
from crm.services.ruleset import ruleset

DAYS = LocalDays(UTC, "UTC")


def made_of(number: int, condition: Callable[[int], Condition], version: int = 1) -> Catalogue:
    """A rule set of so many segments, whose metrics nobody has counted before this version."""
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
    counted = catalogue_of(Definitions(segments), 0, DAYS, {}).counting.metrics
    return catalogue_of(Definitions(segments), version, DAYS, dict.fromkeys(counted, version))


@contextmanager
def defined(made: Catalogue) -> Iterator[None]:
    """Project by this rule set until the end of the block."""
    with mock.patch.object(ruleset, "current", return_value=made):
        yield
