"""Find and end the processes of a stack, identified by the directory in their command lines."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

PROC = Path("/proc")
SERVER = "infra.local.serve"


def belonging_to(home: Path) -> list[int]:
    """Return the pids of the emulator and of its workers, the emulator first."""
    mark = f"{home}{os.sep}"
    found = [(SERVER not in command, pid) for pid, command in _all() if mark in command]
    return [pid for _, pid in sorted(found)]


def end(pids: list[int], *, seconds: float) -> list[int]:
    """Ask the processes to end and wait; returns those that did not."""
    _signal(pids, signal.SIGTERM)
    deadline = time.monotonic() + seconds
    while (left := [pid for pid in pids if is_alive(pid)]) and time.monotonic() < deadline:
        time.sleep(0.1)
    return left


def kill(pids: list[int]) -> None:
    _signal(pids, signal.SIGKILL)


def is_alive(pid: int) -> bool:
    """Decide whether the process runs. A zombie, which only its parent can reap, does not."""
    return any(pid == found for found, _ in _all())


def _signal(pids: list[int], number: signal.Signals) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)


def _all() -> Iterator[tuple[int, str]]:
    if PROC.is_dir():
        for entry in PROC.iterdir():
            # Zombies have an empty command line; processes may end while they are read.
            with suppress(OSError):
                if entry.name.isdecimal() and (arguments := (entry / "cmdline").read_bytes()):
                    yield int(entry.name), arguments.replace(b"\0", b" ").decode(errors="replace")
        return
    listing = subprocess.run(["ps", "-axo", "pid=,stat=,args="], capture_output=True, text=True, check=True)
    for line in listing.stdout.splitlines():
        pid, state, command = line.split(maxsplit=2)
        if "Z" not in state:
            yield int(pid), command
