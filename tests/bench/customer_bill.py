"""Measure what customers' events cost in total, and write it to docs/deploy.md: `python -m tests.bench.customer_bill`.

The table's units are those of `customer_costs`; added are invocations of functions, events for other services, and the
prices of AWS.
"""

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

sys.path.insert(0, str(Path(__file__).parents[2] / "layers/shared"))

from crm.services import publish
from crm.storage.event_bus import put_events
from tests.bench.audiences import bought
from tests.bench.customer_costs import DOCS, DOLLARS_PER_READ, DOLLARS_PER_WRITE, END, stored_units
from tests.bench.customer_scenarios import (
    CHANGE,
    ENTERING,
    FLIP,
    IMPORT,
    LOG_IN,
    PURCHASE,
    SEGMENTS,
    VIEW,
    VIEW_IN_SESSION,
)
from tests.bench.customers import log_in, purchase, view
from tests.bench.live_stage import LiveStage, on_live_stage

KEPT = Path(__file__).with_name("customer_traffic.json")
BEGIN = "<!-- written by tests.bench.customer_bill -->\n"

DOLLARS_PER_REQUEST = 1.00 / 1e6
DOLLARS_PER_INVOCATION = 0.20 / 1e6
DOLLARS_PER_GB_SECOND = 0.0000133334
DOLLARS_PER_EVENT = 1.00 / 1e6
DOLLARS_PER_LOGGED_GB = 0.50
DOLLARS_PER_GB_MONTH = 0.25 + 0.20
"""List prices of us-east-1: HTTP API, Lambda on arm64, EventBridge, CloudWatch Logs, and DynamoDB with recovery."""

GB_SECONDS = {"track_events": 0.015, "project_profiles": 1.73 * 0.030, "publish_changes": 0.010}
"""GB seconds of an invocation for one event; the time is mostly spent on calls of the table (3 calls of 5 to 10 ms)."""

ACCESS_LOG_BYTES = 230
STORED_BYTES = 1_100
"""Bytes of a line of the access log and of an event in the table, with the overhead of CloudWatch and DynamoDB."""


@dataclass(frozen=True, slots=True)
class Traffic:
    """The invocations and events that one action of a customer causes."""

    invocations: dict[str, float]
    events: float


def measured() -> dict[str, Traffic]:
    """Measure the traffic by scenario. A purchase that changes no segment causes the same traffic as a view."""
    if (bought_again := _of(purchase)) != (viewed := _of(view)):
        raise AssertionError(f"a purchase has additional costs: {bought_again}")
    return {VIEW: viewed, LOG_IN: _of(log_in, known=False), ENTERING: _of(purchase, segments=SEGMENTS)}


def _of(act: Callable[[LiveStage, int], Any], *, known: bool = True, segments: int = 0) -> Traffic:
    """Measure one customer, who has logged in before in scenarios of known customers."""
    with on_live_stage() as stage:
        stage.define({f"within {at}": bought(within=30 + at) for at in range(segments)})
        if known:
            stage.send([log_in(stage, 0)])
            stage.settle()
        with _counted() as counted:
            stage.send([act(stage, 0)])
            stage.settle()
    events = counted.pop("events", 0)
    return Traffic(dict(sorted(counted.items())), events)


@contextmanager
def _counted() -> Iterator[Counter[str]]:
    counted: Counter[str] = Counter()
    invoke = LiveStage.invoke

    def invoked(stage: LiveStage, function: str, event: dict[str, Any]) -> Any:
        counted[function] += 1
        return invoke(stage, function, event)

    def put(entries: list[dict[str, Any]]) -> None:
        counted["events"] += len(entries)
        put_events(entries)

    with mock.patch.object(LiveStage, "invoke", invoked), mock.patch.object(publish, "put_events", put):
        yield counted


def stored_traffic() -> dict[str, Traffic]:
    """Return the traffic of the last measurement."""
    return {name: Traffic(**each) for name, each in json.loads(KEPT.read_text()).items()}


def table() -> str:
    """Return the dollars for a million of each action, and for a month of a shop, as Markdown."""
    head = (
        "| per million | DynamoDB | HTTP API and its log | Lambda | EventBridge | total | storage per month |\n"
        "|---|---|---|---|---|---|---|\n"
    )
    rows = (
        f"| {name} | {' | '.join(f'${1e6 * part:.2f}' for part in bill(name))} |\n"
        for name in _scenario_names()
    )
    return head + "".join(rows) + "\n" + _month()


def bill(name: str) -> tuple[float, ...]:
    """Return dollars for one action: table, API, functions, events, total; and for a month of storing its event."""
    units, traffic = stored_units()[name], stored_traffic().get(name) or stored_traffic()[VIEW]
    database = units["write"] * DOLLARS_PER_WRITE + units["read"] * DOLLARS_PER_READ
    api = DOLLARS_PER_REQUEST + ACCESS_LOG_BYTES / 1e9 * DOLLARS_PER_LOGGED_GB
    functions = sum(
        number * (DOLLARS_PER_INVOCATION + GB_SECONDS[function] * DOLLARS_PER_GB_SECOND)
        for function, number in traffic.invocations.items()
    )
    others = traffic.events * DOLLARS_PER_EVENT
    kept = STORED_BYTES / 1e9 * DOLLARS_PER_GB_MONTH
    return database, api, functions, others, database + api + functions + others, kept


def _scenario_names() -> list[str]:
    return [name for name in stored_units() if name not in {CHANGE, FLIP, IMPORT}]


def _month() -> str:
    counts = {VIEW_IN_SESSION: 600_000, LOG_IN: 10_000, PURCHASE: 5_000}
    once = sum(number * bill(name)[4] for name, number in counts.items())
    kept = sum(number * bill(name)[5] for name, number in counts.items())
    return (
        "A shop with 600,000 views in sessions, 10,000 log-ins of new customers and 5,000 purchases a month pays "
        f"${once:.2f} for them,\nand ${kept:.2f} per month for storing them.\n"
    )


def shown() -> str:
    """Return the table of the documentation."""
    return DOCS.read_text().partition(BEGIN)[2].partition(END)[0]


def main() -> None:
    """Measure, and write the figures and the documentation."""
    found = {
        name: {"invocations": each.invocations, "events": each.events} for name, each in measured().items()
    }
    KEPT.write_text(json.dumps(found, indent=2) + "\n")
    before, _, rest = DOCS.read_text().partition(BEGIN)
    DOCS.write_text(before + BEGIN + table() + END + rest.partition(END)[2])


if __name__ == "__main__":
    main()
