"""A plugin of pytest: `--processes=2` shares the files of tests between processes, and reports as one.

Each process takes the next file that none has taken, and collects only that one. With pytest-xdist, each collects
all of them, and a test costs five messages: together a fifth of the CPU of a whole run.
"""

from __future__ import annotations

import gc
import json
import os
import struct
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from multiprocessing.connection import Connection, wait
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

import pytest
from _pytest.runner import collect_one_node

SEARCHING = "tests.support.thoroughness"
"""What files import whose tests search, and take long in a thorough run."""

LONG = {"walk", "hostile", "integration"}
"""Directories whose files take long in any run."""

SHARE = "CRM_TESTS_SHARE"
AT_ONCE = 25
"""Tests that passed are reported so many at a time."""
UNTIL_ALL_IS_IMPORTED = 40
"""Files with which a process imports what most tests import; looking for garbage in that would take long."""

_NUMBER = struct.Struct("H")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option."""
    help_ = "share the files of tests between so many processes; auto: one per core"
    parser.addoption("--processes", default="", help=help_)


def pytest_configure(config: pytest.Config) -> None:
    """Become what shares the files, or one of those that take their share."""
    if descriptors := os.environ.pop(SHARE, ""):
        config.pluginmanager.register(Worker(config, *map(int, descriptors.split(","))))
    elif asked := config.getoption("processes"):
        number = os.cpu_count() or 1 if asked == "auto" else int(asked)
        config.pluginmanager.register(Sharing(config, number))


def files_of(config: pytest.Config) -> list[Path]:
    """The files of tests in the order in which they are taken: short ones last, so that all processes end together."""
    places = [Path(argument) for argument in config.args]
    found = {path for place in places for path in ([place] if place.is_file() else place.rglob("test_*.py"))}
    return sorted(found, key=lambda path: (not _searches(path), LONG.isdisjoint(path.parts), str(path)))


def _searches(path: Path) -> bool:
    return SEARCHING in path.read_text()


def _files_in(node: Any) -> Iterator[pytest.File]:
    if isinstance(node, pytest.File):
        yield node
    elif isinstance(node, pytest.Directory):
        for found in collect_one_node(node).result or ():
            yield from _files_in(found)


class Worker:
    """A process that runs its share, and says nothing itself."""

    def __init__(self, config: pytest.Config, files: int, reports: int) -> None:
        self._config, self._files, self._reports = config, files, Connection(reports, readable=False)
        self._passed: list[tuple[str, float]] = []
        self._modules: dict[Path, pytest.File] = {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self, session: pytest.Session) -> bool:
        """Find the files, and import none of them yet."""
        session.perform_collect(genitems=False)
        return True

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        """Collect the directories that were found, and not those tests of a file for which this is called later."""
        if not self._modules:
            self._modules = {file.path: file for node in items for file in _files_in(node)}

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run one file after the other, for as long as there are files."""
        files, hook, begun = files_of(self._config), self._config.hook, 0
        while number := os.read(self._files, _NUMBER.size):
            path = files[_NUMBER.unpack(number)[0]]
            if (module := self._modules.get(path.resolve())) is None:  # an option leaves it out
                continue
            self._send({"file": str(path)})
            gc.disable()  # modules and tests are no garbage
            session.items = list(session.genitems(module))
            begun += 1
            if begun <= UNTIL_ALL_IS_IMPORTED:
                gc.freeze()
            gc.enable()
            hook.pytest_collection_modifyitems(session=session, config=self._config, items=session.items)
            for item, following in pairwise([*session.items, None]):
                hook.pytest_runtest_protocol(item=item, nextitem=following)
            self._flush()
        self._send({"end": True})
        return True

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Collect what passed for a while, and send all else at once."""
        if report.passed and not hasattr(report, "wasxfail"):
            if report.when == "call":
                self._passed.append((report.nodeid, report.duration))
            if len(self._passed) >= AT_ONCE:
                self._flush()
            return
        self._flush()
        self._send({"report": self._serializable(report)})

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Send what could not be collected, or was skipped."""
        if not report.passed:
            self._send({"report": self._serializable(report)})

    def _serializable(self, report: Any) -> Any:
        return self._config.hook.pytest_report_to_serializable(config=self._config, report=report)

    def _flush(self) -> None:
        if self._passed:
            self._send({"passed": self._passed})
            self._passed = []

    def _send(self, message: dict[str, Any]) -> None:
        self._reports.send_bytes(json.dumps(message, default=str).encode())


class Sharing:
    """The process that starts the others, and reports what they send as if it had run the tests."""

    def __init__(self, config: pytest.Config, number: int) -> None:
        self._config, self._number = config, number
        self._files = files_of(config)
        self._current: dict[Connection, str] = {}
        self._printed: dict[Connection, IO[bytes]] = {}
        self._begun = self._tests = 0

    def pytest_report_header(self) -> str:
        """Say how the run is shared."""
        return f"{len(self._files)} files of tests, shared between {self._number} processes"

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self) -> bool:
        """Leave that to the others."""
        terminal: Any = self._config.pluginmanager.get_plugin("terminalreporter")
        terminal.showfspath = False
        terminal._get_progress_information_message = lambda: f" [{100 * self._ended // len(self._files):3d}%]"
        return True

    @property
    def _ended(self) -> int:
        return self._begun - len(self._current)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Hand out the files, and report until every process has ended."""
        source, sink = os.pipe()
        os.write(sink, b"".join(map(_NUMBER.pack, range(len(self._files)))))
        os.close(sink)
        processes = [self._start(source) for _ in range(self._number)]
        os.close(source)
        try:
            while self._current:
                for ready in wait(list(self._current)):
                    self._report(ready)
                if session.shouldfail:
                    raise session.Failed(session.shouldfail)
        finally:
            session.testscollected = self._tests
            for process in processes:
                process.terminate()
                process.wait()
            for printed in self._printed.values():
                printed.close()
        return True

    def _start(self, files: int) -> subprocess.Popen[bytes]:
        receiving, sending = os.pipe()
        printed = TemporaryFile()  # noqa: SIM115 - it is there as long as the run is
        process = subprocess.Popen(  # noqa: S603 - the same command
            [sys.executable, "-m", "pytest", *map(str, self._config.invocation_params.args)],
            env=os.environ | {SHARE: f"{files},{sending}"},
            pass_fds=(files, sending),
            stdin=subprocess.DEVNULL,
            stdout=printed,
            stderr=subprocess.STDOUT,
        )
        os.close(sending)
        connection = Connection(receiving, writable=False)
        self._current[connection], self._printed[connection] = "", printed
        return process

    def _report(self, process: Any) -> None:
        try:
            message = json.loads(process.recv_bytes())
        except EOFError:
            self._died(process)
            return
        if "file" in message:
            self._current[process] = message["file"]
            self._begun += 1
        elif "end" in message:
            del self._current[process]
        else:
            for report in self._reports(message):
                if isinstance(report, pytest.CollectReport):
                    self._config.hook.pytest_collectreport(report=report)
                else:
                    self._config.hook.pytest_runtest_logreport(report=report)
                    self._tests += report.when == "call"

    def _reports(self, message: dict[str, Any]) -> Iterator[pytest.TestReport | pytest.CollectReport]:
        for nodeid, duration in message.get("passed", ()):
            place = (nodeid.partition("::")[0], None, nodeid.partition("::")[2])
            yield pytest.TestReport(nodeid, place, {}, "passed", None, "call", duration=duration)
        if "report" in message:
            data = message["report"]
            if isinstance(data["longrepr"], list):  # where and why a test was skipped; JSON has no tuples
                data["longrepr"] = tuple(data["longrepr"])
            yield self._config.hook.pytest_report_from_serializable(config=self._config, data=data)

    def _died(self, process: Any) -> None:
        name = self._current.pop(process) or "before its first file"
        self._printed[process].seek(0)
        printed = self._printed[process].read().decode(errors="replace")
        text = f"The process that ran this file ended before the file did: {name}\n{printed}"
        report = pytest.TestReport(name, (name, None, name), {}, "failed", text, "call")
        self._config.hook.pytest_runtest_logreport(report=report)
