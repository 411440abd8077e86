"""The output of `make run`, and its refusals to start."""

import signal
import subprocess
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest

from infra.local import deployment, emulator, gateway, layout, stack
from infra.local.layout import Stack, StackError

ROOT = Path(__file__).parents[2]


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stack:
    """A stack with files in the test's folder."""
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
    monkeypatch.setattr(emulator, "has_process", lambda _: False)

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


class Deployed:
    """Records the runs of `sam`; the first ones fail with these messages."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *failures: str) -> None:
        self.runs, self._failures = list[str](), list(failures)
        monkeypatch.setattr(Stack, "client", lambda *_: SimpleNamespace(create_bucket=lambda **_: None))
        monkeypatch.setattr(deployment, "_status", lambda _: "")
        monkeypatch.setattr(deployment, "_sam", self._run)
        monkeypatch.setattr(gateway, "create_api", lambda _: None)

    def _run(self, command: str, *_: str, **__: object) -> None:
        self.runs.append(command)
        if self._failures:
            raise StackError(self._failures.pop(0))


SENT_AGAIN = (
    "An error occurred (AlreadyExistsException) when calling the CreateChangeSet operation: it exists"
)


def test_a_deployment_whose_request_was_sent_twice_is_repeated(
    own: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    own.home.mkdir(parents=True)
    deployed = Deployed(monkeypatch, SENT_AGAIN)
    deployment.deploy(own, "fingerprint")
    assert deployed.runs == ["deploy", "deploy"]
    assert (own.home / "deployed").read_text() == "fingerprint"


@pytest.mark.parametrize("failures", [["no credentials"], [SENT_AGAIN, SENT_AGAIN]])
def test_other_failures_of_a_deployment_are_reported(
    own: Stack, monkeypatch: pytest.MonkeyPatch, failures: list[str]
) -> None:
    own.home.mkdir(parents=True)
    deployed = Deployed(monkeypatch, *failures)
    with pytest.raises(StackError, match=failures[-1][:10]):
        deployment.deploy(own, "fingerprint")
    assert len(deployed.runs) == len(failures)
    assert not (own.home / "deployed").exists()
