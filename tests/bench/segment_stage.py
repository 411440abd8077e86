"""Segments on the stage of benches: rule sets without a table, customers who buy, and the number of evaluations."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from unittest import mock

from crm.domain.segments import ruleset as judging
from tests.support.stage import Stage


def cpu(work: Callable[[], object]) -> float:
    """Return the seconds of CPU."""
    started = time.process_time()
    work()
    return time.process_time() - started


@contextmanager
def counted(asked: list[int]) -> Iterator[None]:
    """Count the evaluations of segments."""
    ask = vars(judging)["next_change"]

    def count_call(*arguments: Any) -> Any:
        asked[0] += 1
        return ask(*arguments)

    with mock.patch.object(judging, "next_change", count_call):
        yield


def buy(stage: Stage, customers: Sequence[int], day: int, *, ago: int = 0) -> None:
    """Send and project an order of each customer: five days ago, plus `day` days, minus `ago` days."""
    stage.send([_purchase(customer, day, ago) for customer in customers])
    stage.project()


def _purchase(customer: int, day: int, ago: int) -> dict[str, Any]:
    at = time.strftime("%Y-%m-%dT%H:%M:00.000Z", time.gmtime(time.time() - 86_400 * (ago + 5 - day)))
    return {
        "type": "track",
        "event": "Order Completed",
        "userId": f"u-{customer}",
        "messageId": f"m-{customer}-{day}-{ago}",
        "timestamp": at,
        "properties": {"total": customer, "currency": "EUR"},
    }
