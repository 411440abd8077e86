"""What `make run` prints, and when it refuses to start."""

import signal
import subprocess
import threading
from pathlib import Path

import pytest

from infra.local import emulator, layout, stack
from infra.local.layout import Stack, StackError

ROOT = Path(__file__).parents[2]


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stack:
    """A stack whose files are the test's."""
    for module in (layout, stack):
        monkeypatch.setattr(module, "LOCAL", tmp_path)
    return Stack(4599)


def test_make_runs_python_unbuffered() -> None:
    target = "printed: ; @echo $$PYTHONUNBUFFERED"
    made = subprocess.run(  # noqa: S603 - its own words
        ["make", "--no-print-directory", "--eval", target, "printed"],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert made.stdout.split() == ["1"]


def test_a_second_run_reports_that_the_port_is_in_use(own: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    started, ended = threading.Event(), threading.Event()

    def start_build(_: Stack) -> None:
        started.set()
        ended.wait()

    monkeypatch.setattr(stack, "_bring_up", start_build)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    monkeypatch.setattr(stack, "down", lambda _: None)
    monkeypatch.setattr(emulator, "is_there", lambda _: False)

    def run() -> None:
        with pytest.raises(StackError, match="The emulator has stopped"):
            stack.run(own)

    first = threading.Thread(target=run)
    first.start()
    assert started.wait(60)
    for command in (stack.run, stack.up):
        with pytest.raises(StackError, match=r"port 4599 is already running.*make run PORT=4632"):
            command(own)
    ended.set()
    first.join()
    stack.up(own)  # the lock went with the first


def test_run_refuses_to_start_beside_a_background_stack(own: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    monkeypatch.setattr(emulator, "is_running", lambda _: True)
    monkeypatch.setattr(stack, "down", lambda _: pytest.fail("it was ended"))
    with pytest.raises(StackError, match="make stack-down"):
        stack.run(own)
