"""Concurrent projectors that run one store operation at a time, in an order that the test chooses.

Each projector is a thread that waits for its turn before every operation, so that any interleaving can be
played, deterministically, with crashes and lost races at every point.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterable
from functools import partial
from random import Random

from crm.domain.activity import Activity
from crm.domain.errors import VersionConflictError
from tests.support.memory_store import Crash, MemoryStore, StreamChange

Project = Callable[[MemoryStore, str, Collection[int] | None], None]
Fault = type[BaseException] | None

ARRIVAL, START = 0.1, 0.1
CRASH, LOST_RACE = 0.01, 0.04
MAX_AT_ONCE = 3


def project_changes(store: MemoryStore, project: Project, stream_changes: Iterable[StreamChange]) -> None:
    """Project a batch as the handler does: one projection per profile."""
    changed = list(stream_changes)
    store.put_back_receipts()
    for id_ in sorted({id_ for id_, _ in changed}):
        minutes = {minute for changed_id, minute in changed if changed_id == id_}
        project(store, id_, None if None in minutes else [m for m in minutes if m is not None])


def settle(store: MemoryStore, project: Project, batch: int = 1000) -> None:
    """Project all stream changes, and the changes that projections cause, until none is left."""
    for _ in range(1000):
        if not store.stream_changes:
            return
        taken, store.stream_changes = store.stream_changes[:batch], store.stream_changes[batch:]
        project_changes(store, project, taken)
    raise AssertionError("the projection never comes to rest")


class Projector(threading.Thread):
    """The projection of one batch of stream changes, step by step."""

    def __init__(self, store: MemoryStore, project: Project, stream_changes: list[StreamChange]) -> None:
        super().__init__(daemon=True)
        self.stream_changes = stream_changes
        self.failed = False
        self.error: BaseException | None = None
        self._answer = partial(project_changes, store, project, stream_changes)
        self._fault: Fault = None
        self._turn, self._rest = threading.Lock(), threading.Lock()
        self._turn.acquire()
        self._rest.acquire()

    def run(self) -> None:
        self._turn.acquire()
        try:
            self._answer()
        except (Crash, VersionConflictError):
            self.failed = True
        except BaseException as error:
            self.error = error
        self.done = True
        self._rest.release()

    done = False

    def wait(self, operation: str) -> None:
        """Wait for the next step. The store calls this, in this thread."""
        self._rest.release()
        self._turn.acquire()
        fault, self._fault = self._fault, None
        if fault is Crash or (fault is VersionConflictError and operation == "save"):
            raise fault("by the test's choice")

    def step(self, fault: Fault = None) -> None:
        """Let the projector do one operation, or fail instead. The test calls this."""
        self._fault = fault
        self._turn.release()
        self._rest.acquire()


class Stage:
    """Let activities arrive and projectors run in an order from a seed, until no change is left."""

    def __init__(self, store: MemoryStore, project: Project, arrivals: Iterable[Activity], seed: int) -> None:
        self._store, self._project = store, project
        self._arrivals = list(arrivals)
        self._running: list[Projector] = []
        self._random = Random(seed)
        store.hook = _wait_for_turn

    def apply(self) -> None:
        try:
            while self._arrivals or self._store.stream_changes or self._running:
                self._move()
        finally:
            self._leave()

    def _move(self) -> None:
        chance = self._random.random
        can_start = self._store.stream_changes and len(self._running) < MAX_AT_ONCE
        if self._arrivals and chance() < ARRIVAL:
            self._store.append([self._arrivals.pop(0)])
        elif can_start and (not self._running or chance() < START):
            self._start()
        elif self._running:
            self._step(self._random.choice(self._running), self._draw_fault(chance()))

    @staticmethod
    def _draw_fault(chance: float) -> Fault:
        if chance < CRASH:
            return Crash
        return VersionConflictError if chance < LOST_RACE else None

    def _start(self) -> None:
        changes = self._store.stream_changes
        at, how_many = self._random.randrange(len(changes)), self._random.choice((1, 2, 5, 20))
        taken = changes[at : at + how_many]
        del changes[at : at + how_many]
        projector = Projector(self._store, self._project, taken)
        projector.start()
        self._running.append(projector)

    def _step(self, projector: Projector, fault: Fault) -> None:
        projector.step(fault)
        if projector.done:
            self._running.remove(projector)
            if projector.error:
                raise projector.error
            if projector.failed:
                self._store.stream_changes.extend(projector.stream_changes)

    def _leave(self) -> None:
        self._store.hook = lambda _operation: None
        for projector in self._running:
            projector.step(Crash)


def _wait_for_turn(operation: str) -> None:
    current = threading.current_thread()
    if isinstance(current, Projector):
        current.wait(operation)
