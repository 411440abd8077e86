"""The product with all deliveries of AWS: both consumers of the stream, the queues and the schedules, on a clock that
tests set.
"""

import io
import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from dataclasses import astuple, dataclass
from operator import add, sub
from types import ModuleType
from typing import Any
from unittest import mock

from tests.bench.import_stage import ImportStage
from tests.bench.timed_wire import TimedWire
from tests.support import wired_deployment as memory
from tests.support.dynamodb.capacity import CapacityMeter, kind_of
from tests.support.dynamodb.floors import floor
from tests.support.dynamodb.memory_table import Change
from tests.support.dynamodb.schema import table_from_definition
from tests.support.gateway import build_http_event
from tests.support.shop import BEGIN
from tests.support.stage import READER, STREAM_BATCH, TABLE, stream_record
from tests.support.template import table_definition
from tests.support.world import CONSUMERS, listeners, queue_record

TICK, COUNT = {"source": "aws.events"}, {"task": "count"}
CREATED, OK = 201, 200


OF_NO_CUSTOMER = ("D", "J", "L#arrived")
"""The prefixes of keys of definitions, of jobs, and of the positions of a source's newest events, which are written a
few times a minute whatever the number of customers (`crm.services.projection.arrivals`).
"""


@dataclass(frozen=True, slots=True)
class Spent:
    """Units since the last call.

    `write`: of customers' items; `floor`: if each changed item were written once; `others`: of definitions, jobs and
    sources. `read`: of all items.
    """

    write: float = 0
    floor: float = 0
    others: float = 0
    read: float = 0

    def __add__(self, other: "Spent") -> "Spent":
        return self._with(other, add)

    def __sub__(self, other: "Spent") -> "Spent":
        return self._with(other, sub)

    def __truediv__(self, parts: int) -> "Spent":
        return Spent(*(each / parts for each in astuple(self)))

    def _with(self, other: "Spent", do: Callable[[float, float], float]) -> "Spent":
        return Spent(*map(do, astuple(self), astuple(other)))


class LiveStage(ImportStage):
    """A deployment. `changes`: the stream records since the last call of `spent`. `cpu`: seconds of each function."""

    wire: TimedWire

    def __init__(self, wire: TimedWire, meter: CapacityMeter, clock: memory.Clock) -> None:
        self.cpu: dict[str, float] = defaultdict(float)
        super().__init__(wire, meter, clock)
        self.wire, self.clock = wire, clock
        self.changes: list[Change] = []

    def invoke(self, function: str, event: dict[str, Any]) -> Any:
        """Invoke a function and return its response; count its CPU without that of the services in memory."""
        started = self.own_cpu()
        answer = super().invoke(function, event)
        self.cpu[function] += self.own_cpu() - started
        if (answer or {}).get("batchItemFailures"):
            raise AssertionError(f"{function} left something to be retried: {answer}")
        return answer

    def own_cpu(self) -> float:
        """Return seconds of CPU without those of the services in memory."""
        return time.process_time() - self.wire.cpu

    @contextmanager
    def timed(self, module: ModuleType, name: str) -> Iterator[None]:
        """Count the CPU of one function of a module under its name; callers include it, too."""
        called = getattr(module, name)

        def counted(*arguments: Any) -> Any:
            started = self.own_cpu()
            answer = called(*arguments)
            self.cpu[name] += self.own_cpu() - started
            return answer

        with mock.patch.object(module, name, counted):
            yield

    def settle(self) -> None:
        """Deliver everything that waits, and what follows from it, until nothing is left."""
        while True:
            fresh = self.store.drain(TABLE)
            queues = [name for name, messages in self.wire.queues.items() if messages]
            if not fresh and not queues:
                return
            self.changes += fresh
            for function in ("project_profiles", "publish_changes"):
                self._deliver(function, [each for each in fresh if function in listeners(each)])
            for queue in queues:
                self._process_queue(queue)

    def tick(self) -> Any:
        """Run the schedule of evaluations, and deliver what follows; return the response of the tick."""
        answer = self.invoke("evaluate_segments", TICK)
        self.settle()
        return answer

    def count(self) -> None:
        """Count the members of segments, as the other schedule does."""
        self.invoke("evaluate_segments", COUNT)
        self.settle()

    def define(self, conditions: Mapping[str, Any]) -> dict[str, str]:
        """Create segments by name, and build them; return their ids by name."""
        return {name: self._create(name, condition) for name, condition in conditions.items()}

    def members(self, segment_id: str) -> set[str]:
        """Return the ids of the profiles that are listed in a segment."""
        found: set[str] = set()
        query: dict[str, Any] = {"limit": 100}
        while True:
            page = self._ask("GET", f"/v1/segments/{segment_id}/members", query=query)
            found |= {member["profile"]["id"] for member in page["members"]}
            if not page["next_cursor"]:
                return found
            query["cursor"] = page["next_cursor"]

    def spent(self) -> Spent:
        """Return the units since the last call."""
        self.settle()
        changes, self.changes = self.changes, []
        used = self.meter.reset()
        written = used.written
        others = sum(units for kind, units in written.items() if kind.split(" ")[0] in OF_NO_CUSTOMER)
        own = [change for change in changes if not _is_of_no_customer(change)]
        least = floor(self.store.schema(TABLE), own)
        return Spent(sum(written.values()) - others, least, others, used.read)

    def changed_segments(self) -> int:
        """Return the number of published entries and exits, and reset it."""
        events, self.wire.events = self.wire.events, []
        return sum(event["DetailType"].startswith("Segment ") for event in events)

    def _create(self, name: str, condition: Any) -> str:
        made = self._ask("POST", "/v1/segments", {"name": name, "condition": condition}, expected=CREATED)
        self.settle()
        return str(made["id"])

    def _ask(self, method: str, path: str, body: Any = None, *, query: Any = None, expected: int = OK) -> Any:
        event = build_http_event(method, path, body, query=query, authorizer=READER)
        answer = self.invoke("manage_segments", event)
        if answer["statusCode"] != expected:
            raise AssertionError(f"{method} {path}: {answer}")
        return json.loads(answer["body"])

    def _deliver(self, function: str, changes: list[Change]) -> None:
        for start in range(0, len(changes), STREAM_BATCH):
            batch = changes[start : start + STREAM_BATCH]
            records = [stream_record(change, number) for number, change in enumerate(batch)]
            self.invoke(function, {"Records": records})

    def _process_queue(self, queue: str) -> None:
        messages, self.wire.queues[queue] = self.wire.queues[queue], []
        for body in messages:
            self.invoke(CONSUMERS[queue], {"Records": [queue_record(0, body)]})


def _is_of_no_customer(change: Change) -> bool:
    return kind_of(change.key["pk"]["S"]) in OF_NO_CUSTOMER


@contextmanager
def on_live_stage(begin: int = BEGIN, *, metered: bool = True) -> Iterator[LiveStage]:
    """Deploy the product on an empty table at an instant (epoch ms), and remove everything afterwards.

    Without the meter, only the product's own work is in its CPU.
    """
    clock = memory.Clock(begin)
    schema = table_from_definition({"TableName": TABLE, **table_definition()})
    with (
        mock.patch.object(memory, "Wire", TimedWire),
        memory.wired(clock, directly=False) as wire,
        redirect_stdout(io.StringIO()),
    ):
        if not isinstance(wire, TimedWire):
            raise TypeError("the wire is not timed")
        meter = CapacityMeter([schema], wire.store)
        if not metered:
            yield LiveStage(wire, meter, clock)
            return
        with meter.watching_new_clients():
            yield LiveStage(wire, meter, clock)
